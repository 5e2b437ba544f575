import { type Deviation, type Posterior, posteriorOf } from "./posterior.ts";
import type { Run, Task } from "./tasks.ts";

/** Chooses runs of the pool, by index, that cost no more than a share of it. */
export type Design = (task: Task, share: number, rng: () => number) => number[];

/** No discrepancy: the law is taken to be true, as the published baselines do. */
const LAW_ALONE: readonly Deviation[] = [{ sd: 0, length: 1, noise: 0.002 }];
/** Runs bought before a design can judge, and the share of the budget that they may cost. */
const PILOTS = 4;
const PILOT_SHARE = 0.1;
const STAGES = [0.3, 0.6, 1];
/** What a gain is divided by: cost to this power, as in ScaleBench. */
const COST_EXPONENT = 0.4;

export const random: Design = (task, share, rng) =>
  affordable(
    task,
    share,
    shuffled(task.pool.length, rng, () => 1),
  );

export const cheapest: Design = (task, share, rng) =>
  affordable(
    task,
    share,
    shuffled(task.pool.length, rng, () => 1).toSorted((a, b) => task.pool[a]!.cost - task.pool[b]!.cost),
  );

/** At random, with chances inverse to the cost. */
export const costWeighted: Design = (task, share, rng) =>
  affordable(
    task,
    share,
    shuffled(task.pool.length, rng, (i) => 1 / task.pool[i]!.cost),
  );

/** Most information on the law's parameters. */
export const dOptimal: Design = staged(LAW_ALONE, (own, _cross, noise) => Math.log(1 + own / (noise * noise)));

/** Least variance of the predictions in the target, if the law is true. */
export const vOptimal: Design = staged(LAW_ALONE, reduction);

/** The same, where the law may be off by a smooth discrepancy whose size and reach the runs decide. */
export function withDiscrepancy(deviations: readonly Deviation[]): Design {
  return staged(deviations, reduction);
}

function reduction(own: number, cross: number, noise: number): number {
  return cross / (own + noise * noise);
}

/** Runs that did not diverge: none worse by a tenth than another run of as many parameters and tokens or fewer. */
function sound(task: Task, chosen: readonly number[]): Run[] {
  const runs = chosen.map((i) => task.pool[i]!);
  return runs.filter(
    ({ at, loss }) =>
      !runs.some((other) => other.at[0]! <= at[0]! + 0.01 && other.at[1]! <= at[1]! + 0.01 && loss > 1.1 * other.loss),
  );
}

/** The predictions of the likeliest deviations, weighed by evidence. */
export function predictions(task: Task, chosen: readonly number[], deviations: readonly Deviation[]): number[] {
  const runs = sound(task, chosen);
  const posteriors = deviations.map((deviation) => posteriorOf(task.law, runs, deviation));
  const top = Math.max(...posteriors.map(({ evidence }) => evidence));
  const weights = posteriors.map(({ evidence }) => Math.exp(evidence - top));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const places = task.target.map(({ at }) => at);
  return posteriors.reduce(
    (sum, posterior, k) =>
      weights[k]! < 1e-3 * total
        ? sum
        : posterior.predict(places).map((value, t) => sum[t]! + (weights[k]! / total) * value),
    places.map(() => 0),
  );
}

export { LAW_ALONE };

type Gain = (own: number, cross: number, noise: number) => number;

/** Buys a few cheap runs at random, then in stages the runs of the largest gain per cost, judged by what came before. */
function staged(deviations: readonly Deviation[], gain: Gain): Design {
  return (task, share, rng) => {
    const { pool } = task;
    const cheap = pool.map((_, i) => i).toSorted((a, b) => pool[a]!.cost - pool[b]!.cost);
    const third = cheap.slice(0, Math.ceil(cheap.length / 3));
    const order = shuffled(third.length, rng, () => 1).map((i) => third[i]!);
    let chosen = affordable(task, PILOT_SHARE * share, order).slice(0, PILOTS);
    if (chosen.length < PILOTS) chosen = cheap.slice(0, PILOTS);
    for (const stage of STAGES) {
      const runs = sound(task, chosen);
      const posteriors = deviations.map((deviation) => posteriorOf(task.law, runs, deviation));
      const likeliest = posteriors.reduce((best, each) => (each.evidence > best.evidence ? each : best));
      chosen = bought(task, stage * share, chosen, likeliest, gain);
    }
    return chosen;
  };
}

/** Adds runs one by one; what each would tell is known before it is run, since variances do not depend on losses. */
function bought(task: Task, share: number, before: readonly number[], posterior: Posterior, gain: Gain): number[] {
  const { pool, target } = task;
  const { noise } = posterior.deviation;
  const places = [...pool, ...target].map(({ at }) => ({ at, slopes: posterior.slopes(at) }));
  const own = places.map(({ at, slopes }) => posterior.covariance(at, slopes, at, slopes));
  const cross = target.map((_, t) => {
    const wanted = places[pool.length + t]!;
    return Float64Array.from(pool, (_run, i) =>
      posterior.covariance(wanted.at, wanted.slopes, places[i]!.at, places[i]!.slopes),
    );
  });
  const factors: Float64Array[] = [];
  const learn = (chosen: number) => {
    const { at, slopes } = places[chosen]!;
    const row = Float64Array.from(places, (place) => posterior.covariance(at, slopes, place.at, place.slopes));
    for (const factor of factors) {
      const share = factor[chosen]!;
      if (share !== 0) for (let i = 0; i < row.length; i++) row[i] = row[i]! - share * factor[i]!;
    }
    const root = Math.sqrt(Math.max(row[chosen]!, 0) + noise * noise);
    for (let i = 0; i < row.length; i++) {
      row[i] = row[i]! / root;
      own[i] = own[i]! - row[i]! * row[i]!;
    }
    for (const [t, covariances] of cross.entries())
      for (let i = 0; i < pool.length; i++) covariances[i] = covariances[i]! - row[pool.length + t]! * row[i]!;
    factors.push(row);
  };
  const chosen = [...before];
  const taken = new Set(before);
  for (const i of before) learn(i);
  let spent = before.reduce((sum, i) => sum + pool[i]!.cost, 0);
  for (;;) {
    let best: { i: number; score: number } | undefined;
    for (const [i, { cost }] of pool.entries()) {
      if (taken.has(i) || spent + cost > share) continue;
      let square = 0;
      for (const covariances of cross) square += covariances[i]! * covariances[i]!;
      const score = gain(Math.max(0, own[i]!), square, noise) / Math.exp(COST_EXPONENT * Math.log(cost));
      if (!best || score > best.score) best = { i, score };
    }
    if (!best) return chosen;
    chosen.push(best.i);
    taken.add(best.i);
    spent += pool[best.i]!.cost;
    learn(best.i);
  }
}

/** Runs in this order until one is too dear. */
function affordable({ pool }: Task, share: number, order: readonly number[]): number[] {
  let spent = 0;
  const chosen: number[] = [];
  for (const i of order) {
    spent += pool[i]!.cost;
    if (spent > share) break;
    chosen.push(i);
  }
  return chosen;
}

/** Indices in random order, those of larger weight sooner (Efraimidis and Spirakis 2006). */
function shuffled(count: number, rng: () => number, weight: (i: number) => number): number[] {
  return Array.from({ length: count }, (_, i) => ({ i, key: -Math.log(1 - rng()) / weight(i) }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ i }) => i);
}
