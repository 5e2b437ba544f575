import type { Sight } from "./sight.ts";
import type { SurfaceFamily } from "./surface-family.ts";

/** Where the terms of a law are measured: the middle of what the budgets near the cap can train. */
const CENTRE = { logN: Math.log(5e7), logD: Math.log(1.5e9) };
const UNTRAINED = 10.54;
/** Beyond this |ln(η/η*)| the bowl goes on as a straight line and tokens are lost too. */
const BOWL = 1.1;
const BELOW = 0.65;
const DIVERGENCE = { width: 0.15, plateau: 6.5 };
const SHALLOW = { layers: Math.log(6), strength: 0.02 };

/** What is believed of a law: E; ln of both terms at the centre; ln of their exponents; how these run; how the data term and its exponent move with N. */
interface LawBelief {
  readonly name: string;
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

const PUBLISHED: LawBelief = {
  name: "Chinchilla",
  mean: [1.8, Math.log(0.85), Math.log(0.75), Math.log(0.35), Math.log(0.35), 0, 0, 0, 0],
  sd: [0.3, 0.45, 0.45, 0.2, 0.2, 0.003, 0.003, 0.003, 0.001],
};
const RUNNING: LawBelief = {
  name: "running exponents",
  mean: [1.4, Math.log(1), Math.log(0.8), Math.log(0.3), Math.log(0.36), 0, 0, 0, 0],
  sd: [0.6, 0.6, 0.6, 0.45, 0.45, 0.03, 0.03, 0.05, 0.01],
};
const FLOORLESS: LawBelief = {
  name: "no floor",
  mean: [0.1, Math.log(2.8), Math.log(0.5), Math.log(0.09), Math.log(0.55), 0, 0, 0, 0],
  sd: [0.2, 0.25, 0.7, 0.3, 0.4, 0.003, 0.015, 0.15, 0.015],
};

/** The effects: η* at 1e17 FLOPs, how it falls along √C and with N; curvature; divergence; batch; shape; few steps; plateau. */
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

function layered({ name, mean, sd }: LawBelief, charged: boolean): SurfaceFamily {
  return {
    name: charged ? `${name}, output layer charged` : name,
    belief: { mean: [...mean, ...EFFECTS.mean], sd: [...sd, ...EFFECTS.sd] },
    borneOut: 0.57,
    loss: (x, sight) => layeredLoss(x, sight, charged),
  };
}

/** Two power terms over a floor under the usual effects (docs/surface.md, "Base laws" and "Layers"). */
function layeredLoss(x: Float64Array, sight: Sight, charged: boolean): number {
  const { logN, logC, logBatch } = sight;
  const logD = logC - Math.log(6) - (charged ? sight.logP : logN);
  const aside = logC - REFERENCE.logC;
  const logBest = x[9]! + x[10]! * aside + x[11]! * (logN - REFERENCE.logN - 0.5 * aside);
  const off = sight.logRate - logBest;
  const distance = Math.abs(off);
  const beyond = Math.max(0, distance - BOWL);
  const bowl = Math.exp(x[12]!) * (beyond === 0 ? distance * distance : BOWL * (2 * distance - BOWL));
  // Tokens that count: after the slow first steps, after a rate far too low, after what a large batch wastes.
  const logSteps = logD - logBatch;
  let tokens = logD - Math.log1p(Math.exp(x[17]! - logSteps));
  if (off < 0 && beyond > 0) tokens -= (BELOW * beyond * beyond) / (1 + beyond);
  const whole = Math.min(twoTerms(x, logN, tokens), UNTRAINED);
  tokens -= Math.log1p(Math.exp(logBatch - x[14]! + Math.log(whole) / 0.21));
  let loss = twoTerms(x, logN, tokens) + bowl;
  if (off > 0 && loss < DIVERGENCE.plateau)
    loss += (DIVERGENCE.plateau - loss) / (1 + Math.exp((x[13]! - off) / DIVERGENCE.width));
  const aspect = sight.logWidth - sight.logDepth - x[16]!;
  const missing = Math.max(0, SHALLOW.layers - sight.logDepth);
  loss += Math.exp(x[15]!) * aspect * aspect + SHALLOW.strength * missing * missing;
  const p = Math.exp(x[18]!);
  return UNTRAINED * Math.exp(-Math.log1p(Math.exp(-p * Math.log(loss / UNTRAINED))) / p);
}

function twoTerms(x: Float64Array, logN: number, logD: number): number {
  const [u, v] = [logN - CENTRE.logN, logD - CENTRE.logD];
  // An exponent that runs is held where it is beyond a factor of thirty, or it would turn.
  const [ru, rv] = [running(u), running(v)];
  const size = Math.exp(x[1]! - Math.exp(x[3]!) * u + x[5]! * ru);
  const data = Math.exp(x[2]! - Math.exp(x[4]!) * v + x[6]! * rv + x[7]! * u + x[8]! * u * v);
  return Math.max(0, x[0]!) + size + data;
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
