import { chinchillaLossAtLogs } from "../../law/chinchilla.ts";
import type { Surface } from "../point.ts";

/** Hoffmann et al. 2022, equation 2: L(N, D) = E + A/N^α + B/D^β. Loss in nats, N in parameters, D in tokens. */
export interface Chinchilla {
  readonly law: "chinchilla";
  readonly E: number;
  readonly A: number;
  readonly B: number;
  readonly alpha: number;
  readonly beta: number;
}

export function chinchilla({ E, A, B, alpha, beta }: Omit<Chinchilla, "law">): Surface {
  const logA = Math.log(A);
  const logB = Math.log(B);
  return (point) =>
    chinchillaLossAtLogs(E, logA, logB, alpha, beta, Math.log(point.parameters), Math.log(point.tokens));
}
