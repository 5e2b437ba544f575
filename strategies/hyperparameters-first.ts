import { usualSize } from "../src/law/usual-training.ts";
import { nonEmbeddingParameters } from "../src/task/accounting.ts";
import { answered, type Run } from "../src/task/configuration.ts";
import { formatCost } from "../src/task/quantity.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import { budgetsOf, type Task } from "../src/task/task.ts";
import {
  Budget,
  bracketSearch,
  type Fixed,
  modelOfSize,
  nearestQuery,
  type Recipe,
  spendRest,
  trainedRates,
} from "./asking/index.ts";
import { recommendVertices } from "./ladder.ts";
import { batchAt, learningRateAt, otherBatches } from "./reading/index.ts";

/** Costs per run of the two small scales, as shares of the cap. */
const SCALES = [1 / 600, 1 / 200];
/** All comparisons together cost at most this share of the cap. */
const SHARE = 0.05;
/** A change must win at both scales, by more than the noise of a paired difference: so many nats on average. */
const MARGIN = 0.02;
/** Shapes this close in ln N differ in aspect rather than in size. */
const SAME_SIZE = 0.35;
const USUAL_ASPECT = 64;
const ASPECTS = [32, 128];

/**
 * Idea: spend at most a twentieth of the cap on hyperparameters, one changed at a time against a base run at two small
 * scales; accept what wins at both by more than the noise. Then run the ladder with that recipe; it checks the learning
 * rate again higher up.
 * Source: one-factor-at-a-time screening with paired differences, as tuned sweeps do before their isoFLOPs (Porian et
 * al. 2024). Knobs: the scales (cap/600 and cap/200), the margin (0.02 nats).
 * Fails when the best values move between the small scales and the target, and when two hyperparameters matter only
 * together. It asks only for the learning rates 1e-4, 5e-4 and 1e-3, since it knows that the 2025 endpoint answers
 * every other rate with the next lower of these.
 */
export const hyperparametersFirst: Strategy = {
  name: "hyperparameters-first",
  summary: "learning rate, batch, aspect and heads at two small scales by paired differences, then the ladder",

  *queries(task) {
    const budget = new Budget(task);
    const tuningBudget = SHARE * task.cap;
    for (const [i, flops] of scales(task).entries()) {
      const learningRate = i === 0 ? undefined : trainedRates.nearest(learningRateAt(flops, budget.runs(), task), task);
      const comparison = comparisons(flops, learningRate, task);
      const affordable = Math.floor((tuningBudget - (task.cap - budget.left())) / flops);
      yield* budget.buy(comparison.slice(0, Math.max(0, affordable)));
    }
    yield* bracketSearch(budget, task, accepted(budget.runs(), task), trainedRates);
    return yield* spendRest(budget, task);
  },

  recommend: (runs, task) => recommendVertices(runs, task, accepted(runs, task)),
};

function scales(task: Task): number[] {
  const budgets = budgetsOf(task);
  return [...new Set(SCALES.flatMap((share) => budgets.findLast((cost) => cost <= share * task.cap) ?? []))];
}

/** The base run at every learning rate (at one, once it is tuned), then each other change against the base. */
function comparisons(flops: number, tuned: number | undefined, task: Task): Query[] {
  const usual = batchAt([], task);
  const base = modelOfSize(usualSize(flops, task), task);
  const rates = trainedRates.probes(task);
  const learningRate = tuned ?? (rates.at(-1) as number);
  const at = (shape: typeof base, recipe: Partial<Recipe>, change: string) =>
    nearestQuery(
      shape,
      { learningRate, batchSize: usual, ...recipe },
      flops,
      task,
      `${change}, at ${formatCost(flops, task)}`,
    );
  return [
    at(base, {}, "the base of the comparisons"),
    ...(tuned === undefined ? rates : rates.slice(-2)).map((rate) =>
      at(base, { learningRate: rate }, "learning rate compared"),
    ),
    ...otherBatches(usual, task).map((batchSize) => at(base, { batchSize }, "batch compared")),
    ...ASPECTS.map((aspect) =>
      at(modelOfSize(usualSize(flops, task), task, [], aspect), {}, `aspect ratio near ${aspect} compared`),
    ),
    at({ ...base, numHeads: base.numHeads * 2 }, {}, "number of heads compared"),
  ];
}

/** What won at both scales; heads are left as they are, since only too narrow ones matter. */
function accepted(runs: readonly Run[], task: Task): Fixed {
  const usual = batchAt([], task);
  const known = answered(runs);
  const gains = (differs: (run: Run, base: Run) => boolean) =>
    scales(task).map((flops) => {
      const level = known.filter(({ trainFlops }) => trainFlops === flops);
      const [base] = level;
      const changed = base && level.find((run) => run.learningRate === base.learningRate && differs(run, base));
      return base && changed ? base.loss - changed.loss : Number.NEGATIVE_INFINITY;
    });
  const wins = (gain: readonly number[]) =>
    gain.length > 1 &&
    gain.every((nats) => nats > 0) &&
    gain.reduce((sum, nats) => sum + nats, 0) / gain.length > MARGIN;
  const batchSize = otherBatches(usual, task).find((other) => wins(gains((run) => run.batchSize === other))) ?? usual;
  const sameSize = (run: Run, base: Run) =>
    Math.abs(Math.log(nonEmbeddingParameters(run) / nonEmbeddingParameters(base))) < SAME_SIZE;
  const widening = (run: Run, base: Run) => run.dModel / run.numLayers / (base.dModel / base.numLayers);
  const wider = (run: Run, base: Run) => sameSize(run, base) && widening(run, base) > 1.3;
  const deeper = (run: Run, base: Run) => sameSize(run, base) && widening(run, base) < 1 / 1.3;
  const aspects = ASPECTS.filter((aspect) => wins(gains(aspect < USUAL_ASPECT ? deeper : wider)));
  return aspects.length === 1 ? { batchSize, aspectRatio: aspects[0] as number } : { batchSize };
}
