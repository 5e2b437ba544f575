import { identityOf, type Run } from "../../src/task/configuration.ts";
import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";

/** A batch on its way to the API and back; for `yield*` inside a strategy's `queries`. */
export type Purchase = Generator<readonly Query[], Run[], readonly Run[]>;

/** A strategy's own books: what is left of the cap, and the answers it has, so that nothing is paid for twice. */
export interface Purse {
  /** FLOPs not spent yet. */
  left(): number;
  /** Every answer so far, in the order asked; rejections too. */
  runs(): readonly Run[];
  /** Whether this question was put before. */
  knows(query: Query): boolean;
  /**
   * Asks, in order, what is new and affordable; the rest is left out. Returns the answers to all that are known after it,
   * bought now or before.
   */
  buy(queries: readonly Query[]): Purchase;
}

/** Just less than the whole, for numbers too large to take one from. */
const BELOW = 1 - 1e-12;

/** An untouched purse. A rejected question is not charged; one refused for lack of budget says that less is left. */
export function purse(task: Task): Purse {
  const answers = new Map<string, Run>();
  let left = task.cap;

  return {
    left: () => left,
    runs: () => [...answers.values()],
    knows: (query) => answers.has(identityOf(query)),
    *buy(queries) {
      const bought = new Map<string, Query>();
      for (const query of queries) {
        const identity = identityOf(query);
        if (answers.has(identity) || bought.has(identity) || query.trainFlops > left) continue;
        bought.set(identity, query);
        left -= query.trainFlops;
      }
      if (bought.size > 0) {
        const runs = yield [...bought.values()];
        for (const [index, [identity, query]] of [...bought].entries()) {
          const run = runs[index];
          if (!run) continue;
          answers.set(identity, run);
          if (run.status !== "ok") left += query.trainFlops;
        }
        const refused = runs.filter(({ status }) => status === "refused").map(({ trainFlops }) => trainFlops);
        if (refused.length > 0) left = Math.min(left, Math.min(...refused) * BELOW);
      }
      return queries.flatMap((query) => answers.get(identityOf(query)) ?? []);
    },
  };
}
