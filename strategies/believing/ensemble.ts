import type { AnsweredRun, RunConfig } from "../../src/task/configuration.ts";
import type { Rng } from "../../src/task/random.ts";
import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";
import { FAMILIES, type LawFamily, sightOf } from "./families.ts";
import { particles } from "./laplace.ts";
import { targetLosses, targetSizes } from "./target-sizes.ts";
import { fitFamily, type Noise, noiseAt, testedNoise } from "./trust.ts";

/** One law that the runs allow, with how probable it is. */
export interface Member {
  readonly family: LawFamily;
  readonly x: Float64Array;
  /** Adds up to one over the ensemble. */
  readonly weight: number;
  /** Loss at each of the target's sizes, in nats. */
  readonly target: Float64Array;
  /** The least of them. */
  readonly best: number;
}

/** Laws of several families that the runs allow. */
export interface Ensemble {
  readonly members: readonly Member[];
  readonly logSizes: readonly number[];
  readonly noise: Noise;
}

/** How far ln evidence is believed: families are all wrong, and a factor of e^10 between them says little. */
const TEMPERING = 0.3;
/** A member with less than this share of a fair one's weight is left out. */
const NEGLIGIBLE = 0.02;

/** Draws from every family's posterior, families weighed by their tempered evidence; undefined below three runs. */
export function drawEnsemble(
  runs: readonly AnsweredRun[],
  task: Task,
  perFamily: number,
  rng: Rng,
): Ensemble | undefined {
  if (runs.length < 3) return undefined;
  const logSizes = targetSizes(task);
  // One noise for all, or evidences could not be compared: the family that predicts its largest budget best sets it.
  const noise = FAMILIES.map((family) => testedNoise(family, runs)).reduce((a, b) => (b.perLog < a.perLog ? b : a));
  const fitted = FAMILIES.flatMap((family) => {
    const posterior = fitFamily(family, runs, noise);
    return posterior ? [{ family, posterior }] : [];
  });
  if (fitted.length === 0) return undefined;
  const highest = Math.max(...fitted.map(({ posterior }) => posterior.logEvidence));
  const shares = fitted.map(({ posterior }) => Math.exp(TEMPERING * (posterior.logEvidence - highest)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const members = fitted.flatMap(({ family, posterior }, i) =>
    particles(posterior, perFamily, rng).map(({ x, weight }) => {
      const target = targetLosses(family, x, logSizes, task);
      return { family, x, weight: (weight * shares[i]!) / total, target, best: Math.min(...target) };
    }),
  );
  const sound = members.filter(
    ({ target, weight }) => weight > NEGLIGIBLE / perFamily && target.every(Number.isFinite),
  );
  const kept = sound.reduce((sum, { weight }) => sum + weight, 0);
  return kept > 0
    ? { members: sound.map((member) => ({ ...member, weight: member.weight / kept })), logSizes, noise }
    : undefined;
}

/** What every member says of a run, in nats. */
function predictions({ members }: Ensemble, config: RunConfig): Float64Array {
  return Float64Array.from(members, ({ family, x }) => family.loss(x, sightOf(config, family.account)));
}

/** The size with the least expected regret under weights that add up to one, as an index, and that regret in nats. */
export function leastRegret(
  { members, logSizes }: Ensemble,
  weights: Float64Array,
): { readonly index: number; readonly regret: number } {
  let ideal = 0;
  for (let i = 0; i < members.length; i++) ideal += weights[i]! * members[i]!.best;
  const expected = new Float64Array(logSizes.length);
  for (let i = 0; i < members.length; i++) {
    const weight = weights[i]!;
    if (weight < 1e-6) continue;
    const { target } = members[i]!;
    for (let index = 0; index < expected.length; index++) expected[index]! += weight * target[index]!;
  }
  let index = 0;
  for (let i = 1; i < expected.length; i++) if (expected[i]! < expected[index]!) index = i;
  return { index, regret: expected[index]! - ideal };
}

/** The weights of the members. */
export function weightsOf({ members }: Ensemble): Float64Array {
  return Float64Array.from(members, ({ weight }) => weight);
}

/** The value below which a share of the weight lies. */
export function weightedQuantile(values: readonly number[], weights: Float64Array, probability: number): number {
  const order = values.map((_, i) => i).toSorted((a, b) => values[a]! - values[b]!);
  let below = 0;
  for (const i of order) {
    below += weights[i]!;
    if (below >= probability) return values[i]!;
  }
  return values[order.at(-1) as number]!;
}

/** Expected regret of the best size once the run is answered, over imagined answers. */
export function regretAfter(
  query: Query,
  ensemble: Ensemble,
  weights: Float64Array,
  imagined: readonly number[],
): number {
  const predicted = predictions(ensemble, query);
  const sd = noiseAt(query.trainFlops, ensemble.noise);
  let sum = 0;
  for (const truth of imagined) {
    const updated = new Float64Array(weights.length);
    let total = 0;
    for (let i = 0; i < updated.length; i++) {
      const z = (predicted[i]! - predicted[truth]!) / sd;
      updated[i] = weights[i]! * Math.exp(-0.5 * z * z);
      total += updated[i]!;
    }
    for (let i = 0; i < updated.length; i++) updated[i]! /= total;
    sum += leastRegret(ensemble, updated).regret;
  }
  return sum / imagined.length;
}

/** How probable each family is, in words. */
export function familyShares({ members }: Ensemble): string {
  const shares = new Map<string, number>();
  for (const { family, weight } of members) shares.set(family.name, (shares.get(family.name) ?? 0) + weight);
  return [...shares].map(([name, share]) => `${Math.round(100 * share)} % ${name}`).join("; ");
}
