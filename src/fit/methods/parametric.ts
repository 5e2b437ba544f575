import type { Fitter } from "../fitter.ts";
import { CHINCHILLA_NAMES, fitParametric } from "../parametric.ts";

/** Approach 3 (Hoffmann et al. 2022, section 3.3). */
export const parametric: Fitter = {
  name: "parametric",
  summary: "L = E + A/N^alpha + B/D^beta over all runs (approach 3)",
  heeds: ["objective", "delta", "weights"],
  holds: CHINCHILLA_NAMES,
  fit: fitParametric,
};
