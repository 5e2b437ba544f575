import { budgetsIn } from "../table/budgets.ts";
import { formatCount, formatFlops, formatPercent } from "../task/quantity.ts";
import type { RunPoint } from "../task/run-point.ts";
import { designFault } from "./allocation.ts";
import { computeOf } from "./compute.ts";
import { type Allocation, type Fit, type Fitter, isUsable } from "./fitter.ts";
import { measuredNoise } from "./noise.ts";
import { pooledExperiments } from "./pooled.ts";

/** A target beyond this many times the largest budget carries a warning. */
const FAR = 300;
/** Sizes and tokens that no language model has had, and the least tokens for a parameter. */
const LIMITS = { N: [1e4, 1e14], D: [0, 1e15], perParameter: 0.01 } as const;
/** How far N and D laws may contradict the table's C/(ND). */
const CONTRADICTION = 0.2;
/** Standard deviations of noise by which a prediction may exceed a measured loss. */
const DEVIATIONS = 3;
/** Relative noise below which losses are equal. */
const LEAST_NOISE = 2e-3;

/**
 * The fitter with its answers checked: a fit that pools experiments is `not identified`, one whose predictions for
 * `options.targets` contradict the table or the world is `implausible`, and far targets carry a warning.
 */
export function withChecks(fitter: Fitter): Fitter {
  return {
    ...fitter,
    fit(runs, options = {}) {
      const fit = fitter.fit(runs, options);
      return options.start ? fit : checked(fit, runs, options.targets ?? []);
    },
  };
}

/** How many times the largest budget of the runs a target is. */
export function extrapolation(runs: readonly RunPoint[], target: number): number {
  return target / runs.reduce((most, { C }) => Math.max(most, C), 0);
}

/** A sentence on a target too far beyond the runs for any of them to test it. */
export function farText(runs: readonly RunPoint[], target: number): string | undefined {
  const factor = extrapolation(runs, target);
  if (!(factor > FAR)) return undefined;
  return `${formatFlops(target)} FLOPs is ${Math.round(factor)} times the largest budget (${formatFlops(target / factor)}): nothing tests a prediction that far`;
}

function checked(fit: Fit, runs: readonly RunPoint[], targets: readonly number[]): Fit {
  const pooled = pooledExperiments(runs);
  if (pooled) return { ...fit, status: "not identified", explanation: pooled };
  if (!isUsable(fit) && fit.status !== "search failed") return fit;
  // A law the user wrote may well be one of N or of D alone.
  const design = fit.loss && !fit.lossOfC && fit.method !== "formula" ? designFault(runs) : undefined;
  if (design) return { ...fit, status: "not identified", explanation: design };
  if (!isUsable(fit)) return fit;
  const compute = computeOf(runs);
  const priced = targets.length > 0 && (fit.loss !== undefined || fit.laws !== undefined) && !fit.lossOfC;
  const warnings = [
    ...fit.warnings,
    ...(compute.note && !fit.lossOfC ? [compute.note] : []),
    ...targets.flatMap((C) => farText(runs, C) ?? []),
    ...(compute.fault && priced ? [compute.fault] : []),
    ...(compute.fault ? [] : targets.flatMap((C) => (predictionOf(fit, C) ? [] : [silentText(C)]))),
  ];
  // Where the cost of a run is unknown, a law of N and D has no best N for a budget; laws through optima do not need
  // it.
  const optimum = compute.fault && fit.loss ? () => undefined : fit.optimum;
  const doubts = targets.flatMap((C) => doubtOf({ ...fit, optimum }, runs, C) ?? []);
  if (doubts.length === 0) return { ...fit, optimum, warnings };
  return { ...fit, optimum, status: "implausible", explanation: doubts[0]!, warnings };
}

/** An allocation, or the loss alone where the law is one of C. */
export type Prediction =
  | Allocation
  | { readonly C: number; readonly loss: number; readonly N?: undefined; readonly D?: undefined };

