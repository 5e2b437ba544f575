import { fitRuntime, type RuntimeFit } from "../../src/fit/runtime.ts";
import { fittingBatch, memoryOf } from "../../src/law/memory.ts";
import { HALF_WIDTH_80 } from "../../src/statistics/distributions.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { ClockBudget } from "../../src/task/clock.ts";
import type { Run, RunConfig, Shape } from "../../src/task/configuration.ts";
import { realizeShape } from "../../src/task/realize.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import type { Admissible, RuntimeForecast, Submission } from "../../src/task/submission.ts";
import type { Task } from "../../src/task/task.ts";
import { carriedToEnd } from "../reading/partial-curves.ts";

/**
 * A strategy that keeps to a target of seconds, whatever it knows of time: its submission gets the most tokens with which
 * it ends in time with the task's probability, by the runtimes of its runs, and says so. Where budgets are in FLOPs, the
 * strategy itself.
 */
export function keepingTime(strategy: Strategy): Strategy {
  return {
    ...strategy,
    recommend(runs, task, rng) {
      const submission = strategy.recommend(task.clock ? carriedToEnd(runs) : runs, task, rng);
      return task.clock && submission.runtime === undefined ? inTime(submission, runs, task, task.clock) : submission;
    },
  };
}

function inTime(submission: Submission, runs: readonly Run[], { admissible }: Task, clock: ClockBudget): Submission {
  const runtime = fitRuntime(runs, clock);
  const shape = fittingShape(submission.config, admissible, clock);
  const batchSize = fittingBatch(shape, submission.config.batchSize, admissible.batchSizes, clock);
  const config = { ...submission.config, ...shape, numHeads: shape.dModel / clock.headDimension, batchSize };
  const tokens = runtime.tokensFor(config, config.trainFlops, clock.finish);
  return { ...submission, config: { ...config, tokens }, runtime: forecastOf({ ...config, tokens }, runtime) };
}

/** The shape, or one so much smaller that it fits in memory with the smallest batch; the smallest where none does. */
function fittingShape(shape: Shape, admissible: Admissible, clock: ClockBudget): Shape {
  const batchSize = Math.min(...admissible.batchSizes);
  let fitting = shape;
  const fits = () => memoryOf({ ...fitting, batchSize }, clock) <= clock.memory.most;
  for (let N = 0.9 * nonEmbeddingParameters(shape); N >= 1 && !fits(); N *= 0.9) fitting = realizeShape(N, admissible);
  return fitting;
}

/** What a submission says of its runtime. */
export function forecastOf(config: RunConfig & { readonly tokens: number }, runtime: RuntimeFit): RuntimeForecast {
  const { seconds, sd } = runtime.forecast(config, config.tokens);
  const reach = Math.exp(HALF_WIDTH_80 * sd);
  return {
    seconds,
    interval: { level: 0.8, low: seconds / reach, high: seconds * reach },
    finishes: runtime.finishes(config, config.tokens, config.trainFlops),
  };
}
