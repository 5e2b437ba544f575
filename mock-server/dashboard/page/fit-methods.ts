import type { Allocation, FitStatus } from "../../../src/fit/fitter.ts";

/** The methods drawn. */
export type Method = "minimum" | "parabola" | "parametric" | "variable-projection";

/** What the page calls them. */
export const METHOD_TITLES: Readonly<Record<Method, string>> = {
  minimum: "Minima",
  parabola: "Parabolas",
  parametric: "Parametric",
  "variable-projection": "Projection",
};

/** The curve of loss over size at one budget that a fit draws. */
export interface Profile {
  /** FLOPs. */
  readonly C: number;
  readonly curve: readonly { readonly N: number; readonly loss: number }[];
  /** Where the curve is lowest, when that is among the sizes drawn. */
  readonly vertex?: { readonly N: number; readonly loss: number };
}

/** A fit as plain data: what travels from the worker to the page. */
export interface FitResult {
  readonly method: Method;
  readonly status: FitStatus;
  readonly explanation: string;
  readonly warnings: readonly string[];
  /** Of the law, by name. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Of N ∝ C^a. */
  readonly a?: number;
  /** The best allocation of the target. */
  readonly target?: Allocation;
  readonly profiles: readonly Profile[];
  /** Optima over compute, from the cheapest budget to the target. */
  readonly path: readonly Allocation[];
}
