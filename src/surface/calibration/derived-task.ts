import { budgetLevels } from "../../table/budgets.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { choice, integers, reals, violationOf } from "../../task/search-space.ts";
import { STANFORD_2025_TASK } from "../../task/stanford-2025/task.ts";
import type { Task } from "../../task/task.ts";
import type { Answer } from "./answer-table.ts";

/** What the user sets of a task instead of deriving it from the table. */
export interface TaskOverrides {
  /** FLOPs all runs together may cost. */
  readonly budget?: number;
  /** FLOPs of the submission. */
  readonly target?: number;
  /** Batch sizes that may be asked for and submitted. */
  readonly batch?: readonly number[];
}

/**
 * The task behind answers of a training API: the course's when every answer fits it, else ranges as wide as the
 * answers.
 */
export function taskOfAnswers(answers: readonly Answer[], overrides: TaskOverrides): "stanford-2025" | Task {
  const configs = answers.map(({ config }) => config);
  const course = configs.every((config) => violationOf(config, STANFORD_2025_TASK.searchSpace) === undefined);
  if (course && Object.keys(overrides).length === 0) return "stanford-2025";
  const extent = (field: "dModel" | "numLayers" | "numHeads" | "learningRate") =>
    extentOf(configs.map((c) => c[field]));
  const budgets = levelsIn(configs.map((config) => config.trainFlops));
  const batches = overrides.batch ?? (course ? [128, 256] : distinct(configs.map((config) => config.batchSize)));
  const task: Task = course
    ? STANFORD_2025_TASK
    : {
        searchSpace: {
          dModel: integers(...extent("dModel")),
          numLayers: integers(...extent("numLayers")),
          numHeads: integers(...extent("numHeads")),
          batchSize: choice(batches),
          learningRate: reals(...extent("learningRate")),
          trainFlops: choice(budgets),
        },
        cap: 2 * (budgets.at(-1) as number),
        target: 10 * (budgets.at(-1) as number),
        admissible: STANFORD_2025_TASK.admissible,
      };
  return {
    ...task,
    searchSpace: { ...task.searchSpace, batchSize: choice(batches) },
    cap: overrides.budget ?? task.cap,
    target: overrides.target ?? task.target,
    admissible: { ...task.admissible, batchSizes: batches },
  };
}

/** The d_model / num_layers assumed of a size that is known by N alone. */
const ASPECT_RATIO = 64;

/**
 * The task behind runs known by N, D and C: their budgets, shapes that reach their sizes with room to spare, a cap of
 * twice and a target of ten times the top budget.
 */
export function taskOfRuns(runs: readonly RunPoint[], overrides: TaskOverrides): Task {
  const budgets = budgetsOfRuns(runs);
  const top = budgets.at(-1) as number;
  const [smallest, largest] = extentOf(runs.map(({ N }) => N));
  const layers = (parameters: number) => Math.cbrt(parameters / (12 * ASPECT_RATIO * ASPECT_RATIO));
  const batches = overrides.batch ?? [128, 256];
  const [fewest, most] = [Math.max(1, Math.floor(layers(smallest) / 2)), Math.ceil(layers(largest) * 2)];
  const [narrowest, widest] = [ASPECT_RATIO * layers(smallest) * 0.5, ASPECT_RATIO * layers(largest) * 2].map((width) =>
    Math.max(16, 16 * Math.round(width / 16)),
  ) as [number, number];
  return {
    searchSpace: {
      dModel: integers(narrowest, widest),
      numLayers: integers(fewest, most),
      numHeads: integers(1, Math.max(16, Math.ceil(widest / 64))),
      batchSize: choice(batches),
      learningRate: reals(1e-4, 1e-3),
      trainFlops: choice(budgets),
    },
    cap: overrides.budget ?? 2 * top,
    target: overrides.target ?? 10 * top,
    admissible: {
      batchSizes: batches,
      dModel: [narrowest, 4 * widest],
      numLayers: [fewest, 4 * most],
      aspectRatio: [16, 128],
      minimumHeadDimension: 16,
      learningRate: [1e-5, 1e-2],
    },
  };
}

/** The levels of compute of runs, ascending: those within 2 % as one, and round ones where they are too many. */
export function budgetsOfRuns(runs: readonly RunPoint[]): number[] {
  return roundBudgets(levelsIn(runs.map(({ C }) => C)));
}

/** More budgets than this are not levels of a sweep: the runs have lengths of every kind. */
const MOST_LEVELS = 24;

/** The budgets themselves; where they are too many to be levels, 1, 3 and 6 times powers of ten among them, or their ends. */
function roundBudgets(budgets: readonly number[]): number[] {
  if (budgets.length <= MOST_LEVELS) return [...budgets];
  const [low, high] = extentOf(budgets);
  const decades = Math.floor(Math.log10(high)) - Math.floor(Math.log10(low)) + 1;
  const levels = Array.from({ length: decades }, (_, i) => Math.floor(Math.log10(low)) + i).flatMap((decade) =>
    [1, 3, 6].map((digit) => Number(`${digit}e${decade}`)),
  );
  const within = levels.filter((level) => level >= low && level <= high);
  return within.length > 0 ? within : [low, high];
}

/** The budgets of runs, ascending, those within 2 % as one. */
function levelsIn(spent: readonly number[]): number[] {
  return distinct(spent.map(budgetLevels(spent)));
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}

function extentOf(values: readonly number[]): [lowest: number, highest: number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}
