import { literatureBatch, literatureRate } from "../../src/law/recipe.ts";
import {
  averageOf,
  diverged,
  EDGE,
  LOG_1E3,
  LOG_1E7,
  LOG_6,
  LOG_256,
  LOG_65536,
  shapePenalty,
  usefulSize,
} from "./averaged.ts";
import { type Frame, logRule } from "./laws.ts";
import type { SurfaceFamily } from "./surface-family.ts";

const UNTRAINED = 10.54;
/** Sharpness of the turn at the best rate, above which nothing more is gained. */
const SHARPNESS = 4;
const HOLDS_BELOW = 5.5;
/** d/L at which the best size is judged. */
const LOG_ASPECT = Math.log(64);

/**
 * Mean and standard deviation of the variables, about the first fit of the form to public answers (docs/surface.md): floor,
 * ln of the capacity's exponent, capacity, speed, ln of its exponent; the rate's gain and its change with size, of width,
 * depth and batch; ln of the sharpness below the untrained loss; the schedule's exponent; the best rate at the target's
 * size over the published one, and with size; what higher rates cost; what lies beyond the box.
 */
const WIDE = {
  E: [1, 0.8],
  alpha: [Math.log(0.14), 0.4],
  logA: [1.35, 0.6],
  logK: [2, 1],
  beta: [Math.log(0.45), 0.4],
  g0: [0.8, 0.4],
  g1: [-0.1, 0.1],
  w: [0.5, 0.5],
  v: [0, 0.2],
  b: [0.25, 0.15],
  logP: [Math.log(1.33), 0.5],
  annealing: [0.3, 0.3],
  knee: [0, 0.8],
  kneeWithSize: [-0.4, 0.3],
  cost: [Math.log(0.0185), 0.45],
  diverges: [Math.log(6), 0.35],
  reach: [Math.log(0.11), 0.58],
  shape: [Math.log(0.018), 0.46],
  logAspect: [Math.log(55), 0.32],
} as const;

/**
 * The wide family of the 2025 endpoint: a loss from capacity and progress that saturates below the untrained one, averaged
 * along the run, whose best rate may fall with size or not. Its priors are several times as wide as those of the calibrated families, so that it
 * holds, about, where neither does.
 */
export function mechanistic({ logTarget }: Frame): SurfaceFamily {
  const logN = logRule(logTarget);
  const N = Math.exp(logN);
  const D = Math.exp(logTarget - LOG_6 - logN);
  const published = Math.log(literatureRate(N, D, literatureBatch(N, D))) - EDGE.logRate;
  const family: SurfaceFamily = {
    name: "mechanistic, wide",
    prior: { mean: Object.values(WIDE).map(([mean]) => mean), sd: Object.values(WIDE).map(([, sd]) => sd) },
    holdsBelow: HOLDS_BELOW,
    surfaceAt(x) {
      const E = Math.max(0, x[0]!);
      const [alpha, logA, logK, beta] = [Math.exp(x[1]!), x[2]!, x[3]!, Math.exp(x[4]!)];
      const [g0, g1, w, v, b, p, annealing] = [x[5]!, x[6]!, x[7]!, x[8]!, x[9]!, Math.exp(x[10]!), x[11]!];
      const [knee, withSize, cost, diverges] = [published + x[12]!, x[13]!, Math.exp(x[14]!), x[15]!];
      const [reach, shape, logAspect] = [Math.exp(x[16]!), Math.exp(x[17]!), x[18]!];
      const floorP = Math.exp(-p * Math.log(UNTRAINED));
      return (features) => {
        const rate = features.logRate - EDGE.logRate;
        const best = knee + withSize * (features.logN - logN);
        const above = Math.log1p(Math.exp(Math.min(SHARPNESS * (rate - best), 500))) / SHARPNESS;
        const gain = Math.max(0, g0 + g1 * (features.logP - LOG_1E7));
        const logWidth = usefulSize(features.logWidth, EDGE.logWidth, reach) - LOG_256;
        const logDepth = usefulSize(features.logDepth, EDGE.logDepth, reach) - LOG_6;
        const logProgress = gain * (rate - above) + b * (features.logBatch - LOG_65536) + w * logWidth + v * logDepth;
        const capacity = E + Math.exp(logA - alpha * (features.logN - LOG_1E7));
        const scaledK = logK - beta * (logProgress - LOG_1E3);
        const { untrained, nodes } = averageOf(features);
        let reported = untrained * UNTRAINED;
        for (let i = 0; i < nodes.length; i++) {
          const { weight, within } = nodes[i]!;
          const schedule = Math.log(5.5 + 4.5 * within.cosine);
          const reducible = Math.exp(scaledK - beta * within.logStep + annealing * schedule);
          const late = Math.exp(-Math.log(floorP + Math.exp(-p * Math.log(capacity + reducible))) / p);
          reported += weight * late;
        }
        const loss = reported + cost * above * above + shapePenalty(features, shape, logAspect);
        return diverged(loss, rate, Math.max(0, best) + diverges);
      };
    },
    optimum(x) {
      const surface = family.surfaceAt(x);
      const at = (by: number) => {
        const logSize = logN + by;
        const logWidth = (logSize + LOG_ASPECT - Math.log(12)) / 3;
        const best = published + x[12]! + x[13]! * by;
        return surface({
          logN: logSize,
          logC: logTarget,
          logP: Math.log(Math.exp(logSize) + 32000 * Math.exp(logWidth)),
          logRate: best + EDGE.logRate,
          logBatch: LOG_65536,
          logWidth,
          logDepth: logWidth - LOG_ASPECT,
        });
      };
      const step = 0.35;
      const [down, here, up] = [at(-step), at(0), at(step)];
      const bend = Math.max(up + down - 2 * here, 1e-4);
      return [Math.min(2, Math.max(-2, (0.5 * step * (down - up)) / bend)), x[12]!];
    },
  };
  return family;
}
