import type { Method } from "./fit-results.ts";

/** What the page calls the methods. */
export const METHOD_TITLES: Readonly<Record<Method, string>> = {
  minimum: "Minima",
  parabola: "Parabolas",
  parametric: "Parametric",
  "variable-projection": "Projection",
};

const ALLOCATION = "Nopt = k_N · C^a, Dopt = k_D · C^b";
const CHINCHILLA = "L = E + A/N^alpha + B/D^beta";

/** The law behind each. */
export const METHOD_LAWS: Readonly<Record<Method, string>> = {
  minimum: ALLOCATION,
  parabola: ALLOCATION,
  parametric: CHINCHILLA,
  "variable-projection": CHINCHILLA,
};
