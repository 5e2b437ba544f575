import type { Fitter } from "../fitter.ts";
import { minimum } from "./minimum.ts";

/** Every method that needs no formula, in the order of a comparison. */
export const FITTERS: readonly Fitter[] = [minimum];
