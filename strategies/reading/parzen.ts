import type { Rng } from "../../src/task/random.ts";
import { standardNormal } from "../../src/task/random.ts";

/** One dimension of a search: a continuous interval, or a number of choices (points are then their indices). */
export type Dimension =
  | { readonly kind: "interval"; readonly low: number; readonly high: number }
  | { readonly kind: "choices"; readonly count: number };

/** A density over one dimension by Parzen's kernels, with the prior as one kernel more (Bergstra et al. 2011). */
export interface Parzen {
  draw(rng: Rng): number;
  logDensity(x: number): number;
}

/** The estimate from points that lie in the dimension; of none, the prior. */
export function parzen(points: readonly number[], dimension: Dimension): Parzen {
  return dimension.kind === "interval" ? kernels(points, dimension) : frequencies(points, dimension.count);
}

/** Normals cut to the interval: a wide one at its middle, and one per point as wide as its larger gap to a neighbour. */
function kernels(points: readonly number[], { low, high }: { readonly low: number; readonly high: number }): Parzen {
  const range = high - low;
  if (!(range > 0)) return { draw: () => low, logDensity: () => 0 };
  const sorted = points.toSorted((a, b) => a - b);
  const narrowest = range / Math.min(100, points.length + 2);
  const bumps = [
    { mean: low + range / 2, sd: range },
    ...sorted.map((mean, i) => {
      const gap = Math.max(mean - (sorted[i - 1] ?? low), (sorted[i + 1] ?? high) - mean);
      return { mean, sd: Math.min(Math.max(gap, narrowest), range) };
    }),
  ];
  return {
    draw(rng) {
      const { mean, sd } = bumps[
        Math.min(bumps.length - 1, Math.floor(rng() * bumps.length))
      ] as (typeof bumps)[number];
      for (let attempt = 0; attempt < 20; attempt++) {
        const x = mean + sd * standardNormal(rng);
        if (x >= low && x <= high) return x;
      }
      return Math.min(Math.max(mean, low), high);
    },
    logDensity(x) {
      const sum = bumps.reduce((total, { mean, sd }) => {
        const z = (x - mean) / sd;
        return total + Math.exp(-0.5 * z * z) / sd;
      }, 0);
      return Math.log(sum / bumps.length);
    },
  };
}

function frequencies(points: readonly number[], count: number): Parzen {
  const weights = Array.from({ length: count }, (_, i) => 1 / count + points.filter((point) => point === i).length);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    draw(rng) {
      let left = rng() * total;
      for (const [i, weight] of weights.entries()) {
        left -= weight;
        if (left < 0) return i;
      }
      return count - 1;
    },
    logDensity: (x) => Math.log((weights[x] ?? 0) / total),
  };
}
