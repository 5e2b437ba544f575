import { interpolate } from "../../src/statistics/interpolate.ts";
import type { AnsweredRun } from "../../src/task/configuration.ts";
import { type Posterior, robustLaplace } from "../believing/index.ts";
import type { Ingredients } from "./ingredients.ts";
import type { SurfaceFamily } from "./surface-family.ts";
import { type LogFeatures, logFeaturesOf } from "./surface-family.ts";

/** A family with its posterior given the runs. */
export interface Fitted {
  readonly family: SurfaceFamily;
  readonly posterior: Posterior;
  /** Adds up to one over the mixture. */
  readonly weight: number;
}

/** Noise of a run about its family: seed noise times `factor`, plus `perLog` nats per factor of e below `logTop`. */
export interface Scatter {
  readonly factor: number;
  readonly perLog: number;
  readonly logTop: number;
}

export interface Mixture {
  readonly fitted: readonly Fitted[];
  /** The families that the runs do not rule out, weighted by all runs: a later fit starts from these. */
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
/** Values that the regime guard compares with it, and the gain in ln evidence that one of them needs. */
const GUARD = { perLog: [0.008, 0.03], better: 3 };
/** Runs of at least this share of the largest budget are the top ones, which a family must predict. */
const TOP = 1 / 6;
/** Fewer runs than this below the top ones are too few to predict them. */
const FEWEST_BELOW = 8;
/** Weight of the prior that the noise factor is one, in runs. */
const PRIOR_RUNS = 6;
/** Share of the runs that remain as degrees of freedom, roughly. */
const FREE = 0.65;
/** A residual beyond this many standard deviations makes a run count less. */
const ROBUST_LIMIT = 2.5;
/** Powers of the densities that weight families: of all the runs, which are many and cheap; of the few top ones. */
const POWER = { evidence: 0.6, top: 3 };
/** Families of less weight are dropped. */
const NEGLIGIBLE = 0.01;

export function scatterAt(loss: number, logC: number, { factor, perLog, logTop }: Scatter): number {
  const noise = factor * interpolate(NOISE, loss);
  const short = perLog * Math.max(0, logTop - logC);
  return Math.sqrt(noise * noise + short * short + 1e-6);
}

/**
 * Every family's posterior and weight given the runs. `before` is an earlier mixture to start from; its families are
 * kept.
 */
export function fitMixture(runs: readonly AnsweredRun[], parts: MixtureParts, before?: Mixture): Mixture {
  const data = { runs, features: runs.map(logFeaturesOf) };
  const logTop = Math.max(...data.features.map(({ logC }) => logC));
  let scatter: Scatter = { factor: before?.scatter.factor ?? 1, perLog: before?.scatter.perLog ?? PER_LOG, logTop };
  const families = before?.possible.map(({ family }) => family) ?? parts.families;
  let fits = fitAll(families, data, scatter, before?.possible ?? []);
  const likeliest = fits[0];
  if (likeliest) {
    scatter = { ...scatter, factor: noiseFactor(likeliest, data, { ...scatter, factor: 1 }) };
    if (parts.regimeGuard) scatter = regimeGuard(likeliest, data, scatter);
    fits = fitAll(
      fits.filter(({ weight }) => weight > NEGLIGIBLE / 10).map(({ family }) => family),
      data,
      scatter,
      fits,
    );
  }
  return { fitted: weighted(fits, data, scatter, parts.weighing), possible: fits, scatter };
}

/** The ingredients that concern the mixture. */
export type MixtureParts = Pick<Ingredients, "families" | "weighing" | "regimeGuard">;

/** Runs, and their features. */
interface Data {
  readonly runs: readonly AnsweredRun[];
  readonly features: readonly LogFeatures[];
}

/** Fits of the families, the likeliest first, weighted by tempered evidence. */
function fitAll(
  families: readonly SurfaceFamily[],
  data: Data,
  scatter: Scatter,
  before: readonly Omit<Fitted, "weight">[],
): Fitted[] {
  const each = families.flatMap((family) => {
    const start = before.find((fit) => fit.family === family)?.posterior.mode;
    const posterior = fitRobustly(family, data, scatter, start);
    return posterior ? [{ family, posterior }] : [];
  });
  return byWeight(each, ({ posterior }) => POWER.evidence * posterior.logEvidence);
}

/** The fits weighted by `by`; negligible ones are dropped. */
function weighted(fits: readonly Fitted[], data: Data, scatter: Scatter, by: Ingredients["weighing"]): Fitted[] {
  if (by === "evidence") return dropNegligible(fits);
  if (by === "alike") return dropNegligible(byWeight(fits, () => 0));
  const kept = data.runs.flatMap((_, i) => (data.features[i]!.logC < scatter.logTop + Math.log(TOP) ? [i] : []));
  if (kept.length < FEWEST_BELOW) return dropNegligible(fits);
  const below = { runs: kept.map((i) => data.runs[i]!), features: kept.map((i) => data.features[i]!) };
  // The evidence of all runs over that of the runs below is the density of the top runs given those below, apart from
  // how each fit weights its outliers.
  return dropNegligible(
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

function dropNegligible(fits: readonly Fitted[]): Fitted[] {
  const enough = fits.filter(({ weight }) => weight > NEGLIGIBLE);
  const total = enough.reduce((sum, { weight }) => sum + weight, 0);
  return enough.map((fit) => ({ ...fit, weight: fit.weight / total }));
}

/** The scatter of highest evidence under the likeliest family: cheap runs that contradict expensive ones count less. */
function regimeGuard({ family, posterior }: Fitted, data: Data, scatter: Scatter): Scatter {
  let best = { scatter, logEvidence: fitRobustly(family, data, scatter, posterior.mode)?.logEvidence ?? -Infinity };
  best.logEvidence += GUARD.better;
  for (const perLog of GUARD.perLog) {
    const other = { ...scatter, perLog };
    const logEvidence = fitRobustly(family, data, other, posterior.mode)?.logEvidence ?? -Infinity;
    if (logEvidence > best.logEvidence) best = { scatter: other, logEvidence };
  }
  return best.scatter;
}

/** A fit in which a run that diverged counts less. */
function fitRobustly(
  family: SurfaceFamily,
  { runs, features }: Data,
  scatter: Scatter,
  start: Float64Array | undefined,
): Posterior | undefined {
  const observed = Float64Array.from(runs, ({ loss }) => loss);
  const predict = (x: Float64Array) => {
    const surface = family.surfaceAt(x);
    const predicted = new Float64Array(features.length);
    for (let i = 0; i < predicted.length; i++) predicted[i] = surface(features[i]!);
    return predicted;
  };
  const sd = Float64Array.from(runs, ({ loss }, i) => scatterAt(loss, features[i]!.logC, scatter));
  return robustLaplace(family.prior, { observed, sd, predict }, ROBUST_LIMIT, start);
}

/** The noise of the runs about a fit, over seed noise. */
function noiseFactor({ family, posterior }: Fitted, { runs, features }: Data, scatter: Scatter): number {
  const surface = family.surfaceAt(posterior.mode);
  let sum = 0;
  for (const [i, { loss }] of runs.entries()) {
    const residual = (loss - surface(features[i]!)) / scatterAt(loss, features[i]!.logC, scatter);
    sum += Math.min(residual * residual, 60);
  }
  return Math.sqrt((PRIOR_RUNS + sum) / (PRIOR_RUNS + FREE * runs.length));
}
