import { literatureBatch, literatureRate } from "../../src/law/recipe.ts";
import {
  averageOf,
  diverged,
  divergedSlopes,
  EDGE,
  LOG_1E3,
  LOG_1E7,
  LOG_6,
  LOG_256,
  LOG_65536,
  shapePenalty,
  shapePenaltyByAspect,
  usefulSize,
  usefulSizeByReach,
} from "./averaged.ts";
import { type Frame, logRule } from "./laws.ts";
import { type LogFeatures, leastOfThree, type Surface, type SurfaceFamily } from "./surface-family.ts";

const UNTRAINED = 10.54;
const LOG_UNTRAINED = Math.log(UNTRAINED);
/** Sharpness of the turn at the best rate, above which nothing more is gained. */
const SHARPNESS = 4;
const HOLDS_BELOW = 5.5;
/** d/L at which the best size is judged, and how far apart in ln N the sizes that are compared lie. */
const LOG_ASPECT = Math.log(64);
const STEP = 0.35;

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
  const size = Object.keys(WIDE).length;
  const [smaller, same, larger] = [-STEP, 0, STEP].map((by) => usualRun(logN + by, logTarget)) as [
    UsualRun,
    UsualRun,
    UsualRun,
  ];
  const scratch = [new Float64Array(size + 1), new Float64Array(size + 1), new Float64Array(size + 1)] as const;
  return {
    name: "mechanistic, wide",
    prior: { mean: Object.values(WIDE).map(([mean]) => mean), sd: Object.values(WIDE).map(([, sd]) => sd) },
    holdsBelow: HOLDS_BELOW,
    surfaceAt: (x) => mechanisticSurface(x, logN, published),
    optimum(x, slopes) {
      // At each of three sizes with the rate that is best there, which moves with the variables too.
      const surface = mechanisticSurface(x, logN, published);
      const lossAt = (features: UsualRun, by: number, into: Float64Array) => {
        features.logRate = published + x[12]! + x[13]! * by + EDGE.logRate;
        const loss = surface(features, slopes && into);
        into[12]! += into[size]!;
        into[13]! += into[size]! * by;
        return loss;
      };
      const losses = [
        lossAt(smaller, -STEP, scratch[0]),
        lossAt(same, 0, scratch[1]),
        lossAt(larger, STEP, scratch[2]),
      ] as const;
      slopes?.[1].fill(0).fill(1, 12, 13);
      return [leastOfThree(losses, STEP, scratch, slopes?.[0]), x[12]!];
    },
  };
}

/** A run whose rate is set again and again. */
type UsualRun = LogFeatures & { logRate: number };

/** A run of this size at the target, of the usual shape and batch. */
function usualRun(logN: number, logC: number): UsualRun {
  const logWidth = (logN + LOG_ASPECT - Math.log(12)) / 3;
  const logP = Math.log(Math.exp(logN) + 32000 * Math.exp(logWidth));
  return { logN, logC, logP, logRate: 0, logBatch: LOG_65536, logWidth, logDepth: logWidth - LOG_ASPECT };
}

