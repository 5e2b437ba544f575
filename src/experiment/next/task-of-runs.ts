import { type Compute, computeOf } from "../../fit/compute.ts";
import { chinchillaSize } from "../../law/chinchilla.ts";
import { budgetsOfRuns } from "../../surface/calibration/derived-task.ts";
import { UserError } from "../../task/errors.ts";
import { formatCount, formatFlops } from "../../task/quantity.ts";
import { choice, type Domain, integers, reals, type SearchSpace } from "../../task/search-space.ts";
import type { Admissible } from "../../task/submission.ts";
import type { Task } from "../../task/task.ts";
import type { GivenSpace } from "../../task/task-schema.ts";
import { historyOf, type KnownRun } from "../history.ts";

/** What may be bought after some runs. */
export interface TaskOfRuns {
  readonly task: Task & Required<Pick<Task, "history">>;
  /** How many of the runs are in the history: of very many, those that tell most. */
  readonly used: number;
  /** What a run costs, in the table's own accounting. */
  readonly compute: Compute;
  /** Whether learning rate or batch are planned too; else only N and D. */
  readonly recipes: boolean;
}

/** Fewer runs than this say nothing. */
const FEWEST_RUNS = 4;
/** More runs than this are not fitted. */
const MOST_RUNS = 250;
/** Sizes within this in ln are one. */
const SAME_SIZE = 0.02;
/** Amounts of compute within this factor are one level. */
const SAME_LEVEL = 1.02;
/** Levels beyond the table's are as far apart as its own, within these factors. */
const STEP = { least: 1.5, usual: 2, most: 4 };
/** Larger models and targets are mistakes, and their shapes are too many to search. */
const LARGEST = { size: 1e15, target: 1e30 };
/** d/L of shapes, where the table has none. */
const ASPECT_RATIO = 64;
/** Sizes planned reach this factor beyond the table's and beyond the target's √(C/120), and at most so far from those. */
const REACH = { table: 2, target: 4, most: 32 };
/** Levels at these shares of the budget are offered where they lie beyond the table. */
const DEAREST = [0.1, 0.3];
/** A target beyond this many times the largest budget is refused. */
const FARTHEST = 1e4;
/** Levels cheaper than the dearest one divided by this say nothing of it. */
const CHEAPEST = 1000;
/** Runs cost at most this share of the target: a run at the target is no experiment. */
const MOST = 0.5;

/**
 * The task behind runs at hand: budgets of the table, continued at its own pace up to what is affordable, sizes around
 * its own, and learning rates and batches where the table compares them.
 *
 * @param flops what all new runs may cost.
 * @param target FLOPs of the run whose best size is wanted.
 * @throws UserError in one line where nothing can be planned.
 */
export function taskOfKnownRuns(
  runs: readonly KnownRun[],
  flops: number,
  target: number,
  given: GivenSpace = {},
): TaskOfRuns {
  checkRuns(runs);
  if (target > LARGEST.target)
    throw new UserError(
      `--target ${formatFlops(target)} is above ${formatFlops(LARGEST.target)} FLOPs, beyond which nothing is planned`,
    );
  const [cheapest, top] = extent(runs.map(({ C }) => C));
  if (!(target > top * SAME_LEVEL))
    throw new UserError(
      `--target ${formatFlops(target)} is not above the runs, which reach ${formatFlops(top)} FLOPs: isoflop fit RUNS --target ${formatFlops(target)} says what is best there`,
    );
  if (target > FARTHEST * top)
    throw new UserError(
      `--target ${formatFlops(target)} is ${Math.round(target / top)} times the largest budget of the runs (${formatFlops(top)} FLOPs): no plan can be judged that far; first buy runs up to ${formatFlops(Number((target / FARTHEST).toPrecision(1)))} FLOPs`,
    );
  const { trainFlops } = given.searchSpace ?? {};
  const budgets = trainFlops ? extent(valuesOf(trainFlops)) : affordableBudgets(runs, flops, target);
  if (budgets.length === 0)
    throw new UserError(
      `--budget ${formatFlops(flops)} buys no run: the cheapest in the table cost ${formatFlops(cheapest)} FLOPs; give at least that`,
    );
  const compute = computeOf(runs);
  if (compute.fault) throw new UserError(`what a run costs cannot be told: ${compute.fault}`);
  const recipes =
    comparesRecipes(runs) ||
    given.searchSpace?.learningRate !== undefined ||
    given.searchSpace?.batchSize !== undefined;
  const { searchSpace, admissible } = spaceOf(runs, budgets, target, recipes);
  const space = { ...searchSpace, ...given.searchSpace };
  const task: Task = {
    searchSpace: space,
    cap: Math.round(flops),
    target: Math.round(target),
    admissible: { ...admissible, ...(given.searchSpace && admissibleOf(space)), ...given.admissible },
    ...(given.candidates && { candidates: given.candidates }),
    ...(given.sequenceLength !== undefined && { sequenceLength: given.sequenceLength }),
  };
  const used = telling(runs);
  return { used: used.length, task: { ...task, history: historyAtLevels(used, task, recipes) }, compute, recipes };
}

