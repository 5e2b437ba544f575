import { type Budget, budgetsIn, budgetsText } from "../../table/budgets.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { allocationFit } from "../allocation.ts";
import { type Allocation, type Fit, type FitOptions, type Fitter, isUsable } from "../fitter.ts";
import { leastSquares } from "../kernels/least-squares.ts";
import { invertPositive } from "../kernels/matrix.ts";
import { withChecks } from "../plausibility.ts";

/** Sizes within this factor of a budget's lowest run enter its parabola by default (docs/fitters.md, "The window"). */
export const WINDOW = 5;
/** Sizes on either side of the lowest run that count however far they are, so that five runs determine a parabola. */
const BESIDE = 2;
/** Grid steps, and standard errors, beyond which vertices contradict the lowest runs. */
const MISS = { steps: 1, errors: 3 };

/**
 * Approach 2 (Hoffmann et al. 2022, section 3.2): a parabola of loss over ln N and another over ln D for each budget,
 * power laws of C through their vertices. It is biased on grids that are wide or off center (docs/fitters.md), so only
 * sizes near the lowest run count, and a fit whose vertices miss the lowest runs is `implausible`.
 */
export const parabola: Fitter = withChecks({
  name: "parabola",
  summary: "a parabola per budget, power laws of C through the vertices (approach 2)",
  options: ["space", "weights", "window"],
  fit(runs: readonly RunPoint[], { space = "log", window = WINDOW, start }: FitOptions = {}): Fit {
    const refused = new Map<string, number[]>();
    const points: Allocation[] = [];
    const misses: Miss[] = [];
    for (const budget of budgetsIn(runs)) {
      const near = nearLowest(budget, window);
      const vertex = typeof near === "string" ? near : vertexOf(near);
      if (typeof vertex === "string") {
        refused.set(vertex, [...(refused.get(vertex) ?? []), budget.C]);
        continue;
      }
      points.push(vertex);
      if (!start) misses.push(missOf(budget, near as Budget, vertex));
    }
    const warnings = [...refused].map(([reason, budgets]) => `dropped, ${reason}: ${budgetsText(budgets)}`);
    const fit = allocationFit(
      "parabola",
      runs,
      { points, what: `vertices of ${points.length} budgets`, warnings },
      space,
    );
    const missed = isUsable(fit) ? missText(misses) : undefined;
    return missed ? { ...fit, status: "implausible", explanation: missed } : fit;
  },
});

/**
 * The runs of a budget within a factor of its lowest, and two sizes on either side at least; all where it is infinite.
 *
 * @returns a reason where the lowest run is an end of the sizes tried, so that none lie beyond it.
 */
export function nearLowest({ C, runs }: Budget, window: number): Budget | string {
  const sizes = [...new Set(runs.map(({ N }) => N))];
  if (window === Number.POSITIVE_INFINITY || sizes.length < 3) return { C, runs };
  const lowest = runs.reduce((best, run) => (run.loss < best.loss ? run : best));
  const at = sizes.indexOf(lowest.N);
  if (at === 0 || at === sizes.length - 1) return "the lowest run is the smallest or largest tried";
  const reach = Math.log(window) + 1e-9;
  const [low, high] = [sizes[Math.max(0, at - BESIDE)]!, sizes[Math.min(sizes.length - 1, at + BESIDE)]!];
  return {
    C,
    runs: runs.filter(({ N }) => (N >= low && N <= high) || Math.abs(Math.log(N / lowest.N)) <= reach),
  };
}

/** The vertex of a budget, or why there is none to use. */
function vertexOf({ C, runs }: Budget): Allocation | string {
  if (runs.length === 1) return "a single run";
  const sizes = new Set(runs.map(({ N }) => N)).size;
  if (sizes < 3) return `a parabola needs three sizes, it has ${sizes}`;
  const [overN, overD] = [fitParabola(profile(runs, "N")), fitParabola(profile(runs, "D"))];
  if (!overN || !overD) return "its runs determine no parabola";
  if (overN.curvature <= 0 || overD.curvature <= 0) return "the parabola opens downward";
  if (!overN.inside || !overD.inside) return "the vertex lies outside the sizes tried";
  return { C, N: overN.vertex, D: overD.vertex, loss: overN.loss };
}

function profile(runs: readonly RunPoint[], x: "N" | "D"): ProfilePoint[] {
  return runs.map((run) => ({ x: run[x], y: run.loss, weight: run.weight ?? 1 }));
}

/** How a budget's parabola lies to its lowest run. */
interface Miss {
  /** From the lowest run to the vertex in steps of the grid there; negative toward smaller sizes. */
  readonly steps: number;
  /**
   * The vertex's loss less the lowest run's, less the one deviation that the lowest of several runs lies below its curve,
   * in standard errors of the parabola there; NaN where no residuals are left.
   */
  readonly errors: number;
}

