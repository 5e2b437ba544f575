import { unknownName } from "../../task/errors.ts";
import type { Rng } from "../../task/random.ts";
import { standardNormal } from "../../task/random.ts";
import type { BeyondTheBox } from "../beyond-the-box.ts";
import { hasEffectsInside, type SurfaceDocument } from "../surface.ts";
import type { CalibratedLaw, Parameter, Values } from "./calibrated-law.ts";

/** The middle of what worlds draw beyond the box: no answer says anything of it (docs/surface.md, "Beyond the box"). */
const CENTRAL_BEYOND: BeyondTheBox = {
  optimalLearningRate: 0.002,
  divergentLearningRate: 0.012,
  plateau: 6.5,
  widthReach: 0.12,
  shapeStrength: 0.02,
  bestAspectRatio: 56,
};

const free = (name: string, start: number, lower: number, upper: number): Parameter => ({ name, start, lower, upper });
const held = (name: string, start: number, lower: number, upper: number): Parameter => ({
  ...free(name, start, lower, upper),
  held: true,
});

/** The floors the answers allow, in nats. */
export const FLOORS = { lowest: 0, highest: 2.3 } as const;
/** α along the valley in which floor and capacity exponent trade off, and its spread across left-out sources. */
const VALLEY = { intercept: 0.148, slope: 0.0385, spread: 0.012 } as const;

/** The capacity exponent that belongs to a floor (docs/surface.md, "What the answers do not determine"). */
export function valleyExponent(E: number): number {
  return VALLEY.intercept + VALLEY.slope * E;
}

const gated: CalibratedLaw = {
  name: "gated",
  table: "answers",
  scale: 0.02,
  parameters: [
    held("E", 1.2, 0, 5),
    held("alpha", 0.185, 0.01, 1),
    held("pull", 0.2, 0, 1),
    free("logA", 1.1, -5, 10),
    free("logK", 2.3, -5, 10),
    free("beta", 0.55, 0.01, 3),
    free("g0", 0.85, -3, 5),
    free("g1", -0.12, -2, 2),
    free("w", 0.6, -3, 5),
    free("v", 0.03, -3, 3),
    free("b", 0.25, -3, 3),
    free("firstPhaseLoss", 8.5, 6, 10.4),
    free("untrainedLoss", 10.54, 10.41, 11),
    free("logX", 6, -5, 20),
    free("q", 1.1, 0.1, 5),
    free("gateWidth", 1.3, -3, 5),
  ],
  surface: ({ pull: _, untrainedLoss, ...constants }) => ({
    base: { law: "gated", ...(constants as Omit<GatedConstants, "beyond">), beyond: CENTRAL_BEYOND },
    layers: [],
    untrainedLoss: untrainedLoss as number,
  }),
  heldFor: (index, count, rng) => {
    const E = FLOORS.lowest + ((FLOORS.highest - FLOORS.lowest) * (index + 0.5)) / count;
    return { E, alpha: valleyExponent(E) + VALLEY.spread * standardNormal(rng) };
  },
  withBeyond,
};
type GatedConstants = Omit<Extract<SurfaceDocument["base"], { law: "gated" }>, "law">;

const mechanistic: CalibratedLaw = {
  name: "mechanistic",
  table: "answers",
  scale: 0.02,
  parameters: [
    held("E", 0, 0, 5),
    held("pull", 0, 0, 1),
    free("alpha", 0.106, 0.01, 1),
    free("logA", 1.35, -5, 10),
    free("logK", 1.56, -5, 10),
    free("beta", 0.39, 0.01, 3),
    free("g0", 0.74, -3, 5),
    free("g1", -0.15, -2, 2),
    free("p", 1.33, 0.1, 10),
    free("w", 0.46, -3, 5),
    free("v", -0.04, -3, 3),
    free("b", 0.24, -3, 3),
    free("logSlowSteps", -2, -12, 8),
    free("m", 0.44, -3, 3),
    free("untrainedLoss", 10.54, 10.3, 11),
  ],
  surface: ({ pull: _, untrainedLoss, ...constants }) => ({
    base: { law: "mechanistic", ...(constants as Omit<MechanisticConstants, "beyond">), beyond: CENTRAL_BEYOND },
    layers: [],
    untrainedLoss: untrainedLoss as number,
  }),
  heldFor: (index, count) => ({ E: FLOORS.lowest + ((FLOORS.highest - FLOORS.lowest) * (index + 0.5)) / count }),
  withBeyond,
};
type MechanisticConstants = Omit<Extract<SurfaceDocument["base"], { law: "mechanistic" }>, "law">;