/** Where there is room for one more derivative than variables, the last is by ln of the rate. */
function mechanisticSurface(x: Float64Array, logN: number, published: number): Surface {
  const E = Math.max(0, x[0]!);
  const [alpha, logA, logK, beta] = [Math.exp(x[1]!), x[2]!, x[3]!, Math.exp(x[4]!)];
  const [g0, g1, w, v, b, p, annealing] = [x[5]!, x[6]!, x[7]!, x[8]!, x[9]!, Math.exp(x[10]!), x[11]!];
  const [knee, withSize, cost, diverges] = [published + x[12]!, x[13]!, Math.exp(x[14]!), x[15]!];
  const [reach, shape, logAspect] = [Math.exp(x[16]!), Math.exp(x[17]!), x[18]!];
  const floorP = Math.exp(-p * LOG_UNTRAINED);
  return (features, slopes) => {
    const size = features.logN - LOG_1E7;
    const batch = features.logBatch - LOG_65536;
    const rate = features.logRate - EDGE.logRate;
    const best = knee + withSize * (features.logN - logN);
    const over = Math.exp(Math.min(SHARPNESS * (rate - best), 500));
    const above = Math.log1p(over) / SHARPNESS;
    const gain = Math.max(0, g0 + g1 * (features.logP - LOG_1E7));
    const width = usefulSize(features.logWidth, EDGE.logWidth, reach) - LOG_256;
    const depth = usefulSize(features.logDepth, EDGE.logDepth, reach) - LOG_6;
    const progress = gain * (rate - above) + b * batch + w * width + v * depth - LOG_1E3;
    const grown = Math.exp(logA - alpha * size);
    const capacity = E + grown;
    const scaledK = logK - beta * progress;
    const { untrained, nodes } = averageOf(features);
    let reported = untrained * UNTRAINED;
    // Sums over the nodes of the derivatives by what differs between them.
    let byTerms = 0;
    let byK = 0;
    let byBeta = 0;
    let byP = 0;
    let byAnnealing = 0;
    for (let i = 0; i < nodes.length; i++) {
      const { weight, logWithin, logTenfold } = nodes[i]!;
      const left = Math.exp(scaledK - beta * logWithin + annealing * logTenfold);
      const logTerms = Math.log(capacity + left);
      const termsP = Math.exp(-p * logTerms);
      const logSum = Math.log(floorP + termsP);
      const late = Math.exp(-logSum / p);
      reported += weight * late;
      if (!slopes) continue;
      const share = termsP / (floorP + termsP);
      const byBoth = (weight * late * share) / (capacity + left);
      byTerms += byBoth;
      byK += byBoth * left;
      byBeta -= byBoth * left * logWithin;
      byAnnealing += byBoth * left * logTenfold;
      byP += weight * late * (logSum / p + (1 - share) * LOG_UNTRAINED + share * logTerms);
    }
    const penalty = shapePenalty(features, shape, logAspect);
    const loss = reported + cost * above * above + penalty;
    const onset = Math.max(0, best) + diverges;
    if (slopes) {
      const { byLoss, byOnset } = divergedSlopes(loss, rate, onset);
      const byCapacity = byLoss * byTerms;
      byK *= byLoss;
      const byProgress = -beta * byK;
      const byGain = gain > 0 ? byProgress * (rate - above) : 0;
      const overShare = over / (1 + over);
      const byAbove = 2 * byLoss * cost * above - gain * byProgress;
      const byBest = -byAbove * overShare + (best > 0 ? byOnset : 0);
      slopes[0] = x[0]! > 0 ? byCapacity : 0;
      slopes[1] = -byCapacity * grown * alpha * size;
      slopes[2] = byCapacity * grown;
      slopes[3] = byK;
      slopes[4] = beta * (byLoss * byBeta - byK * progress);
      slopes[5] = byGain;
      slopes[6] = byGain * (features.logP - LOG_1E7);
      slopes[7] = byProgress * width;
      slopes[8] = byProgress * depth;
      slopes[9] = byProgress * batch;
      slopes[10] = byLoss * byP;
      slopes[11] = byLoss * byAnnealing;
      slopes[12] = byBest;
      slopes[13] = byBest * (features.logN - logN);
      slopes[14] = byLoss * cost * above * above;
      slopes[15] = byOnset;
      const ofWidth = w * byProgress * usefulSizeByReach(features.logWidth, EDGE.logWidth, reach);
      slopes[16] = ofWidth + v * byProgress * usefulSizeByReach(features.logDepth, EDGE.logDepth, reach);
      slopes[17] = byLoss * penalty;
      slopes[18] = byLoss * shapePenaltyByAspect(features, shape, logAspect);
      if (slopes.length > 19) slopes[19] = byAbove * overShare + gain * byProgress - byOnset;
    }
    return diverged(loss, rate, onset);
  };
}
