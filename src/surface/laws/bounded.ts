import type { Surface } from "../point.ts";

/**
 * A law that is bounded by itself: L = E + U·λ/(U + λ), λ = A/N^α + B/D^β, U = ℓ0 - E. Chinchilla's law where λ is small,
 * the untrained loss ℓ0 where it is large (docs/surface.md, "Base laws").
 */
export interface Bounded {
  readonly law: "bounded";
  readonly E: number;
  readonly A: number;
  readonly B: number;
  readonly alpha: number;
  readonly beta: number;
}

export function bounded({ E, A, B, alpha, beta }: Omit<Bounded, "law">, untrainedLoss: number): Surface {
  const logA = Math.log(A);
  const logB = Math.log(B);
  const span = untrainedLoss - E;
  return (point) => {
    const reducible =
      Math.exp(logA - alpha * Math.log(point.parameters)) + Math.exp(logB - beta * Math.log(point.tokens));
    return E + span / (1 + span / reducible);
  };
}
