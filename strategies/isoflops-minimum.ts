import { minimumPerBudget } from "../src/fit/minimum.ts";
import type { Space } from "../src/fit/power-law.ts";
import { bestPerSize, pointOf } from "../src/fit/run-point.ts";
import { answered, type Run, type Shape } from "../src/task/configuration.ts";
import { realiseShape } from "../src/task/realise.ts";
import type { Query, Strategy } from "../src/task/strategy.ts";
import type { Task } from "../src/task/task.ts";
import { extrapolateOptima } from "./moves/extrapolate.ts";
import { isoflopDesign, type Level } from "./moves/isoflop-design.ts";
import { literatureSubmission } from "./moves/literature.ts";

/** Learning rates probed, as fractions of the way (in ln η) from the lowest to the highest the API accepts. */
const PROBES = [0.3, 0.65, 1];

/**
 * Idea: an isoFLOP sweep at four budgets; the lowest run of each; a power law N*(C) through them by least squares. The
 * handout's recipe, with a learning-rate probe on the smallest level first.
 * Source: the assignment's handout; Hoffmann et al. 2022, section 3.2, without the parabola.
 * Knobs: `space`, linear (the handout's, which follows the largest budget) or log.
 * Fails when the grid is coarse (the minimum is one of the sizes tried) and when noise decides which is lowest.
 */
export function isoflopsMinimum(space: Space = "linear"): Strategy {
  return {
    name: space === "linear" ? "isoflops-minimum" : "isoflops-minimum-log",
    summary: `the handout's recipe: lowest run per budget, power law by least squares in ${space} space`,

    *queries(task) {
      const levels = isoflopDesign(task);
      const [first] = levels;
      if (!first) return;
      const middle = first.shapes[Math.floor(first.shapes.length / 2)] as Shape;
      const probes = yield learningRates(task).map((learningRate) => ({
        ...query(middle, learningRate, first, task),
        reason: `learning rate ${learningRate.toPrecision(3)}, tuned on the smallest level`,
      }));
      const learningRate = bestLearningRate(probes, task);
      for (const level of levels) {
        // The tuning run is one of the level's own.
        const shapes = level === first ? level.shapes.filter((shape) => shape !== middle) : level.shapes;
        yield shapes.map((shape) => query(shape, learningRate, level, task));
      }
    },

    recommend(runs, task) {
      const { minima } = minimumPerBudget(bestPerSize(answered(runs).map(pointOf)));
      if (minima.length === 0) return literatureSubmission(task);
      const { N, loss, law } = extrapolateOptima(minima, task.target, space);
      const shape = realiseShape(N, task.admissible);
      const learningRate = bestLearningRate(runs, task);
      const batchSize = Math.min(...task.admissible.batchSizes);
      return { config: { ...shape, batchSize, learningRate, trainFlops: task.target }, predictedLoss: loss, law };
    },
  };
}

function query(shape: Shape, learningRate: number, level: Level, task: Task): Query {
  const reason = `size ${shape.numLayers}×${shape.dModel} of the ${level.flops.toExponential(0).replace("+", "")} level`;
  return {
    ...shape,
    batchSize: Math.min(...task.admissible.batchSizes),
    learningRate,
    trainFlops: level.flops,
    reason,
  };
}

function learningRates({ searchSpace: { learningRate } }: Task): number[] {
  if (learningRate.kind === "choice") return [...learningRate.values];
  const span = Math.log(learningRate.maximum / learningRate.minimum);
  return PROBES.map((share) => (share === 1 ? learningRate.maximum : learningRate.minimum * Math.exp(share * span)));
}

/** The learning rate of the best run on the smallest budget; the middle probe while nothing is known. */
function bestLearningRate(runs: readonly Run[], task: Task): number {
  const known = answered(runs);
  const smallest = Math.min(...known.map(({ trainFlops }) => trainFlops));
  const probes = known.filter(({ trainFlops }) => trainFlops === smallest);
  if (probes.length === 0) return learningRates(task)[1] ?? (learningRates(task)[0] as number);
  return probes.reduce((best, run) => (run.loss < best.loss ? run : best)).learningRate;
}
