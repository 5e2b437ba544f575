import { UNTRAINED_LOSS } from "../../src/law/stanford-2025.ts";
import type { Surface, SurfaceFamily } from "./surface-family.ts";

/** Where the terms of a law are measured: the middle of what budgets near the cap can train. */
const CENTER = { logN: Math.log(5e7), logD: Math.log(1.5e9) };
/** Beyond this |ln(η/η*)| the bowl continues as a straight line, and low rates also waste tokens. */
const BOWL = 1.1;
const BELOW = 0.65;
const DIVERGENCE = { width: 0.15, plateau: 6.5 };
const SHALLOW = { layers: Math.log(6), strength: 0.02 };

/**
 * The prior of a law: E; ln of both terms at the center; ln of their exponents; how the exponents change with scale;
 * how the data term and its exponent change with N.
 */
interface LawPrior {
  readonly name: string;
  readonly spreadScale: number;
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

const PUBLISHED: LawPrior = {
  name: "Chinchilla",
  spreadScale: 0.65,
  mean: [1.8, Math.log(0.85), Math.log(0.75), Math.log(0.35), Math.log(0.35), 0, 0, 0, 0],
  sd: [0.3, 0.45, 0.45, 0.2, 0.2, 0.003, 0.003, 0.003, 0.001],
};
const RUNNING: LawPrior = {
  name: "running exponents",
  spreadScale: 0.85,
  mean: [1.4, Math.log(1), Math.log(0.8), Math.log(0.3), Math.log(0.36), 0, 0, 0, 0],
  sd: [0.6, 0.6, 0.6, 0.45, 0.45, 0.03, 0.03, 0.05, 0.01],
};
const FLOORLESS: LawPrior = {
  name: "no floor",
  spreadScale: 0.85,
  mean: [0.1, Math.log(2.8), Math.log(0.5), Math.log(0.09), Math.log(0.55), 0, 0, 0, 0],
  sd: [0.2, 0.25, 0.7, 0.3, 0.4, 0.003, 0.015, 0.15, 0.015],
};

/**
 * The effects: ln η* at 1e17 FLOPs, its slopes along √C and with N; curvature; divergence; batch; shape; few steps;
 * plateau.
 */
const EFFECTS = {
  mean: [
    Math.log(5e-4),
    -0.165,
    -0.45,
    Math.log(0.0185),
    Math.log(6),
    Math.log(2.1e8),
    Math.log(0.007),
    Math.log(45),
    Math.log(60),
    Math.log(2),
  ],
  sd: [0.5, 0.08, 0.4, 0.45, 0.35, 0.6, 0.5, 0.3, 0.8, 0.3],
};
const REFERENCE = { logC: Math.log(1e17), logN: 0.5 * Math.log(1e17 / 120) };

function layered({ name, spreadScale, mean, sd }: LawPrior, charged: boolean): SurfaceFamily {
  return {
    name: charged ? `${name}, output layer charged` : name,
    prior: { mean: [...mean, ...EFFECTS.mean], sd: [...sd, ...EFFECTS.sd] },
    spreadScale,
    surfaceAt: (x) => layeredSurface(x, charged),
  };
}

/** Two power terms over a floor under the usual effects (docs/surface.md, "Base laws" and "Layers"). */
function layeredSurface(x: Float64Array, charged: boolean): Surface {
  const law = twoTerms(x);
  const [atReference, alongC, alongN] = [x[9]!, x[10]!, x[11]!];
  const [curvature, divergesAt, logCritical, shape] = [Math.exp(x[12]!), x[13]!, x[14]!, Math.exp(x[15]!)];
  const [logAspect, logSlow, p] = [x[16]!, x[17]!, Math.exp(x[18]!)];
  return (features) => {
    const { logN, logC, logBatch } = features;
    const logD = logC - LOG_6 - (charged ? features.logP : logN);
    const aside = logC - REFERENCE.logC;
    const off = features.logRate - atReference - alongC * aside - alongN * (logN - REFERENCE.logN - 0.5 * aside);
    const distance = Math.abs(off);
    const beyond = Math.max(0, distance - BOWL);
    const bowl = curvature * (beyond === 0 ? distance * distance : BOWL * (2 * distance - BOWL));
    // Tokens that count: without the slow first steps, what far too low a rate wastes, and what a large batch wastes.
    let tokens = logD - Math.log1p(Math.exp(logSlow - logD + logBatch));
    if (off < 0 && beyond > 0) tokens -= (BELOW * beyond * beyond) / (1 + beyond);
    const whole = Math.min(law(logN, tokens), UNTRAINED_LOSS);
    tokens -= Math.log1p(Math.exp(logBatch - logCritical + Math.log(whole) / 0.21));
    let loss = law(logN, tokens) + bowl;
    if (off > 0 && loss < DIVERGENCE.plateau)
      loss += (DIVERGENCE.plateau - loss) / (1 + Math.exp((divergesAt - off) / DIVERGENCE.width));
    const aspect = features.logWidth - features.logDepth - logAspect;
    const missing = Math.max(0, SHALLOW.layers - features.logDepth);
    loss += shape * aspect * aspect + SHALLOW.strength * missing * missing;
    return UNTRAINED_LOSS * Math.exp(-Math.log1p(Math.exp(-p * (Math.log(loss) - LOG_UNTRAINED))) / p);
  };
}

const LOG_6 = Math.log(6);
const LOG_UNTRAINED = Math.log(UNTRAINED_LOSS);

function twoTerms(x: Float64Array): (logN: number, logD: number) => number {
  const [floor, logSize, logData] = [Math.max(0, x[0]!), x[1]!, x[2]!];
  const [alpha, beta] = [Math.exp(x[3]!), Math.exp(x[4]!)];
  const [sizeRuns, dataRuns, withSize, together] = [x[5]!, x[6]!, x[7]!, x[8]!];
  return (logN, logD) => {
    const [u, v] = [logN - CENTER.logN, logD - CENTER.logD];
    // Beyond a factor of thirty a changing exponent stays constant; otherwise its sign would change.
    const size = Math.exp(logSize - alpha * u + sizeRuns * running(u));
    const data = Math.exp(logData - beta * v + dataRuns * running(v) + withSize * u + together * u * v);
    return floor + size + data;
  };
}

const FAR = 3.4;
function running(u: number): number {
  const size = Math.abs(u);
  return size < FAR ? 0.5 * u * u : FAR * size - 0.5 * FAR * FAR;
}

/** Surfaces of laws with layers, in no order. */
export const LAYERED: readonly SurfaceFamily[] = [
  layered(PUBLISHED, false),
  layered(RUNNING, false),
  layered(RUNNING, true),
  layered(FLOORLESS, false),
];
