import type { Fitter } from "../fitter.ts";
import { minimum } from "./minimum.ts";
import { parametric } from "./parametric.ts";
import { variableProjection } from "./variable-projection.ts";

/** Every method that needs no formula, in the order of a comparison. */
export const FITTERS: readonly Fitter[] = [minimum, parametric, variableProjection];
