/** N* ≈ √(C/120): twenty tokens per parameter with C = 6ND (Hoffmann et al. 2022). */
export function chinchillaSize(flops: number): number {
  return Math.sqrt(flops / 120);
}

/** The Chinchilla law as refitted by Besiroglu et al. 2024, at C = 6ND. */
export function chinchillaLoss(parameters: number, flops: number): number {
  const tokens = flops / (6 * parameters);
  return 1.8172 + 482.01 * Math.exp(-0.3478 * Math.log(parameters)) + 2085.43 * Math.exp(-0.3658 * Math.log(tokens));
}
