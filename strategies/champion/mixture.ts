import { solveCholesky } from "../../src/fit/kernels/matrix.ts";
import { interpolate } from "../../src/statistics/interpolate.ts";
import type { AnsweredRun } from "../../src/task/configuration.ts";
import { type Posterior, robustLaplace } from "../believing/index.ts";
import { type Discrepancy, discrepancyFrom } from "./discrepancy.ts";
import type { Ingredients } from "./ingredients.ts";
import { logRule } from "./laws.ts";
import { type LogFeatures, logFeaturesOf, type SurfaceFamily } from "./surface-family.ts";

/** A family with its posterior given the runs. */
export interface Fitted {
  readonly family: SurfaceFamily;
  /** Of the family's variables, and then of its discrepancy's. */
  readonly posterior: Posterior;
  readonly discrepancy: Discrepancy;
  /** Standard deviation, in nats, of what the family is off by at the top budget before the runs are seen. */
  readonly scale: number;
  /** Adds up to one over the mixture. */
  readonly weight: number;
}

/** Noise of a run about its family: seed noise times `factor`, plus a little per factor of e below `logTop`. */
export interface Scatter {
  readonly factor: number;
  readonly logTop: number;
}

export interface Mixture {
  readonly fitted: readonly Fitted[];
  /** The families that the runs do not rule out: a later fit starts from these. */
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
/** Runs of at least this share of the largest budget are the top ones, which a family must predict. */
const TOP = 1 / 40;
/** Of what a family may be off by, runs of at least this share of the largest budget are the judges. */
const JUDGES = 1 / 300;
/** Fewer runs than this below them predict nothing. */
const FEWEST_BELOW = 6;
/** Scales of the discrepancy, in nats, with the one to expect and how far, in ln, another may be from it. */
const SCALES = {
  tried: [0.0015, 0.005, 0.012, 0.03, 0.07, 0.15],
  usual: 0.004,
  spread: 1.5,
};
/**
 * Held on to until data say otherwise: ln N* − ½·ln(C/120) at the target, and ln η* over the published one. Standard
 * deviations over published tables, and second derivatives of the loss in both, in nats.
 */
const ANCHORS = { sd: [0.35, 0.5], curvature: [0.12, 0.037], scale: 0.02 } as const;
/** How far in ln a residual tilts with the rate: one that went on would carry the choice to the edge. */
const RATE_REACH = 1;
/** A run this far above the best, in nats, may be off by this share of what is beyond. */
const FAR = { above: 0.1, share: 0.2 };
/** A run above the losses that a family describes may be off by this share of what is above. */
const HARDLY_BEGUN = 0.3;
/** Weight of the prior that the noise factor is one, in runs; and the change of it that needs another fit. */
const NOISE_PRIOR = { runs: 3, changed: 1.25 };
/** Share of the runs that remain as degrees of freedom, roughly. */
const FREE = 0.6;
/** A residual beyond this many standard deviations makes a run count less. */
const ROBUST_LIMIT = 4;
/**
 * Powers of the densities that weight families: of the evidence of all runs; of how well the more expensive runs were predicted, where
 * the likeliest family fits and where its residuals are structured, which makes families count more alike.
 */
const POWER = { evidence: 0.6, trusted: 0.6, structured: 0.2, scales: [0.005, 0.03] } as const;
/** Families of less weight are dropped. */
const NEGLIGIBLE = 0.01;

export function scatterAt(loss: number, logC: number, { factor, logTop }: Scatter): number {
  const noise = factor * interpolate(NOISE, loss);
  const short = PER_LOG * Math.max(0, logTop - logC);
  return Math.sqrt(noise * noise + short * short + 1e-6);
}

/** The loss under a fit, what it is off by included, given all its variables. */
export function surfaceOf(
  { family, discrepancy }: Pick<Fitted, "family" | "discrepancy">,
  x: Float64Array,
): (features: LogFeatures) => number {
  const size = family.prior.mean.length;
  const surface = family.surfaceAt(x.subarray(0, size));
  const off = x.subarray(size);
  return (features) => {
    const basis = discrepancy.basis(features);
    let loss = surface(features);
    for (let i = 0; i < off.length; i++) loss += off[i]! * basis[i]!;
    return loss;
  };
}

/** The ingredients that concern the mixture. */
export type MixtureParts = Pick<Ingredients, "weighing" | "discrepancy" | "anchors"> & {
  /** Whether every family is held near the published optimum, not only one that is off. */
  readonly tight: boolean;
};

/** Every family's posterior and weight given the runs. `before` is an earlier mixture to start from. */
export function fitMixture(
  runs: readonly AnsweredRun[],
  families: readonly SurfaceFamily[],
  parts: MixtureParts,
  logTarget: number,
  before?: Mixture,
): Mixture {
  const sorted = runs.toSorted((a, b) => a.trainFlops - b.trainFlops);
  const features = sorted.map(logFeaturesOf);
  const logTop = features.at(-1)!.logC;
  const usual = {
    logRate: features.reduce((sum, { logRate }) => sum + logRate, 0) / features.length,
    reach: RATE_REACH,
  };
  const discrepancy = discrepancyFrom(logTop, usual, logTarget);
  const design = designOf(discrepancy, features, parts.anchors ? logTarget : undefined);
  const size = discrepancy.sd.length;
  const spread = productOf(
    design.map((value, i) => value * discrepancy.sd[i % size]!),
    size,
  );
  const data: Data = { runs: sorted, features, discrepancy, design, spread };
  let scatter: Scatter = { factor: before?.scatter.factor ?? 1, logTop };
  let fits = families.flatMap((family) => {
    const start = before?.possible.find((fit) => fit.family === family);
    if (before && !start) return [];
    return fitWithScale(family, data, scatter, parts, start) ?? [];
  });
  for (let round = 0; round < 3; round++) {
    const likeliest = byWeight(fits, ({ posterior }) => posterior.logEvidence)[0];
    if (!likeliest) break;
    const factor = noiseFactor(likeliest, data, { ...scatter, factor: 1 });
    const change = Math.abs(Math.log(factor / scatter.factor));
    if (change < Math.log(NOISE_PRIOR.changed)) break;
    scatter = { ...scatter, factor };
    fits = fits.flatMap((fit) => fitWithScale(fit.family, data, scatter, parts, fit) ?? []);
  }
  const possible = weighted(fits, data, parts.weighing);
  return { fitted: dropNegligible(possible, NEGLIGIBLE), possible: dropNegligible(possible, NEGLIGIBLE / 30), scatter };
}

/** Runs, ascending in compute, and what is computed of them once. */
interface Data {
  readonly runs: readonly AnsweredRun[];
  readonly features: readonly LogFeatures[];
  readonly discrepancy: Discrepancy;
  /** What each variable of the discrepancy adds to what is held of the optimum and to every run, row by row. */
  readonly design: Float64Array;
  /** The covariance of these sums where the scale is one, lower triangle. */
  readonly spread: Float64Array;
}

type Unweighted = Omit<Fitted, "weight">;

/** A fit whose discrepancy has the scale under which the family predicts the more expensive runs best. */
function fitWithScale(
  family: SurfaceFamily,
  data: Data,
  scatter: Scatter,
  parts: MixtureParts,
  start?: Unweighted,
): Unweighted | undefined {
  const { discrepancy } = data;
  const fitAt = (scale: number, from?: Float64Array, known?: Posterior) => {
    const posterior = fitRobustly(family, data, scatter, parts, scale, from, known);
    return posterior && { family, posterior, discrepancy, scale };
  };
  const ofTheseRuns = start?.discrepancy === discrepancy ? start.posterior : undefined;
  const first = fitAt(start?.scale ?? SCALES.usual, start?.posterior.mode, ofTheseRuns);
  if (!first || !parts.discrepancy) return first;
  const judges = judgesFrom(data, JUDGES);
  const densityAt = predictiveOf(first, data);
  const score = (scale: number) => {
    const off = Math.log(scale / SCALES.usual) / SCALES.spread;
    return densityAt(scale, judges) - 0.5 * off * off;
  };
  const scores = SCALES.tried.map(score);
  const best = SCALES.tried.reduce((a, b, i) => (scores[i]! > scores[SCALES.tried.indexOf(a)]! ? b : a));
  return best === first.scale ? first : (fitAt(best, first.posterior.mode, first.posterior) ?? first);
}

/** The first of the runs of at least this share of the largest budget; of all where few lie below. */
function judgesFrom({ features }: Data, share: number): number {
  const logTop = features.at(-1)!.logC;
  const first = features.findIndex(({ logC }) => logC > logTop + Math.log(share) - 1e-9);
  return first < FEWEST_BELOW ? Math.min(FEWEST_BELOW, features.length - 1) : first;
}

/**
 * ln of the density of the runs from `first` on given those before, ascending in compute, at a scale of the discrepancy,
 * under a fit taken as linear in its variables: the product of what each run adds, from one Cholesky factor.
 */
function predictiveOf(
  { family, posterior }: Unweighted,
  { design, spread }: Data,
): (scale: number, first: number) => number {
  const { jacobian, residuals, sd, mode } = posterior;
  const { mean, sd: priorSd } = family.prior;
  const [size, count] = [mean.length, residuals.length];
  const offset = residuals.slice();
  const slopes = jacobian.slice();
  const off = mode.subarray(size);
  for (let a = 0; a < count; a++) {
    for (let i = 0; i < size; i++) {
      offset[a]! += jacobian[a * size + i]! * (mode[i]! - mean[i]!);
      slopes[a * size + i]! *= priorSd[i]!;
    }
    for (let i = 0; i < off.length; i++) offset[a]! += design[a * off.length + i]! * off[i]!;
  }
  const ofFamily = productOf(slopes, size);
  const [factor, errors, nothing] = [ofFamily.slice(), offset.slice(), new Float64Array(count)];
  return (scale, first) => {
    for (let i = 0; i < factor.length; i++) factor[i] = ofFamily[i]! + scale * scale * spread[i]!;
    for (let a = 0; a < count; a++) factor[a * count + a]! += sd[a]! * sd[a]!;
    if (!solveCholesky(factor, nothing, count)) return Number.NEGATIVE_INFINITY;
    // Forward substitution gives each run's error given those before it.
    let log = 0;
    for (let a = 0; a < count; a++) {
      let sum = offset[a]!;
      for (let b = 0; b < a; b++) sum -= factor[a * count + b]! * errors[b]!;
      const root = factor[a * count + a]!;
      errors[a] = sum / root;
      if (a >= first + ANCHORS.sd.length) log -= 0.5 * errors[a]! * errors[a]! + Math.log(root);
    }
    return log;
  };
}

/** The products of rows with each other, lower triangle. */
function productOf(rows: Float64Array, width: number): Float64Array {
  const count = rows.length / width;
  const product = new Float64Array(count * count);
  for (let a = 0; a < count; a++)
    for (let b = 0; b <= a; b++) {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += rows[a * width + i]! * rows[b * width + i]!;
      product[a * count + b] = sum;
    }
  return product;
}

function weighted(fits: readonly Unweighted[], data: Data, by: Ingredients["weighing"]): Fitted[] {
  if (by === "alike") return byWeight(fits, () => 0);
  if (by === "evidence") return byWeight(fits, ({ posterior }) => POWER.evidence * posterior.logEvidence);
  const judges = judgesFrom(data, TOP);
  const densities = new Map(fits.map((fit) => [fit, predictiveOf(fit, data)(fit.scale, judges)]));
  const likeliest = fits.reduce((best, fit) => (densities.get(fit)! > densities.get(best)! ? fit : best), fits[0]!);
  return byWeight(fits, (fit) => powerAt(likeliest.scale) * densities.get(fit)!);
}

/** The power of the densities when the likeliest family is off by this scale. */
function powerAt(scale: number): number {
  const [small, large] = POWER.scales;
  const share = Math.min(1, Math.max(0, Math.log(scale / small) / Math.log(large / small)));
  return Math.exp((1 - share) * Math.log(POWER.trusted) + share * Math.log(POWER.structured));
}

function byWeight(fits: readonly Unweighted[], logWeight: (fit: Unweighted) => number): Fitted[] {
  const logs = fits.map(logWeight);
  const highest = Math.max(...logs);
  const raw = fits.map((fit, i) => ({ ...fit, weight: Math.exp(logs[i]! - highest) }));
  const total = raw.reduce((sum, { weight }) => sum + weight, 0);
  return raw.map((fit) => ({ ...fit, weight: fit.weight / total })).toSorted((a, b) => b.weight - a.weight);
}

function dropNegligible(fits: readonly Fitted[], least: number): Fitted[] {
  const enough = fits.filter(({ weight }) => weight > least);
  const total = enough.reduce((sum, { weight }) => sum + weight, 0);
  return enough.map((fit) => ({ ...fit, weight: fit.weight / total }));
}

/** A fit in which a run that diverged counts less. The first rows are what is held of the optimum, like measurements. */
function fitRobustly(
  family: SurfaceFamily,
  { runs, features, discrepancy, design }: Data,
  scatter: Scatter,
  parts: MixtureParts,
  scale: number,
  start?: Float64Array,
  known?: Posterior,
): Posterior | undefined {
  const far = parts.tight ? farFromAnyChoice(runs) : runs.map(({ loss }) => offAbove(family, loss));
  const looser = parts.tight || family.holdsBelow ? 1 : Math.max(1, ANCHORS.scale / scale);
  const observed = Float64Array.from([0, 0, ...runs.map(({ loss }) => loss)]);
  const sd = Float64Array.from([
    ...ANCHORS.sd.map((each) => each * looser),
    ...runs.map(({ loss }, i) => Math.hypot(scatterAt(loss, features[i]!.logC, scatter), far[i]!)),
  ]);
  const anchor = parts.anchors ? family.optimum : undefined;
  const held = ANCHORS.sd.length;
  const predict = (x: Float64Array, predicted: Float64Array) => {
    if (anchor) [predicted[0], predicted[1]] = anchor(x);
    else predicted.fill(0, 0, held);
    const surface = family.surfaceAt(x);
    for (let i = 0; i < features.length; i++) predicted[held + i] = surface(features[i]!);
  };
  const size = family.prior.mean.length;
  const slopes = new Float64Array(size);
  const ofAnchors = [new Float64Array(size), new Float64Array(size)] as const;
  const differentiate = (x: Float64Array, jacobian: Float64Array) => {
    anchor?.(x, ofAnchors);
    for (let i = 0; i < held; i++) jacobian.set(ofAnchors[i]!, i * size);
    const surface = family.surfaceAt(x);
    for (let i = 0; i < features.length; i++) {
      surface(features[i]!, slopes);
      jacobian.set(slopes, (held + i) * size);
    }
  };
  const linear = { design, sd: discrepancy.sd.map((each) => (parts.discrepancy ? scale : 1e-6) * each) };
  return robustLaplace(family.prior, { observed, sd, predict, differentiate, linear }, ROBUST_LIMIT, start, known);
}

function designOf(discrepancy: Discrepancy, features: readonly LogFeatures[], logTarget?: number): Float64Array {
  const size = discrepancy.sd.length;
  const held = ANCHORS.sd.length;
  const design = new Float64Array((held + features.length) * size);
  if (logTarget !== undefined)
    for (const [i, row] of optimumMovedBy(discrepancy, features[0]!, logTarget).entries()) design.set(row, i * size);
  for (const [i, each] of features.entries()) design.set(discrepancy.basis(each), (held + i) * size);
  return design;
}

/** What a family may be off by, in nats, at a loss above those it describes. */
export function offAbove({ holdsBelow = Number.POSITIVE_INFINITY }: SurfaceFamily, loss: number): number {
  return HARDLY_BEGUN * Math.max(0, loss - holdsBelow);
}

/** What runs far above the best of their compute, ascending in it, may be off by: no choice is near them. */
function farFromAnyChoice(runs: readonly AnsweredRun[]): number[] {
  let lowest = Number.POSITIVE_INFINITY;
  return runs.map(({ loss }) => {
    lowest = Math.min(lowest, loss);
    return FAR.share * Math.max(0, loss - lowest - FAR.above);
  });
}

/** How each variable of the discrepancy moves ln N* and ln η* at the target. */
function optimumMovedBy(
  { basis }: Discrepancy,
  like: LogFeatures,
  logTarget: number,
): readonly [size: Float64Array, rate: Float64Array] {
  const at = (size: number, rate: number) =>
    basis({ ...like, logC: logTarget, logN: logRule(logTarget) + size, logRate: like.logRate + rate });
  const [smaller, larger, slower, faster] = [at(-0.5, 0), at(0.5, 0), at(0, -0.5), at(0, 0.5)];
  return [
    larger.map((value, i) => (smaller[i]! - value) / ANCHORS.curvature[0]),
    faster.map((value, i) => (slower[i]! - value) / ANCHORS.curvature[1]),
  ];
}

/** The noise of the runs about a fit, over seed noise. */
function noiseFactor({ posterior, family }: Fitted, { runs, features }: Data, scatter: Scatter): number {
  let sum = 0;
  for (const [i, { loss }] of runs.entries()) {
    const residual =
      posterior.residuals[i + ANCHORS.sd.length]! /
      Math.hypot(scatterAt(loss, features[i]!.logC, scatter), offAbove(family, loss));
    sum += Math.min(residual * residual, 200);
  }
  return Math.sqrt((NOISE_PRIOR.runs + sum) / (NOISE_PRIOR.runs + FREE * runs.length));
}
