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
import type { Surface, SurfaceFamily } from "./surface-family.ts";

/**
 * The champion's own belief about the 2025 endpoint. It repeats formulas of src/surface on purpose and shares no code
 * with it: a strategy must not import what knows the answers, and these constants must not move when the simulator's
 * do.
 *
 * The constants of the surface calibrated to real answers (docs/surface.md, "The annealed surface") depend on the floor E:
 * value at E = 1.15, change per nat of E, change per unit of the capacity exponent off its line, remaining spread
 * doubled.
 */
const CALIBRATED = {
  logA: [1.132, -0.548, -3.8, 0.055],
  logK: [2.354, -0.254, 1.7, 0.045],
  beta: [0.551, 0.025, -0.28, 0.03],
  g0: [0.857, 0.007, 0.37, 0.023],
  g1: [-0.1175, 0.011, -0.12, 0.02],
  w: [0.62, 0.03, -0.84, 0.028],
  v: [0.026, 0.009, -0.93, 0.017],
  b: [0.254, -0.01, 0.49, 0.045],
  first: [8.512, -0.119, -1.6, 0.15],
  logX: [5.99, -0.28, -5, 0.5],
  q: [1.11, -0.045, -0.7, 0.1],
  gateWidth: [1.32, 0, 0, 0.06],
} as const;
const ROWS = Object.values(CALIBRATED);
const FLOOR = { mean: 1.15, sd: 0.66 };
const HIGHEST_FLOOR = 2.6;
/** The capacity exponent as a line in E, and its spread about that line. */
const EXPONENT_LINE = { intercept: 0.148, slope: 0.0385, sd: 0.015 };
/**
 * Beyond the query box: where between 1.2e-3 and 4e-3 the best rate lies, as a normal deviate; ln of the reach of
 * width, of the shape's strength and of the best d/L.
 */
const BEYOND = { mean: [0, Math.log(0.11), Math.log(0.018), Math.log(55)], sd: [1, 0.58, 0.46, 0.32] };
const UNTRAINED = 10.545;
const DIVERGES_AT = Math.log(6);
/** The calibrated surface of the 2025 endpoint, as uncertain as its calibration. */
export const GATED: SurfaceFamily = {
  name: "gated, as calibrated to the 2025 endpoint",
  prior: {
    mean: [FLOOR.mean, 0, ...ROWS.map(() => 0), ...BEYOND.mean],
    sd: [FLOOR.sd, EXPONENT_LINE.sd, ...ROWS.map(([, , , sd]) => sd), ...BEYOND.sd],
  },
  surfaceAt: gatedSurface,
};

