import type { AnsweredRun } from "../../src/task/configuration.ts";
import { type Posterior, robustLaplace } from "../believing/laplace.ts";
import type { Ingredients } from "./ingredients.ts";
import { type Sight, sightOf } from "./sight.ts";
import type { SurfaceFamily } from "./surface-family.ts";

/** A family with what it makes of the runs. */
export interface Fitted {
  readonly family: SurfaceFamily;
  readonly posterior: Posterior;
  /** Adds up to one over the mixture. */
  readonly weight: number;
}

/** Standard deviation of a run about its family: seed noise times `factor`, and `perLog` nats per factor of e below `logTop`. */
export interface Scatter {
  readonly factor: number;
  readonly perLog: number;
  readonly logTop: number;
}

export interface Mixture {
  readonly fitted: readonly Fitted[];
  /** The families that the runs do not rule out, with their weights by all runs: where a later fit starts. */
  readonly possible: readonly Fitted[];
  readonly scatter: Scatter;
}

/** Seed noise by loss: knots in nats (docs/surface.md, "Noise"). */
const NOISE = [
  [3, 0.003],
  [5, 0.027],
  [7, 0.045],
  [9, 0.011],
] as const;
const PER_LOG = 0.002;
/** What the guard compares with it, and the ln evidence by which one of these must be better. */
const GUARDED = { perLog: [0.008, 0.03], better: 3 };
/** Runs of at least this share of the largest budget are the top ones, which a family is asked to predict. */
const TOP = 1 / 6;
/** Fewer runs than this below the top ones predict nothing. */
const FEWEST_BELOW = 8;
/** Weight of the belief that the noise is the usual, in runs. */
const USUAL = 6;
/** Of so many runs one is used up by a variable, all in all. */
const FREE = 0.65;
/** A run missed by more than this many standard deviations counts less. */
const MOST = 2.5;
/** Powers to which densities are taken: of all the runs, which are many and cheap; of the top ones, which are few. */
const POWER = { evidence: 0.6, top: 3 };
/** Shares below this are dropped. */
const NEGLIGIBLE = 0.01;

export function scatterAt(loss: number, logC: number, { factor, perLog, logTop }: Scatter): number {
  const noise = factor * usualNoise(loss);
  const short = perLog * Math.max(0, logTop - logC);
  return Math.sqrt(noise * noise + short * short + 1e-6);
}

/** What the families make of the runs, and what each weighs. `before`: an earlier mixture, whose families are kept and started from. */
export function fitMixture(runs: readonly AnsweredRun[], made: MixtureParts, before?: Mixture): Mixture {
  const seen = { runs, sights: runs.map(sightOf) };
  const logTop = Math.max(...seen.sights.map(({ logC }) => logC));
  let scatter: Scatter = { factor: before?.scatter.factor ?? 1, perLog: before?.scatter.perLog ?? PER_LOG, logTop };
  const families = before?.possible.map(({ family }) => family) ?? made.families;
  let fits = fitAll(families, seen, scatter, before?.possible ?? []);
  const likeliest = fits[0];
  if (likeliest) {
    scatter = { ...scatter, factor: noiseFactor(likeliest, seen, { ...scatter, factor: 1 }) };
    if (made.regimeGuard) scatter = guarded(likeliest, seen, scatter);
    fits = fitAll(
      fits.filter(({ weight }) => weight > NEGLIGIBLE / 10).map(({ family }) => family),
      seen,
      scatter,
      fits,
    );
  }
  return { fitted: weighed(fits, seen, scatter, made.weighing), possible: fits, scatter };
}

/** Of what an ablation may leave out, what concerns the mixture. */
export type MixtureParts = Pick<Ingredients, "families" | "weighing" | "regimeGuard">;

/** Runs, and how the surfaces see them. */
interface Seen {
  readonly runs: readonly AnsweredRun[];
  readonly sights: readonly Sight[];
}

/** Fits of the families, the likeliest first, weighed by tempered evidence. */
function fitAll(
  families: readonly SurfaceFamily[],
  seen: Seen,
  scatter: Scatter,
  before: readonly Omit<Fitted, "weight">[],
): Fitted[] {
  const each = families.flatMap((family) => {
    const start = before.find((fit) => fit.family === family)?.posterior.mode;
    const posterior = fitRobustly(family, seen, scatter, start);
    return posterior ? [{ family, posterior }] : [];
  });
  return byWeight(each, ({ posterior }) => POWER.evidence * posterior.logEvidence);
}

