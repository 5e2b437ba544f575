import type { RunPoint } from "../task/run-point.ts";
import type { ObjectiveName } from "./objective.ts";
import type { PowerLaw, Space } from "./power-law.ts";

/**
 * How far the numbers of a fit can be trusted.
 * - `converged`: the optimum was found, its gradient is zero to rounding, the data determine it, and nothing the fit
 *   predicts contradicts the table or the world.
 * - `at a bound`: the best parameters lie on a limit of what is allowed; the law there is a limiting case.
 * - `not identified`: the data do not determine the parameters; what is printed, if anything, is one of many possible answers.
 * - `implausible`: the parameters are determined, but a prediction contradicts the table or the world.
 * - `search failed`: no descent reached a minimum; better starts may.
 */
export type FitStatus = "converged" | "at a bound" | "not identified" | "implausible" | "search failed";

/** Whether a fit's numbers may enter figures, spreads and summaries. */
export function isUsable({ status }: { readonly status: FitStatus }): boolean {
  return status === "converged" || status === "at a bound";
}

/** A penalty (ln-likelihood of a normal) that pulls a parameter toward a value. */
export interface Prior {
  readonly mean: number;
  readonly sd: number;
}

/** What a fit may be told; each method names the options that it uses. */
export interface FitOptions {
  /** Where squares are summed when power laws go through optima: `linear` by default for `minimum`, else `log`. */
  readonly space?: Space;
  /** What a law of the loss minimizes; each method has its default (docs/fitters.md, "Methods"). */
  readonly objective?: ObjectiveName;
  /** Where the Huber loss turns from square to absolute; 1e-3 by default. */
  readonly delta?: number;
  /** Parameters fixed at a value. */
  readonly fixed?: Readonly<Record<string, number>>;
  /** Priors on parameters. */
  readonly priors?: Readonly<Record<string, Prior>>;
  /** Parameters near the answer: one descent from there instead of many, and no checks, as a bootstrap wants. */
  readonly start?: Readonly<Record<string, number>>;
  /** Budgets, in FLOPs, to predict for: the status covers these predictions. */
  readonly targets?: readonly number[];
  /** Sizes within this factor of the lowest run enter a budget's parabola. */
  readonly window?: number;
}

/** The best allocation of a budget under a fitted law. */
export interface Allocation {
  /** FLOPs. */
  readonly C: number;
  readonly N: number;
  readonly D: number;
  /** Absent where the method predicts no loss. */
  readonly loss?: number;
}

/** The result of fitting a method to runs. Deterministic. */
export interface Fit {
  readonly method: string;
  readonly status: FitStatus;
  /** The status as a sentence: what was tested, which bound, what is not determined. */
  readonly explanation: string;
  /** How the minimum was searched for, for a report of the fit. */
  readonly search?: string;
  /** What was minimized, and the value reached. */
  readonly objective?: { readonly name: string; readonly value: number };
  /** The law's parameters by name; empty when there is nothing to print. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Exponents of N ∝ C^a and D ∝ C^b, where the law has them. */
  readonly exponents?: { readonly a: number; readonly b: number };
  /** Optimal size and tokens as power laws of C, where the law has them. */
  readonly laws?: { readonly N: PowerLaw; readonly D: PowerLaw };
  /** What laws through optima were fitted to: one point per budget. */
  readonly points: readonly Allocation[];
  /**
   * The loss of N parameters trained on D tokens; absent for methods that only allocate. C, for laws in C, is by default
   * what the table's own accounting says such a run costs.
   */
  readonly loss?: (N: number, D: number, C?: number) => number;
  /** The lowest loss that C FLOPs reach, for a law of compute alone, which has no best N. */
  readonly lossOfC?: (C: number) => number;
  /** The best N and D that C FLOPs buy in the table's own accounting, and the loss there; undefined without one. */
  readonly optimum: (C: number) => Allocation | undefined;
  /** What was assumed, left out or is doubtful; one sentence each. */
  readonly warnings: readonly string[];
}

/** Options that change the answer of some methods. */
export const FITTER_OPTIONS = ["space", "objective", "delta", "weights", "window"] as const;
export type FitterOption = (typeof FITTER_OPTIONS)[number];

/** One way from runs to a law. Pure, synchronous, and deterministic for any order of the runs. */
export interface Fitter {
  readonly name: string;
  /** What it does, for a table of methods. */
  readonly summary: string;
  /** The options that change its answer; it ignores the others. */
  readonly options: readonly FitterOption[];
  /** Parameters that can be fixed or given a prior; none when absent. */
  readonly fixable?: readonly string[];
  /** Never throws for numbers, however bad: such a fit is `not identified`. */
  fit(runs: readonly RunPoint[], options?: FitOptions): Fit;
}

/** The fit of runs that determine nothing. */
export function notIdentified(method: string, explanation: string, warnings: readonly string[] = []): Fit {
  return {
    method,
    status: "not identified",
    explanation,
    parameters: {},
    points: [],
    optimum: () => undefined,
    warnings,
  };
}
