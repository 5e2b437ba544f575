import { budgetsIn, budgetsText } from "../../table/budgets.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { allocationFit } from "../allocation.ts";
import type { Allocation, Fit, FitOptions, Fitter } from "../fitter.ts";
import { withChecks } from "../plausibility.ts";

/** Sizes closer than this are one, of which the lower loss counts: a curve through both would swing. */
const SAME_SIZE = 1.05;

/**
 * The minimum of a curve through each budget's losses, power laws of C through them. The curve is Akima's (1970), of ln
 * loss over ln N, as Porian et al. (2024) use it: it passes through every run, so it has no bias on wide grids and follows
 * the noise of the runs beside the lowest.
 */
export const interpolatedMinimum: Fitter = withChecks({
  name: "interpolated-minimum",
  summary: "the minimum of Akima's curve through each budget, power laws of C through them",
  options: ["space"],
  fit(runs: readonly RunPoint[], { space = "log" }: FitOptions = {}): Fit {
    const refused = new Map<string, number[]>();
    const points: Allocation[] = [];
    for (const { C, runs: tried } of budgetsIn(runs)) {
      const found = minimumOf(C, tried);
      if (typeof found === "string") refused.set(found, [...(refused.get(found) ?? []), C]);
      else points.push(found);
    }
    const warnings = [...refused].map(([reason, budgets]) => `dropped, ${reason}: ${budgetsText(budgets)}`);
    const what = `interpolated minima of ${points.length} budgets`;
    return allocationFit("interpolated-minimum", runs, { points, what, warnings }, space);
  },
});

/** The minimum of a budget, or why there is none to use. */
function minimumOf(C: number, runs: readonly RunPoint[]): Allocation | string {
  const [overN, overD] = [lowestOf(runs, "N"), lowestOf(runs, "D")];
  if (typeof overN === "string") return overN;
  if (typeof overD === "string") return overD;
  return { C, N: overN.x, D: overD.x, loss: overN.loss };
}

function lowestOf(runs: readonly RunPoint[], axis: "N" | "D"): { readonly x: number; readonly loss: number } | string {
  const best: { x: number; loss: number }[] = [];
  for (const run of runs.toSorted((a, b) => a[axis] - b[axis] || a.loss - b.loss)) {
    if (!(run.loss > 0)) continue;
    const last = best.at(-1);
    if (!last || run[axis] > last.x * SAME_SIZE) best.push({ x: run[axis], loss: run.loss });
    else if (run.loss < last.loss) best[best.length - 1] = { x: run[axis], loss: run.loss };
  }
  if (best.length < 4) return `an interpolation needs four sizes, it has ${best.length}`;
  const y = best.map(({ loss }) => Math.log(loss));
  const at = y.indexOf(y.reduce((low, value) => Math.min(low, value)));
  if (at === 0 || at === y.length - 1) return "the lowest run is the smallest or largest tried";
  const { x, value } = akimaMinimum(
    best.map((point) => Math.log(point.x)),
    y,
  );
  return { x: Math.exp(x), loss: Math.exp(value) };
}

/** The lowest point of Akima's curve through points of ascending x: cubics with the slopes of his weights. */
export function akimaMinimum(
  x: readonly number[],
  y: readonly number[],
): { readonly x: number; readonly value: number } {
  const chords = x.slice(1).map((next, i) => (y[i + 1]! - y[i]!) / (next - x[i]!));
  const [first, second] = chords as [number, number];
  const [last, before] = [chords.at(-1)!, chords.at(-2)!];
  // Two chords more at either end, as he extrapolates them.
  const m = [3 * first - 2 * second, 2 * first - second, ...chords, 2 * last - before, 3 * last - 2 * before];
  const slopes = x.map((_, i) => {
    const [left, right] = [Math.abs(m[i + 3]! - m[i + 2]!), Math.abs(m[i + 1]! - m[i]!)];
    if (left + right < 1e-14) return (m[i + 1]! + m[i + 2]!) / 2;
    return (left * m[i + 1]! + right * m[i + 2]!) / (left + right);
  });
  let best = { x: x[0]!, value: y[0]! };
  for (let i = 0; i + 1 < x.length; i++) {
    const width = x[i + 1]! - x[i]!;
    const [s0, s1, rise] = [slopes[i]! * width, slopes[i + 1]! * width, y[i + 1]! - y[i]!];
    // y + t·s0 + t²·c + t³·d on 0 ≤ t ≤ 1.
    const c = 3 * rise - 2 * s0 - s1;
    const d = s0 + s1 - 2 * rise;
    for (const t of [0, 1, ...stationary(s0, c, d)]) {
      const value = y[i]! + t * (s0 + t * (c + t * d));
      if (value < best.value) best = { x: x[i]! + t * width, value };
    }
  }
  return best;
}

/** Where s + 2·c·t + 3·d·t² is zero between 0 and 1. */
function stationary(s: number, c: number, d: number): number[] {
  const root = c * c - 3 * d * s;
  if (root < 0) return [];
  // The form that does not cancel.
  const q = -(c + (c < 0 ? -1 : 1) * Math.sqrt(root));
  return [q / (3 * d), s / q].filter((t) => t > 0 && t < 1);
}
