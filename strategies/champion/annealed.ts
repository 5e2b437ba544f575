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
 * The champion's own belief about the 2025 endpoint. It repeats formulas of src/surface on purpose and shares no code with
 * it: a strategy must not import what knows the answers, and these constants must not move when the simulator's do.
 *
 * The constants of the surface calibrated to real answers (docs/surface.md, "The annealed surface") depend on the floor E:
 * value at E = 1.15, change per nat of E, per its square, per unit of the capacity exponent off its line, per unit of the
 * critical rate's exponent, remaining spread doubled (`benchmarks/calibration/beliefs.ts` prints them).
 */
const CALIBRATED = {
  logA: [1.298, -0.585, -0.09, -5.5, 0.08, 0.077],
  logK: [4.865, -0.301, -0.026, -0.45, 0, 0.052],
  beta: [0.617, 0.018, 0.003, -1.96, 0.05, 0.054],
  g0: [1.104, -0.003, -0.005, 0.8, -0.03, 0.049],
  g1: [-0.04, 0.005, 0.014, -0.07, -0.11, 0.029],
  w: [1.023, -0.005, 0.002, -1.46, -0.09, 0.054],
  v: [0.221, -0.007, -0.019, -1.4, 0.02, 0.043],
  b: [0.412, 0.008, -0.053, 1.4, -0.07, 0.119],
  first: [7.362, -0.038, -0.011, 2.8, 0, 0.088],
  logX: [11.27, -0.048, -0.061, 6.8, 0.2, 0.286],
  gateWidth: [1.231, -0.001, -0.005, 1.84, 0.02, 0.076],
  logCritical: [1.233, 0.059, 0.084, 4.1, 2.45, 0.13],
} as const;
const ROWS = Object.values(CALIBRATED);
const FLOOR = { mean: 1.15, sd: 0.66 };
const HIGHEST_FLOOR = 2.6;
/** The capacity exponent as a parabola in E, and its spread about it; the critical rate's exponent. */
const EXPONENT = { atZero: 0.161, slope: 0.0128, bend: 0.0118, sd: 0.015 };
const CRITICAL = { mean: 0.713, sd: 0.07 };
/**
 * Beyond the answers: where between 1 and 4 times the critical rate the best one lies, as a normal deviate; what a higher
 * rate costs; ln of the reach of width, of the shape's strength and of the best d/L.
 */
const BEYOND = {
  mean: [0, 0.0125, Math.log(0.11), Math.log(0.018), Math.log(55)],
  sd: [1, 0.009, 0.58, 0.46, 0.32],
};
const UNTRAINED = 10.542;
const DIVERGES_AT = Math.log(6);
const SHARPNESS = 8;
const TAIL = Math.exp(-1);

/** The annealed surface of the 2025 endpoint, as uncertain as its calibration. */
export const ANNEALED: SurfaceFamily = {
  name: "annealed, as calibrated to the 2025 endpoint",
  prior: {
    mean: [FLOOR.mean, 0, 0, ...ROWS.map(() => 0), ...BEYOND.mean],
    sd: [FLOOR.sd, EXPONENT.sd, CRITICAL.sd, ...ROWS.map((row) => row[5]), ...BEYOND.sd],
  },
  surfaceAt: annealedSurface,
};

