import type { Chinchilla } from "../../laws/chinchilla.ts";
import { type CalibratedLaw, free, held, type Parameter, type Values } from "../calibrated-law.ts";

/** The parameters of two power terms over a floor. */
export const TWO_TERMS: readonly Parameter[] = [
  free("E", 1.8, 0, 20),
  free("logA", 6, -20, 40),
  free("logB", 7, -20, 40),
  free("alpha", 0.34, 0.01, 2),
  free("beta", 0.32, 0.01, 2),
];
/** Runs known by N, D and C alone have losses far below any untrained model's, so this is never reached. */
const FAR_ABOVE = 100;

/** Chinchilla's law for runs known by N, D and C. */
export const chinchilla: CalibratedLaw = {
  name: "chinchilla",
  table: "runs",
  scale: 0.005,
  parameters: TWO_TERMS,
  surface: (values) => ({ base: { law: "chinchilla", ...twoTerms(values) }, layers: [], untrainedLoss: FAR_ABOVE }),
};
/** The same, saturated at an untrained loss. */
export const bounded: CalibratedLaw = {
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

/** The constants of a law of two terms. */
export function twoTerms({ E, logA, logB, alpha, beta }: Values): Omit<Chinchilla, "law"> {
  return {
    E: E as number,
    A: Math.exp(logA as number),
    B: Math.exp(logB as number),
    alpha: alpha as number,
    beta: beta as number,
  };
}
