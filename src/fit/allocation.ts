import { formatCount } from "../task/quantity.ts";
import type { RunPoint } from "../task/run-point.ts";
import { type Allocation, type Fit, notIdentified } from "./fitter.ts";
import { fitFlooredPowerLaw } from "./floored-power-law.ts";
import { fitPowerLaw, powerLawAt, type Space } from "./power-law.ts";

/** One optimum per budget, as a method found them. */
export interface Optima {
  readonly points: readonly Allocation[];
  /** What they are, for the explanation: `vertices of 5 budgets`. */
  readonly what: string;
  readonly warnings?: readonly string[];
  /** Whether the rows are optima that were found elsewhere, so that sizes should follow compute. */
  readonly given?: boolean;
}

/** Numbers of the two laws together: a table of no more runs than this says nothing about them. */
const NUMBERS = 4;

/**
 * The fit of methods that find one optimum per budget: power laws of C through N and through D, each by itself, and a
 * floored power law of C through the losses where three budgets or more determine one.
 */
export function allocationFit(
  method: string,
  runs: readonly RunPoint[],
  { points, what, warnings = [], given = false }: Optima,
  space: Space,
): Fit {
  const design = given ? undefined : designFault(runs);
  if (design) return notIdentified(method, design, warnings);
  const through = (of: "N" | "D") =>
    fitPowerLaw(
      points.map((optimum) => ({ x: optimum.C, y: optimum[of] })),
      { space },
    );
  const [N, D] = [through("N"), through("D")];
  if (!N || !D)
    return notIdentified(
      method,
      points.length < 2
        ? `power laws need optima at two budgets or more, there are ${points.length}`
        : `no power law fits the optima of the ${points.length} budgets`,
      warnings,
    );
  const best = points.flatMap(({ C, loss }) => (loss === undefined ? [] : [{ C, loss }]));
  const floored = fitFlooredPowerLaw(best);
  const loss = (C: number) => (floored ? { loss: floored.at(C) } : {});
  return {
    method,
    ...(runs.length <= (given ? NUMBERS / 2 : NUMBERS)
      ? { status: "not identified", explanation: `the laws fit ${runs.length} runs exactly: nothing tests them` }
      : { status: "converged", explanation: `least squares in ${space} space through the ${what}` }),
    parameters: { k_N: N.coefficient, a: N.exponent, k_D: D.coefficient, b: D.exponent },
    exponents: { a: N.exponent, b: D.exponent },
    laws: { N, D },
    points,
    optimum: (C) => ({ C, N: powerLawAt(N, C), D: powerLawAt(D, C), ...loss(C) }),
    warnings: [
      ...warnings,
      ...(points.length === 2 ? ["two budgets determine the laws exactly: nothing tests them"] : []),
      ...(floored ? [] : ["no loss is predicted: a floored power law needs positive losses at three budgets"]),
    ],
  };
}

/** Why a design cannot say which size is best: its sizes follow from compute, so any exponent found is the design's own. */
export function designFault(runs: readonly RunPoint[]): string | undefined {
  if (runs.length < 2) return undefined;
  if (runs.some(({ N, D }) => !(N > 0 && D > 0))) return "the table has no N and D: only laws of C can be fitted";
  const [size, ratio] = [rangeOf(runs, ({ N }) => N), rangeOf(runs, ({ N, D }) => D / N)];
  if (size.high < size.low * 1.02)
    return `every run has one model size, ${formatCount(size.low)} parameters: the runs do not show which size is best`;
  if (ratio.high < ratio.low * 1.1)
    return `every run has one ratio of tokens to parameters, D/N = ${Number(ratio.low.toPrecision(3))}: the exponents would describe the design, not the loss`;
  const residual = spreadAroundLine(runs);
  if (residual < 0.03)
    return "model size follows compute in every run, as one power law: the exponents would describe the design, not the loss";
  return undefined;
}

function rangeOf(runs: readonly RunPoint[], of: (run: RunPoint) => number): { low: number; high: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const run of runs) {
    low = Math.min(low, of(run));
    high = Math.max(high, of(run));
  }
  return { low, high };
}

/** Root mean square of ln N about its line over ln C; infinite where all runs have one budget or there are only two. */
function spreadAroundLine(runs: readonly RunPoint[]): number {
  const law = runs.length < 3 ? undefined : fitPowerLaw(runs.map(({ C, N }) => ({ x: C, y: N })));
  if (!law) return Number.POSITIVE_INFINITY;
  const squares = runs.reduce((sum, { C, N }) => {
    const off = Math.log(N / powerLawAt(law, C));
    return sum + off * off;
  }, 0);
  return Math.sqrt(squares / runs.length);
}
