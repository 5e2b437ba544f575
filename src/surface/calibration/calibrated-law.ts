import type { Rng } from "../../task/random.ts";
import type { SurfaceDocument } from "../surface.ts";

/** A parameter of a law: calibration searches for it, or holds it at a value. */
export interface Parameter {
  readonly name: string;
  /** Where the search starts, or the value that is held. */
  readonly start: number;
  readonly lower: number;
  readonly upper: number;
  /** Present where the data do not determine it: held at `start` unless the user fixes another value. */
  readonly held?: true;
}

export type Values = Readonly<Record<string, number>>;

/** A surface with free parameters. */
export interface CalibratedLaw {
  readonly name: string;
  /** What kind of table determines it: answers with their hyperparameters, or N, D and C. */
  readonly table: "answers" | "runs";
  readonly parameters: readonly Parameter[];
  /** The residual, in ln loss, at which the soft-L1 cost turns from square to absolute. */
  readonly scale: number;
  surface(values: Values): SurfaceDocument;
  /**
   * Values of held parameters for draw `index` of `count`: what the data do not determine, spread evenly.
   *
   * @param largestBudget of the data, in FLOPs: smaller budgets determine less.
   */
  heldFor?(index: number, count: number, rng: Rng, largestBudget: number): Values;
  /** The same surface with what lies beyond the data drawn anew. */
  withBeyond?(document: SurfaceDocument, rng: Rng): SurfaceDocument;
}

/** The fewest runs a law can be fitted to: one more than its free parameters. */
export function minimumRuns(law: CalibratedLaw, fixed: Values = {}): number {
  return freeParameters(law, fixed).length + 1;
}

export function freeParameters({ parameters }: CalibratedLaw, fixed: Values): Parameter[] {
  return parameters.filter(({ name, held }) => !held && fixed[name] === undefined);
}

/** A parameter that is searched for. */
export function free(name: string, start: number, lower: number, upper: number): Parameter {
  return { name, start, lower, upper };
}

/** A parameter that the data do not determine. */
export function held(name: string, start: number, lower: number, upper: number): Parameter {
  return { name, start, lower, upper, held: true };
}
