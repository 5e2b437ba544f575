import { fitRuntime } from "../../src/fit/runtime.ts";
import { type ClockBudget, settledCost } from "../../src/task/clock.ts";
import { answered, identityOf, type Run, type RunConfig } from "../../src/task/configuration.ts";
import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";

import { carriedToEnd } from "../reading/partial-curves.ts";

/** One batch sent to the API, with the answers it returns; use `yield*` on it inside a strategy's `queries`. */
export type Purchase = Generator<readonly Query[], Run[], readonly Run[]>;

/** The probability with which a run should end before its seconds are over: what it leaves of them is not charged. */
const ENDS_IN_TIME = 0.96;

/** Just below one: the largest share of a refused amount that may still be available. */
const JUST_BELOW = 1 - 1e-12;

/**
 * A strategy's own record of the cap and of the answers it has, the task's history among them, so that no run is paid
 * for twice.
 */
export class Budget {
  readonly #answers = new Map<string, Run>();
  readonly #known: number;
  readonly #clock: ClockBudget | undefined;
  #left: number;

  /** The whole cap of `task`, with nothing bought yet. */
  constructor(task: Task) {
    for (const run of answered(task.history ?? [])) this.#answers.set(keyOf(run), run);
    this.#known = this.#answers.size;
    this.#left = task.cap;
    this.#clock = task.clock;
  }

  /** FLOPs not spent yet, or seconds. */
  left(): number {
    return this.#left;
  }

  /**
   * Every answer so far: the history's, then those asked for, in order and with rejections. Runs that were stopped in time
   * count as if they had ended.
   */
  runs(): readonly Run[] {
    return carriedToEnd(this.raw());
  }

  /** The same with those that were stopped as they are. */
  raw(): readonly Run[] {
    return [...this.#answers.values()];
  }

  /** How many queries were answered. */
  asked(): number {
    return this.#answers.size - this.#known;
  }

  /** Whether this query has been answered before. */
  has(query: Query): boolean {
    return this.#answers.has(keyOf(query));
  }

  /**
   * Asks, in order, the queries that are new and affordable and skips the rest. Returns every known answer to
   * `queries`, bought now or before. A rejected query is not charged; a refused one shows that less is left than was
   * thought.
   */
  *buy(queries: readonly Query[]): Purchase {
    const bought = new Map<string, Query>();
    for (const query of queries) {
      const identity = keyOf(query);
      if (this.#answers.has(identity) || bought.has(identity) || query.trainFlops > this.#left) continue;
      bought.set(identity, query);
      this.#left -= query.trainFlops;
    }
    if (bought.size > 0) {
      const runs = yield this.#planned([...bought.values()]);
      for (const [index, [identity, query]] of [...bought].entries()) {
        const run = runs[index];
        if (!run) continue;
        this.#answers.set(identity, run);
        this.#left += query.trainFlops - this.#costOf(run);
      }
      const refused = runs.filter(({ status }) => status === "refused").map(({ trainFlops }) => trainFlops);
      if (refused.length > 0) this.#left = Math.min(this.#left, Math.min(...refused) * JUST_BELOW);
    }
    return queries.flatMap((query) => this.#answers.get(keyOf(query)) ?? []);
  }

  /** Where there is a clock: the queries with tokens that end in their seconds, by the answers so far. */
  #planned(queries: readonly Query[]): readonly Query[] {
    const clock = this.#clock;
    if (!clock || queries.every(({ tokens }) => tokens !== undefined)) return queries;
    const runtime = fitRuntime(this.raw(), clock);
    return queries.map((query) =>
      query.tokens === undefined
        ? { ...query, tokens: runtime.tokensFor(query, query.trainFlops, ENDS_IN_TIME) }
        : query,
    );
  }

  /** What was charged for a run. */
  #costOf({ status, course, trainFlops }: Run): number {
    if (course && this.#clock) return settledCost(course.seconds, trainFlops, this.#clock);
    return status === "ok" ? trainFlops : 0;
  }
}

/** What is asked, whatever its tokens. */
function keyOf({ tokens: _, ...config }: RunConfig): string {
  return identityOf(config);
}
