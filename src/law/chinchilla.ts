/** Chinchilla's law (Hoffmann et al. 2022, equation 2): L(N, D) = E + A/N^alpha + B/D^beta, nats per token. */
export interface ChinchillaLaw {
  /** The irreducible loss, in nats. */
  readonly E: number;
  readonly A: number;
  readonly B: number;
  readonly alpha: number;
  readonly beta: number;
}

/** The constants as Besiroglu et al. 2024 (arXiv 2404.10102) refitted them. */
export const BESIROGLU: ChinchillaLaw = { E: 1.8172, A: 482.01, B: 2085.43, alpha: 0.3478, beta: 0.3658 };

/** The constants that Hoffmann et al. 2022 printed. */
export const HOFFMANN: ChinchillaLaw = { E: 1.69, A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28 };

/** The loss of N parameters trained on D tokens, in the units of E. */
export function chinchillaLoss({ E, A, B, alpha, beta }: ChinchillaLaw, N: number, D: number): number {
  return E + A * Math.exp(-alpha * Math.log(N)) + B * Math.exp(-beta * Math.log(D));
}

/** The same from ln A and ln B at ln N and ln D; its last bit may differ from `chinchillaLoss`. */
export function chinchillaLossAtLogs(
  E: number,
  logA: number,
  logB: number,
  alpha: number,
  beta: number,
  logN: number,
  logD: number,
): number {
  return E + Math.exp(logA - alpha * logN) + Math.exp(logB - beta * logD);
}

/**
 * N and D of least loss for C = 6ND FLOPs: N = G·(C/6)^(beta/(alpha+beta)), G = (alpha·A/(beta·B))^(1/(alpha+beta))
 * (Hoffmann et al. 2022, equation 4).
 */
export function chinchillaOptimum(law: ChinchillaLaw, C: number): { readonly N: number; readonly D: number } {
  const { A, B, alpha, beta } = law;
  const logN = (Math.log(alpha * A) - Math.log(beta * B) + beta * Math.log(C / 6)) / (alpha + beta);
  return { N: Math.exp(logN), D: Math.exp(Math.log(C / 6) - logN) };
}

/** The rule of thumb N = √(C/120): twenty tokens per parameter at C = 6ND (Hoffmann et al. 2022). */
export function chinchillaSize(flops: number): number {
  return Math.sqrt(flops / 120);
}
