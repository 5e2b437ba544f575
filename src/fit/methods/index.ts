import type { Fitter } from "../fitter.ts";
import { envelope } from "./envelope.ts";
import { farseer } from "./farseer.ts";
import { frontier } from "./frontier.ts";
import { kaplan } from "./kaplan.ts";
import { minimum } from "./minimum.ts";
import { parabola } from "./parabola.ts";
import { parametric } from "./parametric.ts";
import { variableProjection } from "./variable-projection.ts";

/** Every method but the user's own formula, in the order of a comparison. */
export const FITTERS: readonly Fitter[] = [
  minimum,
  envelope,
  parabola,
  parametric,
  variableProjection,
  kaplan,
  farseer,
  frontier,
];
