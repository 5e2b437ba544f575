import { HALF_WIDTH_80 } from "../../../src/statistics/distributions.ts";
import type { ClockBudget } from "../../../src/task/clock.ts";
import type { Run, RunConfig } from "../../../src/task/configuration.ts";
import type { Rng } from "../../../src/task/random.ts";
import type { Query } from "../../../src/task/strategy.ts";
import type { Submission } from "../../../src/task/submission.ts";
import { budgetsOf, type Task, withHistory } from "../../../src/task/task.ts";
import { Budget, nearestQuery, spendRest } from "../../asking/index.ts";
import { draws, forecastOf } from "../../believing/index.ts";
import { believeClock, type ClockBeliefs, forecastLoss } from "./beliefs.ts";
import { bestRun, queryLimits, targetLimits } from "./decision.ts";
import { progressOf } from "./progress-law.ts";

/**
 * Stages: the share of the cap that a run reserves, and how its runs differ from the best one for that time by the law so
 * far: factors of width, of the learning rate, and of the batch.
 */
const STAGES: readonly { readonly share: number; readonly runs: readonly (readonly [number, number, number])[] }[] = [
  {
    share: 1 / 480,
    runs: [
      [1, 1, 1],
      [1, 3, 1],
      [1, 0.3, 1],
      [0.6, 1, 1],
      [1.5, 1, 1],
      [1, 1, 2],
      [1, 1, 4],
    ],
  },
  {
    share: 1 / 120,
    runs: [
      [1, 1, 1],
      [1, 2.5, 1],
      [1, 0.4, 1],
      [0.65, 1, 1],
      [1.4, 1, 1],
      [1, 1, 4],
    ],
  },
  {
    share: 1 / 30,
    runs: [
      [1, 1, 1],
      [1, 0.4, 2],
      [1, 2, 4],
      [0.65, 1.4, 1],
    ],
  },
  {
    share: 1 / 15,
    runs: [
      [1, 1, 1],
      [1, 1, 4],
      [0.7, 0.5, 2],
    ],
  },
  {
    share: 1 / 5.6,
    runs: [
      [1, 1, 1],
      [1, 1.5, 4],
      [0.8, 1, 2],
    ],
  },
];
/** Planned shares of the seconds: of a run, whose rest is not charged, and of the target. */
const PLANNED = { run: 0.9, target: 0.93 };
/** Draws of the law that a choice is averaged over. */
const CHOICES = 16;
/** Standard deviation of ln loss by which the law may be off at the target, thirty times beyond the jobs. */
const BEYOND = 0.008;

/** What to ask where runs cost time: stage by stage longer runs, each around the best one by the law and the runtimes so far. */
export function* clockQueries(
  task: Task,
  clock: ClockBudget,
): Generator<readonly Query[], string | undefined, readonly Run[]> {
  const budget = new Budget(task);
  const limits = queryLimits(task);
  let beliefs: ClockBeliefs | undefined;
  for (const [i, { share, runs }] of STAGES.entries()) {
    const seconds = budgetsOf(task).findLast((each) => each <= share * task.cap);
    if (seconds === undefined || seconds > budget.left()) continue;
    beliefs = believeClock(withHistory(budget.raw(), task), clock, beliefs);
    const outlook = { runtime: beliefs.runtime, laws: [beliefs.mode], share: PLANNED.run, clock };
    const best = bestRun(seconds, limits, outlook);
    const why = `stage ${i + 1}: best for ${seconds} s by the law of ${budget.asked()} runs`;
    yield* budget.buy(runs.map((factors) => beside(best, factors, task, why)));
  }
  return yield* spendRest(budget, task);
}

function beside(
  best: RunConfig,
  [width, rate, batch]: readonly [number, number, number],
  task: Task,
  why: string,
): Query {
  const layers = Math.max(2, Math.round(best.numLayers * width));
  const shape = { ...best, dModel: 64 * Math.max(2, Math.round((best.dModel * width) / 64)), numLayers: layers };
  const changes = [width !== 1 && "another size", rate !== 1 && "another rate", batch !== 1 && "a larger batch"];
  const changed = changes.filter(Boolean).join(", ");
  const recipe = { learningRate: best.learningRate * rate, batchSize: best.batchSize * batch };
  return nearestQuery(shape, recipe, best.trainFlops, task, changed ? `${why}, ${changed}` : why);
}

/** The submission of lowest expected loss that ends in time with the task's probability. */
export function concludeInTime(runs: readonly Run[], task: Task, clock: ClockBudget, rng: Rng): Submission {
  const beliefs = believeClock(runs, clock);
  const { runtime } = beliefs;
  const wanted = bestRun(task.target, targetLimits(task), {
    runtime,
    laws: beliefs.posterior ? draws(beliefs.posterior, CHOICES, rng) : [beliefs.mode],
    share: PLANNED.target,
    clock,
  });
  const config = { ...wanted, tokens: runtime.tokensFor(wanted, task.target, clock.finish) };
  const { loss, sd } = forecastLoss(beliefs, progressOf(config));
  const reach = Math.exp(HALF_WIDTH_80 * Math.hypot(sd, BEYOND));
  return {
    config,
    predictedLoss: loss,
    interval: { level: 0.8, low: loss / reach, high: loss * reach },
    runtime: forecastOf(config, runtime),
    law: `loss from model size, tokens, and learning rate summed over the steps; seconds from FLOPs and memory traffic; both fitted to ${runtime.runs} jobs`,
  };
}
