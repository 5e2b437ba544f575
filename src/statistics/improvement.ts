/**
 * How often one of a pair improves on the other (Agarwal et al. 2021, there over all pairs; here paired by common random
 * numbers): 1 for a smaller value by more than `tie`, ½ for a tie.
 */
export function improvements(own: ArrayLike<number>, other: ArrayLike<number>, tie: number): Float64Array {
  return Float64Array.from({ length: own.length }, (_, i) => {
    const difference = (own[i] as number) - (other[i] as number);
    return Math.abs(difference) <= tie || Number.isNaN(difference) ? 0.5 : difference < 0 ? 1 : 0;
  });
}
