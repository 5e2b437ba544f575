import { type Allocation, type Fit, notIdentified } from "./fitter.ts";
import { fitFrontier } from "./floored-power-law.ts";
import { fitPowerLaw, powerLawAt, type Space } from "./power-law.ts";

/**
 * The fit of methods that find one optimum per budget: power laws of C through N and through D, each by itself, and a
 * floored power law of C through the losses where three budgets or more determine one.
 */
export function allocationFit(
  method: string,
  optima: readonly Allocation[],
  space: Space,
  what: string,
  warnings: readonly string[] = [],
): Fit {
  const through = (of: "N" | "D") =>
    fitPowerLaw(
      optima.map((optimum) => ({ x: optimum.C, y: optimum[of] })),
      { space },
    );
  const [N, D] = [through("N"), through("D")];
  if (!N || !D)
    return notIdentified(
      method,
      optima.length < 2
        ? `power laws need optima at two budgets or more, there are ${optima.length}`
        : `no power law fits the optima of the ${optima.length} budgets`,
      warnings,
    );
  const best = optima.flatMap(({ C, loss }) => (loss === undefined ? [] : [{ C, loss }]));
  const frontier = fitFrontier(best);
  const loss = (C: number) => (frontier ? { loss: frontier.at(C) } : {});
  return {
    method,
    status: "converged",
    explanation: `least squares in ${space} space through the ${what}`,
    parameters: { k_N: N.coefficient, a: N.exponent, k_D: D.coefficient, b: D.exponent },
    exponents: { a: N.exponent, b: D.exponent },
    laws: { N, D },
    points: optima,
    optimum: (C) => ({ C, N: powerLawAt(N, C), D: powerLawAt(D, C), ...loss(C) }),
    warnings: [
      ...warnings,
      ...(optima.length === 2 ? ["two budgets determine the laws exactly: nothing tests them"] : []),
      ...(frontier ? [] : ["no loss is predicted: a floored power law needs positive losses at three budgets"]),
    ],
  };
}