/** What a fit predicts for C FLOPs. */
export function predictionOf(fit: Fit, C: number): Prediction | undefined {
  const optimum = fit.optimum(C);
  if (optimum) return optimum;
  const loss = fit.lossOfC?.(C);
  return loss !== undefined && Number.isFinite(loss) ? { C, loss } : undefined;
}

function silentText(C: number): string {
  return `no prediction for ${formatFlops(C)} FLOPs: the law's loss has no minimum over N there, so it has no best N`;
}

/** Why the prediction for a target cannot be believed. */
function doubtOf(fit: Fit, runs: readonly RunPoint[], C: number): string | undefined {
  const prediction = predictionOf(fit, C);
  if (!prediction) return undefined;
  const { N, D, loss } = prediction;
  const at = `at ${formatFlops(C)} FLOPs`;
  if (N !== undefined && D !== undefined) {
    const bad = outside("N", N) ?? outside("D", D);
    if (bad) return `${bad} ${at}`;
    if (D < N * LIMITS.perParameter)
      return `${formatCount(D)} tokens for ${formatCount(N)} parameters ${at}: fewer than one per hundred parameters`;
    const compute = computeOf(runs);
    const off = compute.flops(N, D) / C - 1;
    if (fit.laws && !compute.fault && Math.abs(off) > CONTRADICTION)
      return `the laws of N and D contradict the table's C/(N·D): ${at} their run costs ${formatFlops(compute.flops(N, D))}, ${formatPercent(Math.abs(off))} ${off > 0 ? "more" : "less"}`;
  }
  if (loss === undefined) return undefined;
  if (!(loss > 0)) return `a loss of ${loss.toPrecision(3)} ${at}`;
  const best = runs.reduce<RunPoint | undefined>(
    (low, run) => (run.C <= C * 1.02 && !(low && low.loss <= run.loss) ? run : low),
    undefined,
  );
  if (best && Math.log(loss / best.loss) > DEVIATIONS * noiseOf(fit, runs))
    return `a loss of ${loss.toFixed(4)} ${at}, above the ${best.loss.toFixed(4)} measured at ${formatFlops(best.C)}`;
  return undefined;
}

function outside(name: "N" | "D", value: number): string | undefined {
  const [low, high] = LIMITS[name];
  if (value >= low && value <= high) return undefined;
  return `${name} = ${value.toPrecision(3)} (plausible: ${low > 0 ? `${low.toExponential(0)} to ` : "up to "}${high.toExponential(0)})`.replaceAll(
    "e+",
    "e",
  );
}

/** The fit's own residuals, or less where the table shows its noise to be less. */
function noiseOf(fit: Fit, runs: readonly RunPoint[]): number {
  const own = rmsResidual(fit, runs);
  const measured = measuredNoise(runs);
  const noise = measured === undefined ? own : Math.min(own, Math.max(DEVIATIONS * measured, LEAST_NOISE));
  return Math.max(noise, LEAST_NOISE / DEVIATIONS);
}

/**
 * Root mean square of ln(predicted/measured): over the runs for a law of N and D, else over the optima a law went through,
 * or the lowest run of each budget where it is a law of C alone.
 */
export function rmsResidual(fit: Fit, runs: readonly RunPoint[]): number {
  const { loss, points } = fit;
  const optima = points.length > 0 ? points : budgetsIn(runs).map((budget) => lowestOf(budget.runs));
  const ratios = loss
    ? runs.map((run) => loss(run.N, run.D, run.C) / run.loss)
    : optima.map((point) => (predictionOf(fit, point.C)?.loss ?? Number.NaN) / (point.loss ?? Number.NaN));
  const logs = ratios.map(Math.log).filter(Number.isFinite);
  return Math.sqrt(logs.reduce((sum, value) => sum + value * value, 0) / Math.max(1, logs.length));
}

function lowestOf(runs: readonly RunPoint[]): RunPoint {
  return runs.reduce((low, run) => (run.loss < low.loss ? run : low));
}
