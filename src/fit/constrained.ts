import type { Compute } from "./compute.ts";
import type { Allocation, Fit } from "./fitter.ts";

/** Upper limits of a model: parameters, for the cost of inference, or the tokens available. */
export interface Limits {
  readonly maxParams?: number | undefined;
  readonly maxTokens?: number | undefined;
}

export function isLimited({ maxParams, maxTokens }: Limits): boolean {
  return maxParams !== undefined || maxTokens !== undefined;
}

/** The best N and D within limits; what they leave of the budget is not spent. */
export function constrainedOptimum(fit: Fit, C: number, limits: Limits, compute: Compute): Allocation | undefined {
  const { maxParams = Number.POSITIVE_INFINITY, maxTokens = Number.POSITIVE_INFINITY } = limits;
  const optimum = fit.optimum(C);
  const { loss } = fit;
  if (!optimum || !loss) return undefined;
  let N = Math.min(optimum.N, maxParams);
  let D = compute.tokens(C, N);
  if (D > maxTokens) {
    D = maxTokens;
    N = Math.min(maxParams, sizeFor(C, D, compute));
  }
  return { C, N, D, loss: loss(N, D) };
}

/** The loss of a size at a budget, against the best size's. */
export interface SizeRow {
  /** N over the best N. */
  readonly factor: number;
  readonly N: number;
  readonly D: number;
  readonly loss: number;
  /** Loss above the best size's, in nats. */
  readonly excess: number;
  /** FLOPs this size needs for the best size's loss, over the budget; null where no number of tokens reaches it. */
  readonly compute: number | null;
}

const FACTORS = [0.1, 0.2, 0.5, 0.7, 1, 1.4, 2, 5, 10];

/** What sizes from a tenth to ten times the best one cost at a budget. */
export function sizeTable(fit: Fit, C: number, compute: Compute): readonly SizeRow[] | undefined {
  const optimum = fit.optimum(C);
  const { loss } = fit;
  if (!optimum || !loss) return undefined;
  const best = loss(optimum.N, optimum.D);
  return FACTORS.map((factor) => {
    const N = factor * optimum.N;
    const D = compute.tokens(C, N);
    const reached = loss(N, D);
    return { factor, N, D, loss: reached, excess: reached - best, compute: computeFor(N, D, best, loss, compute, C) };
  });
}

/** How many times C a size needs to reach a loss, by bisection on ln D. */
function computeFor(
  N: number,
  D: number,
  wanted: number,
  loss: (N: number, D: number) => number,
  compute: Compute,
  C: number,
): number | null {
  let [low, high] = [Math.log(D) - 1e-9, Math.log(D) + 25];
  if (!(loss(N, Math.exp(high)) <= wanted)) return null;
  if (loss(N, D) <= wanted) return 1;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (loss(N, Math.exp(middle)) > wanted) low = middle;
    else high = middle;
  }
  return compute.flops(N, Math.exp(high)) / C;
}

/** N of D tokens and C FLOPs. */
function sizeFor(C: number, D: number, { k, n, d }: Compute): number {
  return Math.exp((Math.log(C) - Math.log(k) - d * Math.log(D)) / n);
}
