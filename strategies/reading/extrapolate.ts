import { fitPowerLaw, type PowerLaw, powerLawAt, type Space } from "../../src/fit/power-law.ts";

/** The best run of a budget: compute C in FLOPs, size N in parameters, loss in nats. */
export interface LowestRun {
  readonly C: number;
  readonly N: number;
  readonly loss: number;
}

/** Size and loss at another budget. */
export interface Extrapolation {
  readonly N: number;
  readonly loss: number;
  readonly law: string;
}

/**
 * N and loss at `flops` by a power law each through the best run of every budget: N in `space`, the loss in log space.
 * With one budget, or where the data determine no law, it returns N and loss of the largest budget's best run.
 * `optima` must not be empty; budgets ascend.
 */
export function extrapolateOptima(optima: readonly LowestRun[], flops: number, space: Space): Extrapolation {
  const top = optima.at(-1) as LowestRun;
  const sizes = fitPowerLaw(
    optima.map(({ C, N }) => ({ x: C, y: N })),
    { space },
  );
  const losses = fitPowerLaw(optima.map(({ C, loss }) => ({ x: C, y: loss })));
  return {
    N: sizes ? powerLawAt(sizes, flops) : top.N,
    loss: losses ? powerLawAt(losses, flops) : top.loss,
    law: `N* = ${sizes ? formula(sizes) : top.N}; L* = ${losses ? formula(losses) : top.loss}`,
  };
}

function formula({ coefficient, exponent }: PowerLaw): string {
  return `${coefficient.toPrecision(6)}·C^${exponent.toPrecision(6)}`;
}
