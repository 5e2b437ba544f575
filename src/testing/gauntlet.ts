import fc from "fast-check";
import type { RunPoint } from "../task/run-point.ts";
import type { FitterUnderTest } from "./fitter-under-test.ts";
import { type Counterexample, PROPERTIES } from "./properties.ts";

/** The outcome of one property. */
export interface PropertyResult {
  readonly name: string;
  readonly claim: string;
  readonly passed: boolean;
  /** Cases tried. */
  readonly runs: number;
  /** The smallest failing case found; null when none. */
  readonly counterexample: null | {
    /** What went wrong there. */
    readonly error: string;
    /** What the case is: its law and grid. */
    readonly about: string;
    /** The table, as `isoflop fit FILE` reads it. */
    readonly table: readonly RunPoint[];
  };
}

/** Which cases and properties a gauntlet tries. */
export interface GauntletOptions {
  readonly seed?: number;
  /** Names of the properties to try; all when absent. */
  readonly only?: readonly string[];
  /** Called before each property, for progress. */
  readonly onProperty?: (name: string, index: number, count: number) => void;
}

/**
 * Runs a fitter through every property (docs/howto-fitter.md). The same seed tries the same cases. A property
 * that fails is shrunk to a smallest failing table; none stops the others.
 *
 * @example
 * ```ts
 * import { gauntlet } from "isoflop/testing";
 * const rootOfCompute = {
 *   name: "root-of-compute",
 *   fit: () => ({
 *     status: "converged" as const,
 *     parameters: {},
 *     optimum: (C: number) => ({ C, N: Math.sqrt(C / 120), D: Math.sqrt(C / 0.3), loss: 3 }),
 *   }),
 * };
 * const [first] = gauntlet(rootOfCompute, { only: ["recovers noise-free laws"] });
 * first?.passed; // false
 * ```
 */
export function gauntlet(
  fitter: FitterUnderTest,
  { seed = 0, only, onProperty }: GauntletOptions = {},
): PropertyResult[] {
  const chosen = PROPERTIES.filter(({ name }) => only?.includes(name) ?? true);
  return chosen.map(({ name, claim, runs, of }, index) => {
    onProperty?.(name, index, chosen.length);
    const details = fc.check(of(fitter), {
      seed,
      numRuns: runs,
      endOnFailure: false,
      interruptAfterTimeLimit: 20_000,
      markInterruptAsFailure: false,
    });
    const found = details.counterexample?.[0];
    return {
      name,
      claim,
      passed: !details.failed,
      runs: details.numRuns,
      counterexample: found ? shown(found, details.errorInstance) : null,
    };
  });
}

function shown({ runs, about }: Counterexample, error: unknown): NonNullable<PropertyResult["counterexample"]> {
  return { error: error instanceof Error ? error.message : String(error), about, table: runs };
}
