import { type Compute, computeOf } from "../../../src/fit/compute.ts";
import { type Allocation, type Fit, type FitStatus, type Fitter, isUsable } from "../../../src/fit/fitter.ts";
import { minimum } from "../../../src/fit/methods/minimum.ts";
import { fitParabola, parabola } from "../../../src/fit/methods/parabola.ts";
import { parametric } from "../../../src/fit/methods/parametric.ts";
import { variableProjection } from "../../../src/fit/methods/variable-projection.ts";
import { type Budget, budgetsIn } from "../../../src/table/budgets.ts";
import type { RunPoint } from "../../../src/task/run-point.ts";

/** The methods drawn. */
export type Method = "minimum" | "parabola" | "parametric" | "variable-projection";

/** The curve of loss over size at one budget that a fit draws. */
interface Profile {
  /** FLOPs. */
  readonly C: number;
  readonly curve: readonly { readonly N: number; readonly loss: number }[];
  /** Where the curve is lowest, when that is among the sizes drawn. */
  readonly vertex?: { readonly N: number; readonly loss: number };
}

/** A fit as plain data: what travels from the worker to the page. */
export interface FitResult {
  readonly method: Method;
  readonly status: FitStatus;
  readonly explanation: string;
  readonly warnings: readonly string[];
  /** Of the law, by name. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Of N ∝ C^a. */
  readonly a?: number;
  /** The best allocation of the target. */
  readonly target?: Allocation;
  readonly profiles: readonly Profile[];
  /** Optima over compute, from the cheapest budget to the target or the dearest budget. */
  readonly path: readonly Allocation[];
}

const FITTERS: Readonly<Record<Method, Fitter>> = {
  minimum,
  parabola,
  parametric,
  "variable-projection": variableProjection,
};

const POINTS = 48;
/** A table may have a budget of its own for each run. */
const MOST_CURVES = 24;

/** Fits runs by every method and draws what came out up to the target, in FLOPs. */
export function fitAll(runs: readonly RunPoint[], target: number): FitResult[] {
  return (Object.keys(FITTERS) as Method[]).map((method) =>
    resultOf(method, FITTERS[method].fit(runs, { targets: [target] }), runs, target),
  );
}

function resultOf(method: Method, fit: Fit, runs: readonly RunPoint[], target: number): FitResult {
  const best = isUsable(fit) ? fit.optimum(target) : undefined;
  const a = fit.exponents?.a;
  const { tokens } = computeOf(runs);
  return {
    method,
    status: fit.status,
    explanation: fit.explanation,
    warnings: fit.warnings,
    parameters: fit.parameters,
    ...(a === undefined ? {} : { a }),
    ...(best ? { target: best } : {}),
    profiles: drawnBudgets(runs).flatMap((budget) => profileOf(method, fit, budget, tokens) ?? []),
    path: pathOf(fit, runs, target),
  };
}

/** The budgets that have curves: of very many, those with several sizes, every n-th. */
function drawnBudgets(runs: readonly RunPoint[]): readonly Budget[] {
  const all = budgetsIn(runs);
  if (all.length <= MOST_CURVES) return all;
  const several = all.filter((budget) => budget.runs.length > 2);
  const step = Math.ceil(several.length / MOST_CURVES);
  return several.filter((_, i) => i % step === 0);
}

function pathOf(fit: Fit, runs: readonly RunPoint[], target: number): Allocation[] {
  const lowest = runs.reduce((least, { C }) => Math.min(least, C), target);
  const highest = runs.reduce((most, { C }) => Math.max(most, C), target);
  return spaced(lowest, highest, POINTS).flatMap((C) => fit.optimum(C) ?? []);
}

/** Over the sizes tried and a little beyond; undefined where the method says nothing of a budget. */
function profileOf(
  method: Method,
  { loss }: Fit,
  { C, runs: tried }: Budget,
  tokens: Compute["tokens"],
): Profile | undefined {
  const sizes = tried.map(({ N }) => N);
  const [low, high] = [Math.min(...sizes), Math.max(...sizes)];
  if (method === "minimum") {
    if (sizes.length < 2) return undefined;
    const vertex = tried.reduce((best, run) => (run.loss < best.loss ? run : best));
    return { C, curve: tried.map((run) => ({ N: run.N, loss: run.loss })), vertex: { N: vertex.N, loss: vertex.loss } };
  }
  const at = loss
    ? (N: number) => loss(N, tokens(C, N), C)
    : fitParabola(tried.map(({ N, loss: y }) => ({ x: N, y })))?.at;
  if (!at || (sizes.length < 2 && !loss)) return undefined;
  const curve = spaced(low / 1.25, high * 1.25, POINTS).map((N) => ({ N, loss: at(N) }));
  const lowest = curve.reduce((best, point) => (point.loss < best.loss ? point : best));
  const inside = lowest !== curve[0] && lowest !== curve.at(-1);
  return { C, curve, ...(inside ? { vertex: lowest } : {}) };
}

/** Values evenly spaced in ln, both ends included. */
function spaced(low: number, high: number, count: number): number[] {
  const step = Math.log(high / low) / (count - 1);
  return Array.from({ length: count }, (_, i) => low * Math.exp(i * step));
}
