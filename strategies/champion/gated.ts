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
import type { LogFeatures, Surface, SurfaceFamily } from "./surface-family.ts";

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
  const E = Math.min(2.6, Math.max(0, x[0]!));
  const side = x[1]!;
  const at = (row: number) => {
    const [value, perNat, perSide] = ROWS[row]!;
    return value + perNat * (E - FLOOR.mean) + perSide * side + x[2 + row]!;
  };
  const alpha = EXPONENT_LINE.intercept + EXPONENT_LINE.slope * E + side;
  const beta = at(2);
  const [logA, logK, g0, g1, widthGain, depthGain, batchGain] = [at(0), at(1), at(3), at(4), at(5), at(6), at(7)];
  const [span, logX, q, gateWidth] = [at(8) - E, at(9), at(10), at(11)];
  const beyond: Beyond = {
    bestRate: bestRate(x[14]!),
    reach: Math.exp(x[15]!),
    shape: Math.exp(x[16]!),
    logAspect: x[17]!,
  };
  return (features) => {
    const gain = Math.max(0, g0 + g1 * (features.logP - LOG_1E7));
    const logRate = usefulRate(features.logRate - EDGE.logRate, beyond.bestRate);
    const logWidth = usefulSize(features.logWidth, EDGE.logWidth, beyond.reach) - LOG_256;
    const logProgress =
      gain * logRate +
      batchGain * (features.logBatch - LOG_65536) +
      widthGain * logWidth +
      depthGain * (features.logDepth - LOG_6);
    const capacity = Math.exp(logA - alpha * (features.logN - LOG_1E7));
    const scaledK = logK - beta * (logProgress - LOG_1E3);
    const scaledX = logX + q * (logRate + gateWidth * logWidth - LOG_1E3);
    const { untrained, nodes } = averageOf(features);
    let reported = untrained * UNTRAINED;
    for (let i = 0; i < nodes.length; i++) {
      const { weight, logStep } = nodes[i]!;
      const reducible = capacity + Math.exp(scaledK - beta * logStep);
      const late = E + (span * reducible) / (span + reducible);
      const gate = -Math.expm1(-Math.exp(scaledX + q * logStep));
      reported += weight * (UNTRAINED - (UNTRAINED - late) * gate);
    }
    return beyondTheBox(reported, beyond, features);
  };
}

/** What no query inside the box shows: ln of the best rate over 1e-3, how far width helps, the shape's effect. */
interface Beyond {
  readonly bestRate: number;
  readonly reach: number;
  readonly shape: number;
  readonly logAspect: number;
}

/** ln of the best rate over 1e-3: uniform between ln 1.2 and ln 4 for a standard normal deviate. */
function bestRate(deviate: number): number {
  return 0.182 + 1.204 / (1 + Math.exp(-1.702 * deviate));
}

function usefulRate(x: number, best: number): number {
  return x <= 0 ? x : x - (x * x) / (2 * best);
}

function beyondTheBox(reported: number, { bestRate, shape, logAspect }: Beyond, features: LogFeatures): number {
  const loss = reported + shapePenalty(features, shape, logAspect);
  return diverged(loss, features.logRate - EDGE.logRate, bestRate + DIVERGES_AT);
}