/** The fits weighed as the mixture is told to; what weighs next to nothing is dropped. */
function weighed(fits: readonly Fitted[], seen: Seen, scatter: Scatter, by: Ingredients["weighing"]): Fitted[] {
  if (by === "evidence") return sound(fits);
  if (by === "alike") return sound(byWeight(fits, () => 0));
  const kept = seen.runs.flatMap((_, i) => (seen.sights[i]!.logC < scatter.logTop + Math.log(TOP) ? [i] : []));
  if (kept.length < FEWEST_BELOW) return sound(fits);
  const below = { runs: kept.map((i) => seen.runs[i]!), sights: kept.map((i) => seen.sights[i]!) };
  // What all runs are worth over what those below are is the density of the top ones given those below, up to what each
  // fit trusts the runs that it misses.
  return sound(
    byWeight(fits, ({ family, posterior }) => {
      const without = fitRobustly(family, below, scatter, posterior.mode);
      return without ? POWER.top * (posterior.logEvidence - without.logEvidence) : Number.NEGATIVE_INFINITY;
    }),
  );
}

function byWeight<Fit extends Omit<Fitted, "weight">>(fits: readonly Fit[], logWeight: (fit: Fit) => number): Fitted[] {
  const logs = fits.map(logWeight);
  const highest = Math.max(...logs);
  const raw = fits.map((fit, i) => ({ ...fit, weight: Math.exp(logs[i]! - highest) }));
  const total = raw.reduce((sum, { weight }) => sum + weight, 0);
  return raw.map((fit) => ({ ...fit, weight: fit.weight / total })).toSorted((a, b) => b.weight - a.weight);
}

function sound(fits: readonly Fitted[]): Fitted[] {
  const enough = fits.filter(({ weight }) => weight > NEGLIGIBLE);
  const total = enough.reduce((sum, { weight }) => sum + weight, 0);
  return enough.map((fit) => ({ ...fit, weight: fit.weight / total }));
}

/** The scatter under which the likeliest family makes most of the runs: where cheap runs contradict dear ones they count less. */
function guarded({ family, posterior }: Fitted, seen: Seen, scatter: Scatter): Scatter {
  let best = { scatter, logEvidence: fitRobustly(family, seen, scatter, posterior.mode)?.logEvidence ?? -Infinity };
  best.logEvidence += GUARDED.better;
  for (const perLog of GUARDED.perLog) {
    const other = { ...scatter, perLog };
    const logEvidence = fitRobustly(family, seen, other, posterior.mode)?.logEvidence ?? -Infinity;
    if (logEvidence > best.logEvidence) best = { scatter: other, logEvidence };
  }
  return best.scatter;
}

/** A fit in which a run that diverged or went wrong counts less. */
function fitRobustly(
  family: SurfaceFamily,
  { runs, sights }: Seen,
  scatter: Scatter,
  start: Float64Array | undefined,
): Posterior | undefined {
  const observed = Float64Array.from(runs, ({ loss }) => loss);
  const predict = (x: Float64Array) => {
    const surface = family.surfaceAt(x);
    const predicted = new Float64Array(sights.length);
    for (let i = 0; i < predicted.length; i++) predicted[i] = surface(sights[i]!);
    return predicted;
  };
  const sd = Float64Array.from(runs, ({ loss }, i) => scatterAt(loss, sights[i]!.logC, scatter));
  return robustLaplace(family.belief, { observed, sd, predict }, MOST, start);
}

/** How much noisier than usual the runs are about a fit. */
function noiseFactor({ family, posterior }: Fitted, { runs, sights }: Seen, scatter: Scatter): number {
  const surface = family.surfaceAt(posterior.mode);
  let sum = 0;
  for (const [i, { loss }] of runs.entries()) {
    const missed = (loss - surface(sights[i]!)) / scatterAt(loss, sights[i]!.logC, scatter);
    sum += Math.min(missed * missed, 60);
  }
  return Math.sqrt((USUAL + sum) / (USUAL + FREE * runs.length));
}

function usualNoise(loss: number): number {
  let [low, sd]: readonly [number, number] = NOISE[0];
  if (loss <= low) return sd;
  for (const [high, other] of NOISE.slice(1)) {
    if (loss <= high) return sd + ((other - sd) * (loss - low)) / (high - low);
    [low, sd] = [high, other];
  }
  return sd;
}
