import type { Method } from "./fit-results.ts";

/** What the page calls the methods. */
export const METHOD_TITLES: Readonly<Record<Method, string>> = {
  minimum: "Minima",
  parabola: "Parabolas",
  parametric: "Parametric",
  "variable-projection": "Projection",
};

const ALLOCATION = "best N = k_N·Cᵃ, best D = k_D·Cᵇ";
const CHINCHILLA = "L = E + A/Nᵅ + B/Dᵝ";

/** The law behind each. */
export const METHOD_LAWS: Readonly<Record<Method, string>> = {
  minimum: ALLOCATION,
  parabola: ALLOCATION,
  parametric: CHINCHILLA,
  "variable-projection": CHINCHILLA,
};
