/**
 * Mean of the cosine schedule, which falls to a tenth of its peak, over the first fraction f of a run, relative to the
 * peak: (0.55·f + 0.45·sin(πf)/π)/f, from 1 at the start to 0.55 at the end.
 */
export function meanCosine(fraction: number): number {
  return 0.55 + (0.45 * Math.sin(Math.PI * fraction)) / (Math.PI * fraction);
}