/** @throws UserError where the runs say nothing of the best size. */
function checkRuns(runs: readonly KnownRun[]): void {
  if (runs.length < FEWEST_RUNS)
    throw new UserError(`${runs.length} runs are too few to plan from: ${FEWEST_RUNS} are needed`);
  const [smallest, largest] = extent(runs.map(({ N }) => N));
  if (largest > LARGEST.size)
    throw new UserError(
      `a run has N ${formatCount(largest)}: no plan is made for sizes above ${formatCount(LARGEST.size)}; correct that row or leave it out`,
    );
  if (Math.log(largest / smallest) < SAME_SIZE)
    throw new UserError(
      `all runs have one size, N ${formatCount(smallest)}: they say nothing of the best one. Add runs of two other sizes`,
    );
}

/** The table's levels and those beyond them that can be bought, ascending. */
function affordableBudgets(runs: readonly KnownRun[], flops: number, target: number): number[] {
  const levels = budgetsOfRuns(runs);
  const ratios = levels.slice(1).map((level, i) => level / levels[i]!);
  const middle = ratios.toSorted((a, b) => a - b)[ratios.length >> 1] ?? STEP.usual;
  const step = Math.min(Math.max(middle, STEP.least), STEP.most);
  const limit = Math.min(flops, MOST * target);
  const top = levels.at(-1)!;
  const beyond: number[] = [];
  for (let level = top * step; level <= limit; level *= step) beyond.push(level);
  // The dearest runs a plan buys: above the table they test its law where it matters most.
  for (const share of DEAREST)
    if (share * flops >= top * STEP.least && share * flops <= limit) beyond.push(share * flops);
  const rounded = [...levels, ...beyond.map((level) => Number(level.toPrecision(2)))];
  const offered = [...new Set(rounded)].filter((level) => level <= limit).toSorted((a, b) => a - b);
  return offered.filter((level) => level * CHEAPEST >= offered.at(-1)!);
}

/** Whether runs of one size and compute differ in learning rate or batch. */
function comparesRecipes(runs: readonly KnownRun[]): boolean {
  const recorded = runs.filter(({ learningRate, batchSize }) => learningRate && batchSize);
  const cells = Map.groupBy(recorded, cellOf);
  return [...cells.values()].some((cell) =>
    cell.some(
      ({ learningRate, batchSize }) => learningRate !== cell[0]!.learningRate || batchSize !== cell[0]!.batchSize,
    ),
  );
}

