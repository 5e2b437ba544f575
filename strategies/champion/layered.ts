import type { Surface, SurfaceFamily } from "./surface-family.ts";

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
  readonly borneOut: number;
  readonly mean: readonly number[];
  readonly sd: readonly number[];
}

const PUBLISHED: LawBelief = {
  name: "Chinchilla",
  borneOut: 0.65,
  mean: [1.8, Math.log(0.85), Math.log(0.75), Math.log(0.35), Math.log(0.35), 0, 0, 0, 0],
  sd: [0.3, 0.45, 0.45, 0.2, 0.2, 0.003, 0.003, 0.003, 0.001],
};
const RUNNING: LawBelief = {
  name: "running exponents",
  borneOut: 0.85,
  mean: [1.4, Math.log(1), Math.log(0.8), Math.log(0.3), Math.log(0.36), 0, 0, 0, 0],
  sd: [0.6, 0.6, 0.6, 0.45, 0.45, 0.03, 0.03, 0.05, 0.01],
};
const FLOORLESS: LawBelief = {
  name: "no floor",
  borneOut: 0.85,
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

function layered({ name, borneOut, mean, sd }: LawBelief, charged: boolean): SurfaceFamily {
  return {
    name: charged ? `${name}, output layer charged` : name,
    belief: { mean: [...mean, ...EFFECTS.mean], sd: [...sd, ...EFFECTS.sd] },
    borneOut,
    surfaceAt: (x) => layeredSurface(x, charged),
  };
}

/** Two power terms over a floor under the usual effects (docs/surface.md, "Base laws" and "Layers"). */
function layeredSurface(x: Float64Array, charged: boolean): Surface {
  const law = twoTerms(x);
  const [atReference, alongC, alongN] = [x[9]!, x[10]!, x[11]!];
  const [curvature, divergesAt, logCritical, shape] = [Math.exp(x[12]!), x[13]!, x[14]!, Math.exp(x[15]!)];
  const [logAspect, logSlow, p] = [x[16]!, x[17]!, Math.exp(x[18]!)];
  return (sight) => {
    const { logN, logC, logBatch } = sight;
    const logD = logC - LOG_6 - (charged ? sight.logP : logN);
    const aside = logC - REFERENCE.logC;
    const off = sight.logRate - atReference - alongC * aside - alongN * (logN - REFERENCE.logN - 0.5 * aside);
    const distance = Math.abs(off);
    const beyond = Math.max(0, distance - BOWL);
    const bowl = curvature * (beyond === 0 ? distance * distance : BOWL * (2 * distance - BOWL));
    // Tokens that count: after the slow first steps, after a rate far too low, after what a large batch wastes.
    let tokens = logD - Math.log1p(Math.exp(logSlow - logD + logBatch));
    if (off < 0 && beyond > 0) tokens -= (BELOW * beyond * beyond) / (1 + beyond);
    const whole = Math.min(law(logN, tokens), UNTRAINED);
    tokens -= Math.log1p(Math.exp(logBatch - logCritical + Math.log(whole) / 0.21));
    let loss = law(logN, tokens) + bowl;
    if (off > 0 && loss < DIVERGENCE.plateau)
      loss += (DIVERGENCE.plateau - loss) / (1 + Math.exp((divergesAt - off) / DIVERGENCE.width));
    const aspect = sight.logWidth - sight.logDepth - logAspect;
    const missing = Math.max(0, SHALLOW.layers - sight.logDepth);
    loss += shape * aspect * aspect + SHALLOW.strength * missing * missing;
    return UNTRAINED * Math.exp(-Math.log1p(Math.exp(-p * (Math.log(loss) - LOG_UNTRAINED))) / p);
  };
}

const LOG_6 = Math.log(6);
const LOG_UNTRAINED = Math.log(UNTRAINED);

function twoTerms(x: Float64Array): (logN: number, logD: number) => number {
  const [floor, logSize, logData] = [Math.max(0, x[0]!), x[1]!, x[2]!];
  const [alpha, beta] = [Math.exp(x[3]!), Math.exp(x[4]!)];
  const [sizeRuns, dataRuns, withSize, together] = [x[5]!, x[6]!, x[7]!, x[8]!];
  return (logN, logD) => {
    const [u, v] = [logN - CENTRE.logN, logD - CENTRE.logD];
    // An exponent that runs is held where it is beyond a factor of thirty, or it would turn.
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
