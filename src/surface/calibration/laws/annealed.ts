import { LEARNING_RATE_CURVATURE } from "../../../law/learning-rate.ts";
import { UNTRAINED_LOSS } from "../../../law/stanford-2025.ts";
import { type Rng, standardNormal } from "../../../task/random.ts";
import type { Annealed } from "../../laws/annealed.ts";
import { type CalibratedLaw, free, held } from "../calibrated-law.ts";
import { between, CENTRAL_UNSEEN, drawUnseen, evenFloor, logBetween, rounded } from "../undetermined.ts";

/** α along the valley in which floor and capacity exponent trade off: [E, α], linear between. */
const VALLEY = [
  [0, 0.161],
  [0.6, 0.174],
  [1.2, 0.192],
  [1.8, 0.219],
  [2.3, 0.254],
] as const;

/**
 * What answers do not determine. Standard deviations: of α around the valley; of the critical rate's exponent; and of
 * β, for each factor of e by which the largest budget is below the 3e17 FLOPs of the answers that are known, since
 * budgets up to 1e16 mistake a part of what a small model lacks for slow progress (docs/surface.md, "Answers not
 * seen").
 */
const SPREAD = { alpha: 0.012, criticalExponent: 0.07, betaPerLog: 0.07 } as const;
const BETA = 0.6;
const LARGEST_KNOWN = 3e17;

/** The annealed surface for answers of the training API (docs/surface.md, "The annealed surface"). */
export const annealed: CalibratedLaw = {
  name: "annealed",
  table: "answers",
  scale: 0.02,
  parameters: [
    held("E", 0.6, 0, 5),
    held("alpha", 0.174, 0.01, 1),
    held("criticalExponent", 0.713, 0, 2),
    held("bestRate", 2, 1, 10),
    held("rateCost", LEARNING_RATE_CURVATURE, 0, 1),
    free("logA", 1.6, -5, 10),
    free("logK", 5, -5, 10),
    free("beta", 0.62, 0.01, 3),
    free("g0", 1.1, -3, 5),
    free("g1", -0.04, -2, 2),
    free("w", 1, -3, 5),
    free("v", 0.2, -3, 3),
    free("b", 0.37, -3, 3),
    free("firstPhaseLoss", 7.35, 6, 10.4),
    free("untrainedLoss", UNTRAINED_LOSS, 10.41, 11),
    free("logX", 11.2, -5, 25),
    free("gateWidth", 1.2, -3, 5),
    free("logCriticalRate", 1.25, -4, 8),
  ],
  surface: ({ untrainedLoss, bestRate, rateCost, ...constants }) => ({
    base: {
      law: "annealed",
      ...(constants as Omit<Annealed, "law" | "beyond">),
      beyond: {
        bestRate: bestRate as number,
        rateCost: rateCost as number,
        divergentRate: 6,
        ...CENTRAL_UNSEEN,
      },
    },
    layers: [],
    untrainedLoss: untrainedLoss as number,
  }),
  heldFor: (index, count, rng, largestBudget) => {
    const E = evenFloor(index, count);
    const missing = Math.max(0, Math.log(LARGEST_KNOWN / largestBudget));
    const beta = BETA + SPREAD.betaPerLog * missing * standardNormal(rng);
    return {
      E,
      alpha: Math.max(0.05, valleyExponent(E) + SPREAD.alpha * standardNormal(rng)),
      criticalExponent: rounded(0.713 + SPREAD.criticalExponent * standardNormal(rng)),
      ...(missing > 0 && { beta: rounded(Math.min(0.9, Math.max(0.3, beta))) }),
      ...drawRates(rng),
    };
  },
  withBeyond: (document, rng) => {
    const { base } = document;
    if (base.law !== "annealed") return document;
    const { bestRate, rateCost } = base.beyond;
    return { ...document, base: { ...base, beyond: beyondDraw({ bestRate, rateCost }, rng) } };
  },
};

/** A draw of everything about rates and shapes that the answers do not determine. */
export function drawBeyond(rng: Rng): Annealed["beyond"] {
  return beyondDraw(drawRates(rng), rng);
}

function beyondDraw(rates: Pick<Annealed["beyond"], "bestRate" | "rateCost">, rng: Rng): Annealed["beyond"] {
  return { ...rates, divergentRate: rounded(between(rng, 4, 8)), ...drawUnseen(rng) };
}

/** The data do not say whether a rate above the best costs anything; where it does, it costs as on Step Law's grid. */
function drawRates(rng: Rng): Pick<Annealed["beyond"], "bestRate" | "rateCost"> {
  return {
    bestRate: rounded(logBetween(rng, 1, 4)),
    rateCost: rng() < 1 / 3 ? 0 : rounded(between(rng, 0.0145, 0.0232)),
  };
}

/** The capacity exponent that belongs to a floor. */
export function valleyExponent(E: number): number {
  const above = Math.max(
    1,
    VALLEY.findIndex(([floor]) => floor >= E),
  );
  const [[lowE, lowAlpha], [highE, highAlpha]] = [VALLEY[above - 1]!, VALLEY[above]!];
  return lowAlpha + ((highAlpha - lowAlpha) * (E - lowE)) / (highE - lowE);
}
