import type { Place } from "./plan.ts";
import { ANYTIME_SHARES, type Result } from "./result.ts";

const NAMES = [
  "ok",
  "regret",
  "fromSize",
  "lnNError",
  "lossError",
  "covered",
  "level",
  "width",
  "intervalScore",
  "computeEquivalent",
  "spent",
  "queries",
  "repeats",
  "refused",
  "invalid",
  "seconds",
  "timedOut",
  "finishes",
  "runtimeError",
  "runtimeCovered",
] as const;

/** A number kept of every result. `anytime0` … are regrets after each of ANYTIME_SHARES, infinite where it failed. */
export type ColumnName = (typeof NAMES)[number] | `anytime${number}`;

/**
 * The numbers of a tournament, one column for each: what the analysis reads, at 210 bytes a run independent of the size
 * of the results file. NaN where there is none.
 */
export class Columns {
  readonly entrants: number;
  readonly worlds: number;
  readonly repetitions: number;
  readonly #columns: ReadonlyMap<ColumnName, Float64Array>;
  readonly #failures = new Map<string, number>();
  /** By entrant: the worlds to which it does not apply, and why. */
  readonly #notApplicable = new Map<number, Map<number, string>>();

  constructor(entrants: number, worlds: number, repetitions: number) {
    this.entrants = entrants;
    this.worlds = worlds;
    this.repetitions = repetitions;
    const size = entrants * worlds * repetitions;
    const names: ColumnName[] = [...NAMES, ...ANYTIME_SHARES.map((_, i) => `anytime${i}` as const)];
    this.#columns = new Map(names.map((name) => [name, new Float64Array(size).fill(Number.NaN)]));
  }

  /** The index of a run in every column. */
  index({ entrant, world, repetition }: Place): number {
    return (entrant * this.worlds + world) * this.repetitions + repetition;
  }

  /** A column, indexed by `index`. */
  of(name: ColumnName): Float64Array {
    return this.#columns.get(name) as Float64Array;
  }

  /** Reasons of failure with their counts, under `strategy: reason`. */
  get failures(): ReadonlyMap<string, number> {
    return this.#failures;
  }

  /** Whether an entrant applies to a world; true until a result says otherwise. */
  applies(entrant: number, world: number): boolean {
    return !this.#notApplicable.get(entrant)?.has(world);
  }

  /** Why an entrant does not apply to a world; undefined where it does. */
  reasonAgainst(entrant: number, world: number): string | undefined {
    return this.#notApplicable.get(entrant)?.get(world);
  }

  add(result: Result, place: Place): void {
    if (result.status === "not-applicable") {
      const { entrant, world } = place;
      const reasons = this.#notApplicable.get(entrant) ?? new Map<number, string>();
      this.#notApplicable.set(entrant, reasons.set(world, result.failure));
      return;
    }
    const at = this.index(place);
    const put = (name: ColumnName, value: number | boolean | undefined) => {
      this.of(name)[at] = value === undefined ? Number.NaN : Number(value);
    };
    for (const name of ["spent", "queries", "repeats", "refused", "invalid", "seconds"] as const)
      put(name, result[name]);
    put("ok", result.status === "ok");
    for (const [i, regret] of (result.anytime ?? []).entries())
      put(`anytime${i}` as ColumnName, regret ?? Number.POSITIVE_INFINITY);
    if (result.status === "failed") {
      const reason = `${result.strategy}\n${result.failure}`;
      if (this.#failures.size < 100 || this.#failures.has(reason))
        this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
      return;
    }
    const { score, submission } = result;
    put("regret", score.regret);
    put("fromSize", score.regretFromSize);
    put("lnNError", score.lnNError);
    put("lossError", score.lossError);
    put("covered", score.covered);
    put("level", submission.interval?.level);
    put("width", submission.interval && submission.interval.high - submission.interval.low);
    put("intervalScore", score.intervalScore);
    put("computeEquivalent", score.computeEquivalent);
    put("timedOut", score.run && !score.run.finished);
    put("finishes", submission.runtime?.finishes);
    put("runtimeError", score.run?.logError);
    put("runtimeCovered", score.run?.covered);
  }
}
