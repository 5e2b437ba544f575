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
  const E = Math.min(2.6, Math.max(0, x[0]!));
  const [side, exponentOff] = [x[1]!, x[2]!];
  const at = (row: number) => {
    const [value, perNat, bend, perSide, perExponent] = ROWS[row]!;
    const off = E - FLOOR.mean;
    return value + perNat * off + bend * off * off + perSide * side + perExponent * exponentOff + x[3 + row]!;
  };
  const alpha = EXPONENT.atZero + EXPONENT.slope * E + EXPONENT.bend * E * E + side;
  const criticalExponent = CRITICAL.mean + exponentOff;
  const [logA, logK, beta, g0, g1] = [at(0), at(1), at(2), at(3), at(4)];
  const [widthGain, depthGain, batchGain] = [at(5), at(6), at(7)];
  const [span, logX, gateWidth, logCritical] = [at(8) - E, at(9), at(10), at(11)];
  const bestRate = Math.log(4) / (1 + Math.exp(-1.702 * x[15]!));
  const cost = Math.max(0, x[16]!);
  const [reach, shape, logAspect] = [Math.exp(x[17]!), Math.exp(x[18]!), x[19]!];
  return (features) => {
    const rate = features.logRate - EDGE.logRate;
    const critical = logCritical - criticalExponent * (features.logN - LOG_1E7);
    const usefulRate = rate - Math.log1p(Math.exp(Math.min(SHARPNESS * (rate - critical), 500))) / SHARPNESS;
    const gain = Math.max(0, g0 + g1 * (features.logP - LOG_1E7));
    const logWidth = usefulSize(features.logWidth, EDGE.logWidth, reach) - LOG_256;
    const logDepth = usefulSize(features.logDepth, EDGE.logDepth, reach) - LOG_6;
    const logProgress =
      gain * usefulRate + batchGain * (features.logBatch - LOG_65536) + widthGain * logWidth + depthGain * logDepth;
    const capacity = Math.exp(logA - alpha * (features.logN - LOG_1E7));
    const scaledK = logK - beta * (logProgress - LOG_1E3);
    const scaledX = Math.exp(logX + 2 * (usefulRate + gateWidth * logWidth - LOG_1E3)) / TAIL;
    const { untrained, nodes } = averageOf(features);
    let reported = untrained * UNTRAINED;
    for (let i = 0; i < nodes.length; i++) {
      const {
        weight,
        within: { step, logStep, cosine },
      } = nodes[i]!;
      const reducible = capacity + (0.55 + 0.45 * cosine) * Math.exp(scaledK - beta * logStep);
      const late = E + (span * reducible) / (span + reducible);
      const closed = Math.exp(-TAIL * Math.log(1 + scaledX * step * step));
      reported += weight * (late + (UNTRAINED - late) * closed);
    }
    const tooFast = Math.max(0, rate - critical - bestRate);
    const loss = reported + cost * tooFast * tooFast + shapePenalty(features, shape, logAspect);
    return diverged(loss, rate, Math.max(0, critical + bestRate) + DIVERGES_AT);
  };
}