const TWO_TERMS: readonly Parameter[] = [
  free("E", 1.8, 0, 20),
  free("logA", 6, -20, 40),
  free("logB", 7, -20, 40),
  free("alpha", 0.34, 0.01, 2),
  free("beta", 0.32, 0.01, 2),
];
/** Losses of runs known by N, D and C alone are far below what an untrained model has. */
const FAR_ABOVE = 100;

const chinchilla: CalibratedLaw = {
  name: "chinchilla",
  table: "runs",
  scale: 0.005,
  parameters: TWO_TERMS,
  surface: (values) => ({ base: { law: "chinchilla", ...twoTerms(values) }, layers: [], untrainedLoss: FAR_ABOVE }),
};
const bounded: CalibratedLaw = {
  name: "bounded",
  table: "runs",
  scale: 0.005,
  parameters: [...TWO_TERMS, held("untrainedLoss", 11, 1, 100)],
  surface: (values) => ({
    base: { law: "bounded", ...twoTerms(values) },
    layers: [],
    untrainedLoss: values.untrainedLoss as number,
  }),
};

/** Chinchilla's law with its effects, for answers with their hyper-parameters. */
const layered: CalibratedLaw = {
  name: "chinchilla",
  table: "answers",
  scale: 0.02,
  parameters: [
    held("pull", 0, 0, 1),
    held("untrainedLoss", 10.54, 10, 12),
    ...TWO_TERMS,
    free("logOptimum", -6.5, -9, -2),
    free("belowExponent", 0.6, 0, 3),
    free("logCriticalTokens", 19, 5, 30),
    free("logSlowSteps", 4, -2, 9),
    free("sharpness", 2, 0.3, 20),
  ],
  surface: (values) => ({
    base: { law: "chinchilla", ...twoTerms(values) },
    layers: [
      { layer: "batch", criticalTokens: Math.exp(values.logCriticalTokens as number), exponent: 0.21 },
      {
        layer: "learning-rate",
        optimum: { coefficient: Math.exp(values.logOptimum as number), N: 0, D: 0, C: 0 },
        curvature: 0.0183,
        belowExponent: values.belowExponent as number,
        bowlWidth: 1.1,
        divergence: { threshold: 7, width: 0.15, plateau: 6.5 },
      },
      {
        layer: "few-steps",
        slowSteps: Math.exp(values.logSlowSteps as number),
        sharpness: values.sharpness as number,
      },
    ],
    untrainedLoss: values.untrainedLoss as number,
  }),
};

/** Every law calibration knows, by the table that determines it; the first of each kind is the default. */
export const LAWS: readonly CalibratedLaw[] = [gated, mechanistic, layered, chinchilla, bounded];

/** The law of this name for a kind of table; the default one without a name. */
export function calibratedLaw(table: CalibratedLaw["table"], name?: string): CalibratedLaw {
  const laws = LAWS.filter((law) => law.table === table);
  const law = name === undefined ? laws[0] : laws.find((candidate) => candidate.name === name);
  if (law) return law;
  throw unknownName(
    table === "answers" ? "law for answers of a training API" : "law for runs known by N, D and C",
    name as string,
    laws.map((candidate) => candidate.name),
  );
}

function twoTerms({ E, logA, logB, alpha, beta }: Values) {
  return {
    E: E as number,
    A: Math.exp(logA as number),
    B: Math.exp(logB as number),
    alpha: alpha as number,
    beta: beta as number,
  };
}

function withBeyond(document: SurfaceDocument, rng: Rng): SurfaceDocument {
  const { base } = document;
  if (!hasEffectsInside(base)) return document;
  const between = (low: number, high: number) => low + (high - low) * rng();
  const logBetween = (low: number, high: number) => Math.exp(between(Math.log(low), Math.log(high)));
  const optimalLearningRate = rounded(logBetween(1.2e-3, 4e-3));
  const beyond: BeyondTheBox = {
    optimalLearningRate,
    divergentLearningRate: rounded(optimalLearningRate * between(4, 8)),
    plateau: rounded(between(6.2, 6.9)),
    widthReach: rounded(logBetween(0.04, 0.3)),
    shapeStrength: rounded(logBetween(0.008, 0.04)),
    bestAspectRatio: rounded(logBetween(32, 96)),
  };
  return { ...document, base: { ...base, beyond } };
}

/** Drawn constants carry as many digits as anybody can read. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
