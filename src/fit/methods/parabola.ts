import { type Budget, budgetsIn, budgetsText } from "../../table/budgets.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { allocationFit } from "../allocation.ts";
import type { Allocation, Fit, FitOptions, Fitter } from "../fitter.ts";
import { leastSquares } from "../kernels/least-squares.ts";

/**
 * Approach 2 (Hoffmann et al. 2022, section 3.2): a parabola of loss over ln N and another over ln D for each budget,
 * power laws of C through their vertices. It is biased on grids that are wide or off center (docs/fitters.md).
 */
export const parabola: Fitter = {
  name: "parabola",
  summary: "a parabola per budget, power laws of C through the vertices (approach 2)",
  options: ["space", "weights"],
  fit(runs: readonly RunPoint[], { space = "log" }: FitOptions = {}): Fit {
    const refused = new Map<string, number[]>();
    const optima: Allocation[] = [];
    for (const budget of budgetsIn(runs)) {
      const vertex = vertexOf(budget);
      if (typeof vertex === "string") refused.set(vertex, [...(refused.get(vertex) ?? []), budget.C]);
      else optima.push(vertex);
    }
    const warnings = [...refused].map(([reason, budgets]) => `dropped, ${reason}: ${budgetsText(budgets)}`);
    return allocationFit("parabola", optima, space, `vertices of ${optima.length} budgets`, warnings);
  },
};

/** The vertex of a budget, or why there is none to use. */
function vertexOf({ C, runs }: Budget): Allocation | string {
  if (runs.length === 1) return "a single run";
  if (new Set(runs.map(({ N }) => N)).size < 3)
    return `a parabola needs three sizes, it has ${new Set(runs.map(({ N }) => N)).size}`;
  const weighted = (x: "N" | "D") => runs.map((run) => ({ x: run[x], y: run.loss, weight: run.weight ?? 1 }));
  const [overN, overD] = [fitParabola(weighted("N")), fitParabola(weighted("D"))];
  if (!overN || !overD) return "its runs determine no parabola";
  if (overN.curvature <= 0 || overD.curvature <= 0) return "the parabola opens downwards";
  if (!overN.inside || !overD.inside) return "the vertex lies outside the sizes tried";
  return { C, N: overN.vertex, D: overD.vertex, loss: overN.loss };
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
  /** Half its second derivative over ln x; negative when it opens downwards, and `vertex` is then a maximum. */
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
