import { budgetsIn } from "../table/budgets.ts";
import type { RunPoint } from "../task/run-point.ts";

/** Fewer contrasts than this say nothing about the noise. */
const FEWEST = 6;

/**
 * The standard deviation of ln loss between runs that any smooth curve leaves: of each four neighbors in size at one
 * budget, what remains when a parabola is taken away. No law is assumed.
 *
 * @returns undefined where too few budgets have four sizes.
 */
export function measuredNoise(runs: readonly RunPoint[]): number | undefined {
  const contrasts: number[] = [];
  for (const budget of budgetsIn(runs)) {
    const sizes = budget.runs.filter(({ N, loss }, i) => loss > 0 && N !== budget.runs[i - 1]?.N);
    for (let i = 0; i + 3 < sizes.length; i++) contrasts.push(Math.abs(contrast(sizes.slice(i, i + 4))));
  }
  if (contrasts.length < FEWEST) return undefined;
  const sorted = contrasts.toSorted((a, b) => a - b);
  return 1.4826 * sorted[sorted.length >> 1]!;
}

/** The combination of four losses, of unit length, that is zero for any parabola of ln loss over ln N. */
function contrast(four: readonly RunPoint[]): number {
  const x = four.map(({ N }) => Math.log(N));
  const weights = x.map((xi, i) => 1 / x.reduce((product, xj, j) => (i === j ? product : product * (xi - xj)), 1));
  const length = Math.sqrt(weights.reduce((sum, weight) => sum + weight * weight, 0));
  return four.reduce((sum, { loss }, i) => sum + (weights[i]! / length) * Math.log(loss), 0);
}
