/** For a fitter's own test file: `import { gauntlet, arbitraries } from "isoflop/testing"`. */
export * as arbitraries from "./testing/arbitraries.ts";
export type { FitterUnderTest, FitUnderTest } from "./testing/fitter-under-test.ts";
export { type GauntletOptions, gauntlet, type PropertyResult } from "./testing/gauntlet.ts";
