import type { NormalPrior } from "../believing/index.ts";

/** Where a task's laws are measured, in natural logarithms of FLOPs. */
export interface Frame {
  /** Compute at which a law's terms are measured. */
  readonly logC: number;
  readonly logTarget: number;
}

/** A law of size and tokens that count, with the prior of its variables. */
export interface Law {
  readonly name: string;
  readonly prior: (frame: Frame) => NormalPrior;
  /** The loss in nats at ln N and ln D, given the variables from `x[0]` on. */
  readonly lossAt: (x: Float64Array, frame: Frame) => LawLoss;
}

/** A loss; fills in its derivatives by the law's variables, and after them that by ln D, where they are asked for. */
export type LawLoss = (logN: number, logD: number, slopes?: Float64Array) => number;

/** ln of √(C/120), the size of the literature's rule. */
export function logRule(logC: number): number {
  return 0.5 * (logC - LOG_120);
}

const LOG_6 = Math.log(6);
const LOG_120 = Math.log(120);
/** What the priors' terms were measured at, and how both fall with compute along the optimum in published fits. */
const MEASURED = { logC: Math.log(4.5e17), decline: 0.16 };

/**
 * Two power terms over a floor: E; ln of both terms at the frame; ln of their exponents; how the exponents change with
 * scale; how the data term and its exponent change with N.
 */
function twoTerms(name: string, mean: readonly number[], sd: readonly number[]): Law {
  return {
    name,
    prior({ logC }) {
      const lower = -MEASURED.decline * (logC - MEASURED.logC);
      return { mean: mean.map((value, i) => (i === 1 || i === 2 ? value + lower : value)), sd };
    },
    lossAt(x, { logC }) {
      const [floor, logSize, logData] = [Math.max(0, x[0]!), x[1]!, x[2]!];
      const [alpha, beta] = [Math.exp(x[3]!), Math.exp(x[4]!)];
      const [sizeRuns, dataRuns, withSize, together] = [x[5]!, x[6]!, x[7]!, x[8]!];
      const centerN = logRule(logC);
      const centerD = logC - LOG_6 - centerN;
      return (logN, logD, slopes) => {
        const u = logN - centerN;
        const v = logD - centerD;
        // Beyond a factor of thirty a changing exponent stays constant; otherwise its sign would change.
        const size = Math.exp(logSize - alpha * u + sizeRuns * running(u));
        const data = Math.exp(logData - beta * v + dataRuns * running(v) + withSize * u + together * u * v);
        if (slopes) {
          slopes[0] = floor > 0 ? 1 : 0;
          slopes[1] = size;
          slopes[2] = data;
          slopes[3] = -size * alpha * u;
          slopes[4] = -data * beta * v;
          slopes[5] = size * running(u);
          slopes[6] = data * running(v);
          slopes[7] = data * u;
          slopes[8] = data * u * v;
          slopes[9] = data * (dataRuns * runningSlope(v) + together * u - beta);
        }
        return floor + size + data;
      };
    },
  };
}

const FAR = 3.4;
function running(u: number): number {
  const size = Math.abs(u);
  return size < FAR ? 0.5 * u * u : FAR * size - 0.5 * FAR * FAR;
}

function runningSlope(u: number): number {
  return Math.min(FAR, Math.max(-FAR, u));
}

/** Hoffmann et al. 2022. */
export const CHINCHILLA: Law = twoTerms(
  "Chinchilla",
  [1.8, Math.log(0.85), Math.log(0.75), Math.log(0.35), Math.log(0.35), 0, 0, 0, 0],
  [0.3, 0.45, 0.45, 0.2, 0.2, 0.003, 0.003, 0.003, 0.001],
);
export const RUNNING: Law = twoTerms(
  "running exponents",
  [1.4, Math.log(1), Math.log(0.8), Math.log(0.3), Math.log(0.36), 0, 0, 0, 0],
  [0.6, 0.6, 0.6, 0.45, 0.45, 0.03, 0.03, 0.05, 0.01],
);
export const FLOORLESS: Law = twoTerms(
  "no floor",
  [0.1, Math.log(2.8), Math.log(0.5), Math.log(0.09), Math.log(0.55), 0, 0, 0, 0],
  [0.2, 0.25, 0.7, 0.3, 0.4, 0.003, 0.015, 0.15, 0.015],
);
/**
 * The valley itself, as isoFLOP sweeps measure it: along it the loss is E + R·C^-c, the best size a power law of its own
 * about √(C/120), and across it two exponents shape the walls. Chinchilla's law ties all of these together.
 * Variables: E; ln R; ln c and its change; offset of the best size and its slope; ln of both exponents.
 */
export const VALLEY: Law = {
  name: "vertices of isoFLOPs",
  prior: ({ logC }) => ({
    mean: [
      1.7,
      Math.log(1.6) - MEASURED.decline * (logC - MEASURED.logC),
      Math.log(0.16),
      0,
      0,
      0,
      Math.log(0.35),
      Math.log(0.35),
    ],
    sd: [0.4, 0.35, 0.3, 0.015, 0.5, 0.05, 0.25, 0.25],
  }),
  lossAt(x, { logC }) {
    const [floor, logR, c, changes] = [Math.max(0, x[0]!), x[1]!, Math.exp(x[2]!), x[3]!];
    const [offset, slope, alpha, beta] = [x[4]!, x[5]!, Math.exp(x[6]!), Math.exp(x[7]!)];
    return (logN, logD, slopes) => {
      const spent = logN + logD + LOG_6;
      const z = spent - logC;
      const across = logN - logRule(spent) - offset - slope * z;
      const left = Math.exp(-alpha * across);
      const right = Math.exp(beta * across);
      const wall = (beta * left + alpha * right) / (alpha + beta);
      const along = Math.exp(logR - c * z + changes * running(z));
      const reducible = wall * along;
      if (slopes) {
        const share = along / (alpha + beta);
        const byAcross = share * alpha * beta * (right - left);
        slopes[0] = floor > 0 ? 1 : 0;
        slopes[1] = reducible;
        slopes[2] = -reducible * c * z;
        slopes[3] = reducible * running(z);
        slopes[4] = -byAcross;
        slopes[5] = -byAcross * z;
        slopes[6] = share * alpha * (right - beta * across * left - wall);
        slopes[7] = share * beta * (left + alpha * across * right - wall);
        slopes[8] = reducible * (changes * runningSlope(z) - c) - byAcross * (0.5 + slope);
      }
      return floor + reducible;
    };
  },
};
