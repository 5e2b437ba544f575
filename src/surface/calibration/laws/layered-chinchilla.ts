import { LEARNING_RATE_CURVATURE } from "../../../law/learning-rate.ts";
import { UNTRAINED_LOSS } from "../../../law/stanford-2025.ts";
import { type CalibratedLaw, free, held } from "../calibrated-law.ts";
import { TWO_TERMS, twoTerms } from "./two-terms.ts";

/** Chinchilla's law with its effects, for answers with their hyperparameters. */
export const layeredChinchilla: CalibratedLaw = {
  name: "chinchilla",
  table: "answers",
  scale: 0.02,
  parameters: [
    held("untrainedLoss", UNTRAINED_LOSS, 10, 12),
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
        curvature: LEARNING_RATE_CURVATURE,
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