function spaceOf(
  runs: readonly KnownRun[],
  budgets: readonly number[],
  target: number,
  recipes: boolean,
): Pick<Task, "searchSpace" | "admissible"> {
  const sizes = extent(runs.map(({ N }) => N));
  const [cheapest, best] = [chinchillaSize(budgets[0]!), chinchillaSize(target)];
  const smallest = Math.max(Math.min(sizes[0] / REACH.table, cheapest), cheapest / REACH.most);
  const largest = Math.min(Math.max(sizes[1] * REACH.table, best * REACH.target), best * REACH.most);
  const layers = (N: number) => Math.cbrt(N / (12 * ASPECT_RATIO * ASPECT_RATIO));
  const width = (N: number) => Math.max(16, 16 * Math.round((ASPECT_RATIO * layers(N)) / 16));
  const depths = [Math.max(1, Math.floor(layers(smallest))), Math.ceil(layers(largest))] as const;
  const widths = [width(smallest), width(largest)] as const;
  const rates = runs.flatMap(({ learningRate }) => learningRate ?? []);
  const batches = [...new Set(runs.flatMap(({ batchSize }) => batchSize ?? []))].toSorted((a, b) => a - b);
  const usual = { rate: middleOf(rates) ?? 1e-3, batch: middleOf(batches) ?? 128 };
  const learningRate = recipes && rates.length > 0 ? reals(...extent(rates)) : choice([usual.rate]);
  const batchSize = choice(recipes && batches.length > 0 ? batches : [usual.batch]);
  const searchSpace: SearchSpace = {
    dModel: integers(...widths),
    numLayers: integers(...depths),
    numHeads: integers(1, Math.max(16, Math.ceil(widths[1] / 64))),
    batchSize,
    learningRate,
    trainFlops: choice(budgets.map(Math.round)),
  };
  return {
    searchSpace,
    admissible: {
      ...{ dModel: widths, numLayers: depths, aspectRatio: [16, 192], minimumHeadDimension: Math.min(16, widths[0]) },
      ...admissibleOf(searchSpace),
    },
  };
}

/** What may be submitted of what may be asked: learning rates and batches. */
function admissibleOf({ learningRate, batchSize }: SearchSpace): Pick<Admissible, "batchSizes" | "learningRate"> {
  return {
    batchSizes: valuesOf(batchSize),
    learningRate: extent(valuesOf(learningRate)),
  };
}

/** The values of a choice, or the ends of a range. */
function valuesOf(domain: Domain): readonly number[] {
  return domain.kind === "choice" ? domain.values : [domain.minimum, domain.maximum];
}

/**
 * The runs that tell most where there are too many to fit whole surfaces to: of each size and compute the lowest losses,
 * of sizes and budgets those of most compute.
 */
function telling(runs: readonly KnownRun[]): readonly KnownRun[] {
  if (runs.length <= MOST_RUNS) return runs;
  const cells = [...Map.groupBy(runs, cellOf).values()]
    .map((cell) => cell.toSorted((a, b) => a.loss - b.loss))
    .toSorted((a, b) => b[0]!.C - a[0]!.C);
  const kept: KnownRun[] = [];
  for (let rank = 0; kept.length < MOST_RUNS; rank++)
    for (const cell of cells) kept.push(...cell.slice(rank, rank + 1));
  return kept.slice(0, MOST_RUNS);
}

function cellOf({ N, C }: KnownRun): string {
  return `${Math.round(Math.log(N) / SAME_SIZE)}/${Math.round(Math.log(C) / SAME_SIZE)}`;
}

/** The runs at the task's levels; where recipes are not planned, all with the same one, whatever was recorded. */
function historyAtLevels(runs: readonly KnownRun[], task: Task, recipes: boolean): ReturnType<typeof historyOf> {
  const levels = task.searchSpace.trainFlops.kind === "choice" ? task.searchSpace.trainFlops.values : [];
  const levelOf = (C: number) => levels.find((level) => C <= level * SAME_LEVEL && level <= C * SAME_LEVEL) ?? C;
  return historyOf(
    runs.map(({ learningRate, batchSize, ...run }) => ({
      ...run,
      C: levelOf(run.C),
      ...(recipes && learningRate !== undefined && { learningRate }),
      ...(recipes && batchSize !== undefined && { batchSize }),
    })),
    task,
  );
}

/** The least and the largest of values, however many: as arguments of one call, a table's could be too many. */
function extent(values: readonly number[]): [number, number] {
  return values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Number.POSITIVE_INFINITY,
    0,
  ] as [number, number]);
}

function middleOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