function annealedSurface(x: Float64Array): Surface {
  const E = Math.min(HIGHEST_FLOOR, Math.max(0, x[0]!));
  const [side, exponentOff] = [x[1]!, x[2]!];
  const off = E - FLOOR.mean;
  const at = (row: number) => {
    const [value, perNat, bend, perSide, perExponent] = ROWS[row]!;
    return value + perNat * off + bend * off * off + perSide * side + perExponent * exponentOff + x[3 + row]!;
  };
  const alpha = EXPONENT.atZero + EXPONENT.slope * E + EXPONENT.bend * E * E + side;
  const criticalExponent = CRITICAL.mean + exponentOff;
  const [logA, logK, beta, g0, g1] = [at(0), at(1), at(2), at(3), at(4)];
  const [widthGain, depthGain, batchGain] = [at(5), at(6), at(7)];
  const [span, logX, gateWidth, logCritical] = [at(8) - E, at(9), at(10), at(11)];
  const within = 1 / (1 + Math.exp(-1.702 * x[15]!));
  const bestRate = Math.log(4) / (1 + Math.exp(-1.702 * x[15]!));
  const cost = Math.max(0, x[16]!);
  const [reach, shape, logAspect] = [Math.exp(x[17]!), Math.exp(x[18]!), x[19]!];
  return (features, slopes) => {
    const size = features.logN - LOG_1E7;
    const batch = features.logBatch - LOG_65536;
    const rate = features.logRate - EDGE.logRate;
    const critical = logCritical - criticalExponent * size;
    const over = Math.exp(Math.min(SHARPNESS * (rate - critical), 500));
    const usefulRate = rate - Math.log1p(over) / SHARPNESS;
    const gain = Math.max(0, g0 + g1 * (features.logP - LOG_1E7));
    const width = usefulSize(features.logWidth, EDGE.logWidth, reach) - LOG_256;
    const depth = usefulSize(features.logDepth, EDGE.logDepth, reach) - LOG_6;
    const progress = gain * usefulRate + batchGain * batch + widthGain * width + depthGain * depth - LOG_1E3;
    const capacity = Math.exp(logA - alpha * size);
    const scaledK = logK - beta * progress;
    const scaledX = Math.exp(logX + 2 * (usefulRate + gateWidth * width - LOG_1E3)) / TAIL;
    const { untrained, nodes } = averageOf(features);
    let reported = untrained * UNTRAINED;
    // Sums over the nodes of the derivatives by what differs between them.
    let byFloor = 0;
    let bySpan = 0;
    let byReducible = 0;
    let byK = 0;
    let byBeta = 0;
    let byX = 0;
    for (let i = 0; i < nodes.length; i++) {
      const { weight, step, logWithin, schedule } = nodes[i]!;
      const left = schedule * Math.exp(scaledK - beta * logWithin);
      const reducible = capacity + left;
      const late = E + (span * reducible) / (span + reducible);
      const opened = scaledX * step * step;
      const closed = Math.exp(-TAIL * Math.log(1 + opened));
      reported += weight * (late + (UNTRAINED - late) * closed);
      if (!slopes) continue;
      const ofSpan = reducible / (span + reducible);
      const ofReducible = span / (span + reducible);
      const byLate = weight * (1 - closed);
      const byLeft = byLate * ofReducible * ofReducible;
      byFloor += byLate;
      bySpan += byLate * ofSpan * ofSpan;
      byReducible += byLeft;
      byK += byLeft * left;
      byBeta -= byLeft * left * logWithin;
      byX -= (weight * (UNTRAINED - late) * closed * TAIL * opened) / (1 + opened);
    }
    const tooFast = Math.max(0, rate - critical - bestRate);
    const penalty = shapePenalty(features, shape, logAspect);
    const loss = reported + cost * tooFast * tooFast + penalty;
    const onset = Math.max(0, critical + bestRate) + DIVERGES_AT;
    if (slopes) {
      const { byLoss, byOnset } = divergedSlopes(loss, rate, onset);
      byFloor *= byLoss;
      bySpan *= byLoss;
      byReducible *= byLoss;
      byK *= byLoss;
      byBeta *= byLoss;
      byX *= byLoss;
      const bySize = byReducible * capacity;
      const byProgress = -beta * byK;
      const byRate = gain * byProgress + 2 * byX;
      const byGain = gain > 0 ? byProgress * usefulRate : 0;
      const byWidth = widthGain * byProgress + 2 * gateWidth * byX;
      const byBest = -2 * byLoss * cost * tooFast + (critical + bestRate > 0 ? byOnset : 0);
      const byCritical = (byRate * over) / (1 + over) + byBest;
      slopes[3] = bySize;
      slopes[4] = byK;
      slopes[5] = byBeta - byK * progress;
      slopes[6] = byGain;
      slopes[7] = byGain * (features.logP - LOG_1E7);
      slopes[8] = byProgress * width;
      slopes[9] = byProgress * depth;
      slopes[10] = byProgress * batch;
      slopes[11] = bySpan;
      slopes[12] = byX;
      slopes[13] = 2 * byX * width;
      slopes[14] = byCritical;
      const byAlpha = -bySize * size;
      let ofE = byFloor - bySpan + (EXPONENT.slope + 2 * EXPONENT.bend * E) * byAlpha;
      let ofSide = byAlpha;
      let ofExponent = -byCritical * size;
      for (let row = 0; row < ROWS.length; row++) {
        const [, perNat, bend, perSide, perExponent] = ROWS[row]!;
        const by = slopes[3 + row]!;
        ofE += (perNat + 2 * bend * off) * by;
        ofSide += perSide * by;
        ofExponent += perExponent * by;
      }
      slopes[0] = E === x[0] ? ofE : 0;
      slopes[1] = ofSide;
      slopes[2] = ofExponent;
      slopes[15] = byBest * bestRate * 1.702 * (1 - within);
      slopes[16] = x[16]! > 0 ? byLoss * tooFast * tooFast : 0;
      const ofWidth = byWidth * usefulSizeByReach(features.logWidth, EDGE.logWidth, reach);
      const ofDepth = depthGain * byProgress * usefulSizeByReach(features.logDepth, EDGE.logDepth, reach);
      slopes[17] = ofWidth + ofDepth;
      slopes[18] = byLoss * penalty;
      slopes[19] = byLoss * shapePenaltyByAspect(features, shape, logAspect);
    }
    return diverged(loss, rate, onset);
  };
}
