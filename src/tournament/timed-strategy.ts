import type { Strategy } from "../task/strategy.ts";
import type { ThinkingClock } from "./thinking-clock.ts";

/** The same strategy with every piece of its thinking on a clock and under the guard. */
export function timedStrategy(strategy: Strategy, clock: ThinkingClock): Strategy {
  return {
    name: strategy.name,
    summary: strategy.summary,
    *queries(task, rng) {
      const generator = clock.think(() => strategy.queries(task, rng));
      let step = clock.think(() => generator.next());
      while (!step.done) {
        const answers = yield step.value;
        step = clock.think(() => generator.next(answers));
      }
    },
    recommend: (runs, task, rng) => clock.think(() => strategy.recommend(runs, task, rng)),
  };
}
