import type { ClockBudget } from "../../../src/task/clock.ts";
import type { Run, RunConfig } from "../../../src/task/configuration.ts";
import type { Rng } from "../../../src/task/random.ts";
import type { Query } from "../../../src/task/strategy.ts";
import type { Submission } from "../../../src/task/submission.ts";
import { budgetsOf, type Task, withHistory } from "../../../src/task/task.ts";
import { Budget, nearestQuery, spendRest } from "../../asking/index.ts";
import { forecastOf, toSubmission } from "../../believing/index.ts";
import { believeClock, type ClockBeliefs, drawLaws } from "./beliefs.ts";
import { bestRun, queryLimits, targetLimits } from "./decision.ts";
import { progressLoss, progressOf } from "./progress-law.ts";

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
      [1, 1, 2],
    ],
  },
  {
    share: 1 / 30,
    runs: [
      [1, 1, 1],
      [1, 0.4, 1],
      [1, 1, 2],
      [0.65, 1.4, 1],
    ],
  },
  {
    share: 1 / 11,
    runs: [
      [1, 1, 1],
      [1, 2, 2],
      [0.7, 0.5, 2],
    ],
  },
  { share: 1 / 4, runs: [[1, 1, 1]] },
];
/** Planned shares of the seconds: of a run, whose rest is not charged, and of the target. */
const PLANNED = { run: 0.9, target: 0.93 };
/** Laws that a choice is averaged over, and those that an interval comes from. */
const DRAWS = { choice: 24, interval: 400 };
const LEVEL = 0.8;
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
  const laws = drawLaws(beliefs, DRAWS.choice, rng);
  const { runtime } = beliefs;
  const wanted = bestRun(task.target, targetLimits(task), { runtime, laws, share: PLANNED.target, clock });
  const tokens = runtime.tokensFor(wanted, task.target, clock.finish);
  const config = { ...wanted, tokens };
  const at = progressOf(config);
  const drawn = drawLaws(beliefs, DRAWS.interval, rng)
    .map((law) => progressLoss(law, at))
    .sort((a, b) => a - b);
  const quantile = (p: number) => drawn[Math.min(drawn.length - 1, Math.floor(p * drawn.length))] as number;
  const loss = quantile(0.5);
  const tail = (1 - LEVEL) / 2;
  // Widened by what the law itself may be off.
  const reach = (end: number) => {
    const own = Math.log(end / loss);
    return loss * Math.exp(Math.sign(own) * Math.hypot(own, 1.2816 * BEYOND));
  };
  const submission = toSubmission(
    {
      N: 12 * config.numLayers * config.dModel * config.dModel,
      loss,
      learningRate: config.learningRate,
      batchSize: config.batchSize,
      interval: { level: LEVEL, low: reach(quantile(tail)), high: reach(quantile(1 - tail)) },
      law: `learning progress fitted to ${runtime.runs} jobs, averaged over its posterior; runtime by a roofline law`,
    },
    task,
  );
  return { ...submission, config, runtime: forecastOf(config, runtime) };
}
