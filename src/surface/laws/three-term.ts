import { CONTEXT_LENGTH } from "../../task/accounting.ts";
import type { Surface } from "../point.ts";

/**
 * A law of size, tokens and steps: L(N, D, S) = E + A/N^α + B/D^β + F/S^φ. Capacity, data and optimisation each bind
 * alone, so that the same tokens in larger batches, hence fewer steps, are worth less (docs/surface.md, "Base laws").
 */
export interface ThreeTerm {
  readonly law: "three-term";
  readonly E: number;
  readonly A: number;
  readonly alpha: number;
  readonly B: number;
  readonly beta: number;
  readonly F: number;
  readonly phi: number;
}

export function threeTerm({ E, A, alpha, B, beta, F, phi }: Omit<ThreeTerm, "law">): Surface {
  const logA = Math.log(A);
  const logB = Math.log(B);
  const logF = Math.log(F);
  return (point) => {
    const logD = Math.log(point.tokens);
    const logS = logD - Math.log(point.batchSize * CONTEXT_LENGTH);
    return (
      E +
      Math.exp(logA - alpha * Math.log(point.parameters)) +
      Math.exp(logB - beta * logD) +
      Math.exp(logF - phi * logS)
    );
  };
}
