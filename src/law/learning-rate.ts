/**
 * κ of ΔL = κ·ln²(η/η*), in nats: the median over Step Law's published grid (Li et al. 2025; quartiles .0145 and
 * .0232).
 */
export const LEARNING_RATE_CURVATURE = 0.0183;

/**
 * Published laws of the best learning rate η* ∝ N^n · D^d · C^c, by their exponents: Step Law (Li et al. 2025), Porian
 * et al. 2024, DeepSeek (2024).
 */
export const OPTIMUM_EXPONENTS: readonly { readonly N: number; readonly D: number; readonly C: number }[] = [
  { N: -0.713, D: 0.307, C: 0 },
  { N: -1 / 3, D: 0, C: 0 },
  { N: 0, D: 0, C: -0.125 },
];
