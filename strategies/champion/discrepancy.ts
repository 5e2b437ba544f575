import { logRule } from "./laws.ts";
import type { LogFeatures } from "./surface-family.ts";

/**
 * What a family of surfaces is off by: a smooth residual in ln C and ln N, linear in variables of its own, so that fit,
 * design and draws treat it like the family's. It is anchored at the largest budget seen. Below, it bends freely at
 * knots: cheap runs cannot fix what holds above them. Beyond, the trend that the residuals have there goes on and
 * levels off, and unknown turns add to it, so that its spread grows with ln(target / top budget).
 */
export interface Discrepancy {
  /** Standard deviations of its variables in units of the scale. */
  readonly sd: readonly number[];
  /** What each variable adds to the loss of a configuration. */
  readonly basis: (features: LogFeatures) => Float64Array;
}

/** ln of compute after which a trend beyond the top budget has leveled off by 63 %. */
const LEVELS_OFF = 4;
interface Knots {
  readonly below: readonly number[];
  readonly beyond: readonly number[];
}
/** Knots in ln(C / top budget). */
const KNOTS: Knots = { below: [-1.2, -2.5, -4, -6], beyond: [0, 1, 2] };
const TILT_KNOTS: Knots = { below: [-1.2, -3], beyond: [0] };
const RATE_KNOTS: Knots = { below: [-1.2, -3], beyond: [0] };
/** Standard deviations: at the top, per ln C, and the same of the tilt per ln N; bend in ln N. */
const SD = {
  level: 1,
  slope: 0.7,
  turn: 1,
  tilt: 1,
  tiltSlope: 0.7,
  tiltTurn: 1,
  bend: 0.25,
  rate: 0.7,
  rateTurn: 1,
  rateSlope: 0.35,
};

/** Sizes farther than this in ln from √(C/120) tilt no more. */
const FARTHEST = 2;

/** The rate about which the residual tilts, and how far in ln of it. */
export interface UsualRate {
  readonly logRate: number;
  readonly reach: number;
}

export function discrepancyFrom(logTop: number, usual: UsualRate, logTarget: number): Discrepancy {
  const sd = [
    SD.level,
    SD.slope,
    ...KNOTS.below.map(() => SD.turn),
    ...KNOTS.beyond.map(() => SD.slope),
    SD.tilt,
    SD.tiltSlope,
    ...TILT_KNOTS.below.map(() => SD.tiltTurn),
    ...TILT_KNOTS.beyond.map(() => SD.tiltSlope),
    SD.bend,
    SD.rate,
    SD.rate,
    ...RATE_KNOTS.below.map(() => SD.rateTurn),
    ...RATE_KNOTS.beyond.map(() => SD.rateSlope),
  ];
  const logRuleAtTarget = logRule(logTarget);
  // Many surfaces are asked for the same configuration in turn.
  let last: { readonly features: LogFeatures; readonly basis: Float64Array } | undefined;
  return {
    sd,
    basis(features) {
      if (last?.features === features) return last.basis;
      const { logN, logC, logRate } = features;
      const r = Math.min(usual.reach, Math.max(-usual.reach, logRate - usual.logRate));
      const z = logC - logTop;
      const u = Math.min(FARTHEST, Math.max(-FARTHEST, logN - logRule(logC)));
      const trend = z < 0 ? z : beyond(z);
      const basis = new Float64Array(sd.length);
      let at = 0;
      const addTurns = ({ below, beyond: above }: Knots, times: number) => {
        for (const knot of below) basis[at++] = Math.max(0, knot - z) * times;
        for (const knot of above) basis[at++] = beyond(z - knot) * times;
      };
      basis[at++] = 1;
      basis[at++] = trend;
      addTurns(KNOTS, 1);
      basis[at++] = u;
      basis[at++] = trend * u;
      addTurns(TILT_KNOTS, u);
      basis[at++] = 0.5 * u * u;
      basis[at++] = r;
      basis[at++] = r * (logN - logRuleAtTarget);
      addTurns(RATE_KNOTS, r);
      last = { features, basis };
      return basis;
    },
  };
}

function beyond(z: number): number {
  return z <= 0 ? 0 : -LEVELS_OFF * Math.expm1(-z / LEVELS_OFF);
}
