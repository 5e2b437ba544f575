import type { Allocation, FitStatus } from "../fit/fitter.ts";
import type { RunPoint } from "../task/run-point.ts";

/** What the gauntlet needs of a fit; every `Fit` has it. */
export interface FitUnderTest {
  readonly status: FitStatus;
  readonly parameters: Readonly<Record<string, number>>;
  readonly exponents?: { readonly a: number; readonly b: number };
  readonly loss?: (N: number, D: number) => number;
  readonly optimum: (C: number) => Allocation | undefined;
}

/** What the gauntlet tests; every `Fitter` is one. */
export interface FitterUnderTest {
  readonly name: string;
  /** `targets` are budgets that will be predicted for, so that the status can cover them. */
  fit(
    runs: readonly RunPoint[],
    options?: { readonly start?: Readonly<Record<string, number>>; readonly targets?: readonly number[] },
  ): FitUnderTest;
}