function gatedSurface(x: Float64Array): Surface {
  const E = Math.min(HIGHEST_FLOOR, Math.max(0, x[0]!));
  const side = x[1]!;
  const at = (row: number) => {
    const [value, perNat, perSide] = ROWS[row]!;
    return value + perNat * (E - FLOOR.mean) + perSide * side + x[2 + row]!;
  };
  const alpha = EXPONENT_LINE.intercept + EXPONENT_LINE.slope * E + side;
  const beta = at(2);
  const [logA, logK, g0, g1, widthGain, depthGain, batchGain] = [at(0), at(1), at(3), at(4), at(5), at(6), at(7)];
  const [span, logX, q, gateWidth] = [at(8) - E, at(9), at(10), at(11)];
  const within = 1 / (1 + Math.exp(-1.702 * x[14]!));
  // ln of the best rate over 1e-3: uniform between ln 1.2 and ln 4 for a standard normal deviate.
  const best = 0.182 + 1.204 / (1 + Math.exp(-1.702 * x[14]!));
  const [reach, shape, logAspect] = [Math.exp(x[15]!), Math.exp(x[16]!), x[17]!];
  return (features, slopes) => {
    const size = features.logN - LOG_1E7;
    const batch = features.logBatch - LOG_65536;
    const depth = features.logDepth - LOG_6;
    const gain = Math.max(0, g0 + g1 * (features.logP - LOG_1E7));
    const rate = features.logRate - EDGE.logRate;
    const tooFast = Math.max(0, rate);
    const usefulRate = rate - (tooFast * tooFast) / (2 * best);
    const width = usefulSize(features.logWidth, EDGE.logWidth, reach) - LOG_256;
    const progress = gain * usefulRate + batchGain * batch + widthGain * width + depthGain * depth - LOG_1E3;
    const opening = usefulRate + gateWidth * width - LOG_1E3;
    const capacity = Math.exp(logA - alpha * size);
    const scaledK = logK - beta * progress;
    const scaledX = logX + q * opening;
    const { untrained, nodes } = averageOf(features);
    let reported = untrained * UNTRAINED;
    // Sums over the nodes of the derivatives by what differs between them.
    let byFloor = 0;
    let bySpan = 0;
    let byReducible = 0;
    let byK = 0;
    let byBeta = 0;
    let byX = 0;
    let byQ = 0;
    for (let i = 0; i < nodes.length; i++) {
      const { weight, logStep } = nodes[i]!;
      const left = Math.exp(scaledK - beta * logStep);
      const reducible = capacity + left;
      const late = E + (span * reducible) / (span + reducible);
      const opened = Math.exp(scaledX + q * logStep);
      const gate = -Math.expm1(-opened);
      reported += weight * (UNTRAINED - (UNTRAINED - late) * gate);
      if (!slopes) continue;
      const ofSpan = reducible / (span + reducible);
      const ofReducible = span / (span + reducible);
      const byLate = weight * gate;
      const byLeft = byLate * ofReducible * ofReducible;
      const byOpening = -weight * (UNTRAINED - late) * (1 - gate) * opened;
      byFloor += byLate;
      bySpan += byLate * ofSpan * ofSpan;
      byReducible += byLeft;
      byK += byLeft * left;
      byBeta -= byLeft * left * logStep;
      byX += byOpening;
      byQ += byOpening * logStep;
    }
    const penalty = shapePenalty(features, shape, logAspect);
    const onset = best + DIVERGES_AT;
    if (slopes) {
      const { byLoss, byOnset } = divergedSlopes(reported + penalty, rate, onset);
      byFloor *= byLoss;
      bySpan *= byLoss;
      byReducible *= byLoss;
      byK *= byLoss;
      byBeta *= byLoss;
      byX *= byLoss;
      byQ *= byLoss;
      const bySize = byReducible * capacity;
      const byProgress = -beta * byK;
      const byRate = gain * byProgress + q * byX;
      const byGain = gain > 0 ? byProgress * usefulRate : 0;
      const byWidth = widthGain * byProgress + q * gateWidth * byX;
      slopes[2] = bySize;
      slopes[3] = byK;
      slopes[4] = byBeta - byK * progress;
      slopes[5] = byGain;
      slopes[6] = byGain * (features.logP - LOG_1E7);
      slopes[7] = byProgress * width;
      slopes[8] = byProgress * depth;
      slopes[9] = byProgress * batch;
      slopes[10] = bySpan;
      slopes[11] = byX;
      slopes[12] = byQ + byX * opening;
      slopes[13] = q * byX * width;
      const byAlpha = -bySize * size;
      let ofE = byFloor - bySpan + EXPONENT_LINE.slope * byAlpha;
      let ofSide = byAlpha;
      for (let row = 0; row < ROWS.length; row++) {
        const [, perNat, perSide] = ROWS[row]!;
        const by = slopes[2 + row]!;
        ofE += perNat * by;
        ofSide += perSide * by;
      }
      slopes[0] = E === x[0] ? ofE : 0;
      slopes[1] = ofSide;
      const byBest = (byRate * tooFast * tooFast) / (2 * best * best) + byOnset;
      slopes[14] = byBest * 1.204 * 1.702 * within * (1 - within);
      slopes[15] = byWidth * usefulSizeByReach(features.logWidth, EDGE.logWidth, reach);
      slopes[16] = byLoss * penalty;
      slopes[17] = byLoss * shapePenaltyByAspect(features, shape, logAspect);
    }
    return diverged(reported + penalty, rate, onset);
  };
}