function missOf(budget: Budget, near: Budget, { N, loss }: Allocation): Miss {
  const lowest = budget.runs.reduce((best, run) => (run.loss < best.loss ? run : best));
  const sizes = [...new Set(budget.runs.map((run) => run.N))];
  const at = sizes.indexOf(lowest.N);
  const beside = [sizes[at - 1], sizes[at + 1]].flatMap((size) =>
    size === undefined ? [] : [Math.abs(Math.log(size / lowest.N))],
  );
  const steps = Math.log(N / lowest.N) / Math.max(...beside);
  const { deviation, atVertex } = standardErrors(profile(near.runs, "N"), N);
  return { steps, errors: (loss! - lowest.loss - deviation) / atVertex };
}

/** The standard deviation of runs about their parabola, and the standard error of the parabola at x. */
function standardErrors(points: readonly ProfilePoint[], x: number): { deviation: number; atVertex: number } {
  const unknown = { deviation: Number.NaN, atVertex: Number.NaN };
  const used = points.filter(({ weight = 1 }) => weight > 0);
  const curve = fitParabola(used);
  if (!curve || used.length < 4) return unknown;
  const center = used.reduce((sum, point) => sum + Math.log(point.x), 0) / used.length;
  const row = (at: number) => [1, Math.log(at) - center, (Math.log(at) - center) * (Math.log(at) - center)];
  const normal = new Float64Array(9);
  let squares = 0;
  for (const point of used) {
    const powers = row(point.x);
    const residual = point.y - curve.at(point.x);
    squares += residual * residual;
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) normal[3 * i + j]! += powers[i]! * powers[j]!;
  }
  const inverse = invertPositive(normal, 3);
  if (!inverse) return unknown;
  const powers = row(x);
  let leverage = 0;
  for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) leverage += powers[i]! * inverse[3 * i + j]! * powers[j]!;
  const deviation = Math.sqrt(squares / (used.length - 3));
  return { deviation, atVertex: deviation * Math.sqrt(leverage) };
}

/** Why the vertices, all budgets together, contradict the lowest runs. */
function missText(misses: readonly Miss[]): string | undefined {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const most = (holds: readonly boolean[]) => holds.filter(Boolean).length > holds.length / 2;
  const shift = mean(misses.map(({ steps }) => steps));
  const side = Math.sign(shift);
  if (Math.abs(shift) > MISS.steps && most(misses.map(({ steps }) => side * steps > MISS.steps)))
    return `the parabolas miss the lowest runs: their vertices lie ${Math.abs(shift).toFixed(1)} grid steps toward ${side < 0 ? "smaller" : "larger"} sizes on average; use a smaller --window to fit only sizes near the lowest`;
  const errors = misses.map((miss) => miss.errors).filter(Number.isFinite);
  if (errors.length > 1 && mean(errors) > MISS.errors && most(errors.map((value) => value > MISS.errors)))
    return `the parabolas miss the lowest runs: their minima are too high by ${mean(errors).toFixed(1)} standard errors on average; use a smaller --window to fit only sizes near the lowest`;
  return undefined;
}

/** A point of an isoFLOP profile: size or tokens, and loss. */
export interface ProfilePoint {
  readonly x: number;
  readonly y: number;
  readonly weight?: number;
}

/** The parabola of loss over ln x. */
export interface Parabola {
  /** x where it is lowest. */
  readonly vertex: number;
  /** Its value there. */
  readonly loss: number;
  /** Half its second derivative over ln x; negative when it opens downward, and `vertex` is then a maximum. */
  readonly curvature: number;
  /** Whether the vertex lies among the points. */
  readonly inside: boolean;
  readonly at: (x: number) => number;
}

/**
 * The least-squares parabola of y over ln x.
 *
 * @returns undefined for fewer than three different x, numbers that are not finite, or no curvature at all.
 */
export function fitParabola(points: readonly ProfilePoint[]): Parabola | undefined {
  const logs = points.map(({ x }) => Math.log(x));
  const center = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const root = points.map(({ weight = 1 }) => Math.sqrt(weight));
  const power = (k: 0 | 1 | 2) =>
    Float64Array.from(logs, (log, i) => root[i]! * [1, log - center, (log - center) * (log - center)][k]!);
  const solved = leastSquares(
    [power(0), power(1), power(2)],
    Float64Array.from(points, ({ y }, i) => root[i]! * y),
  );
  if (!solved) return undefined;
  const [c0, c1, c2] = solved as unknown as [number, number, number];
  const shift = -c1 / (2 * c2);
  const vertex = Math.exp(center + shift);
  if (!(vertex > 0 && Number.isFinite(vertex))) return undefined;
  const log = center + shift;
  return {
    vertex,
    loss: c0 + c1 * shift + c2 * shift * shift,
    curvature: c2,
    inside: log > Math.min(...logs) && log < Math.max(...logs),
    at: (x) => c0 + (Math.log(x) - center) * (c1 + c2 * (Math.log(x) - center)),
  };
}
