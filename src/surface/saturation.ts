/**
 * The loss of a model that has hardly trained: (ℓ0^-p + λ^-p)^(-1/p), never above the untrained loss ℓ0 and never above
 * λ, the loss a law promises; an infinite λ gives ℓ0.
 */
export function saturated(loss: number, untrainedLoss: number, sharpness: number): number {
  const ratio = Math.exp(-sharpness * Math.log(loss / untrainedLoss));
  return untrainedLoss * Math.exp(-Math.log1p(ratio) / sharpness);
}
