import { budgetsIn } from "../../table/budgets.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { identityOf } from "../../task/configuration.ts";
import { UserError } from "../../task/errors.ts";
import { choice, integers, reals } from "../../task/search-space.ts";
import type { Task } from "../../task/task.ts";
import type { WorldDocument } from "../world-document.ts";
import type { FinishedRun } from "./replay-table.ts";
import type { TableRun } from "./table.ts";

/** Fewer runs at the hidden budget are no isoFLOP curve. */
const FEWEST_HIDDEN = 3;
/** More budgets than this are no levels of a sweep: the runs are assigned to round levels. */
const MOST_LEVELS = 24;
/** What is assumed of a table that does not say. */
const UNRECORDED = { batchSize: 128, learningRate: 1e-3, aspectRatio: 64, headDimension: 64 } as const;

/**
 * Finished runs as a world of their own: the cheaper rows are the task's candidates, the top budget with enough rows is
 * hidden and is the target, the cap is half of what all candidates cost together.
 *
 * @throws UserError when no budget above another has enough rows.
 */
export function replayDocument(finished: readonly FinishedRun[], name: string, source: string): WorldDocument {
  const leveled = [sharedLevels, roundLevels].map((levelsOf) => {
    const runs = distinctRuns(levelsOf(finished));
    return { runs, target: hiddenLevel(runs) };
  });
  const { runs, target } = leveled.find((each) => each.target !== undefined) ?? leveled[1]!;
  if (target === undefined)
    throw new UserError(`${source}: replay needs two budgets or more, the upper with at least ${FEWEST_HIDDEN} runs`);
  const kept = runs.filter(({ trainFlops }) => trainFlops <= target);
  return {
    schema: "isoflop-world/1",
    name,
    description: `Replay of ${kept.length} finished runs of ${source}; those at the top budget are hidden.`,
    tags: ["replay"],
    seed: 0,
    accounting: "handout",
    surface: {
      base: { law: "table", runs: kept },
      layers: [],
      untrainedLoss: kept.reduce((most, { loss }) => Math.max(most, loss), 0),
    },
    noise: { sdByLoss: [] },
    answers: { kind: "smooth" },
    task: taskOf(kept, target),
  };
}

function taskOf(runs: readonly TableRun[], target: number): Task {
  const candidates = runs.filter(({ trainFlops }) => trainFlops < target).map(({ loss: _, ...config }) => config);
  const values = (field: keyof TableRun) => [...new Set(runs.map((run) => run[field]))].toSorted((a, b) => a - b);
  const extent = (field: keyof TableRun): [number, number] => [
    values(field)[0] as number,
    values(field).at(-1) as number,
  ];
  const rates = extent("learningRate");
  // Too many to be arguments of Math.min.
  const aspects = runs.reduce(
    ([low, high], { dModel, numLayers }) => [Math.min(low, dModel / numLayers), Math.max(high, dModel / numLayers)],
    [16, 128],
  ) as [number, number];
  const total = candidates.reduce((sum, { trainFlops }) => sum + trainFlops, 0);
  return {
    searchSpace: {
      dModel: integers(...extent("dModel")),
      numLayers: integers(...extent("numLayers")),
      numHeads: integers(...extent("numHeads")),
      batchSize: choice(values("batchSize")),
      learningRate: reals(...rates),
      trainFlops: choice(values("trainFlops").filter((level) => level < target)),
    },
    cap: Math.round(total / 2),
    target,
    admissible: {
      batchSizes: values("batchSize"),
      dModel: [Math.min(64, ...extent("dModel")), Math.max(4096, ...extent("dModel"))],
      numLayers: [Math.min(2, ...extent("numLayers")), Math.max(64, ...extent("numLayers"))],
      aspectRatio: aspects,
      minimumHeadDimension: 16,
      learningRate: [rates[0] / 10, rates[1] * 10],
    },
    candidates,
  };
}

/** The top budget with enough runs that has another below it. */
function hiddenLevel(runs: readonly TableRun[]): number | undefined {
  const levels = [...new Set(runs.map(({ trainFlops }) => trainFlops))].toSorted((a, b) => a - b);
  return levels.findLast(
    (level, index) => index > 0 && runs.filter(({ trainFlops }) => trainFlops === level).length >= FEWEST_HIDDEN,
  );
}

/** Every run at the budget it shares with others; empty where there are too many budgets to be shared. */
function sharedLevels(finished: readonly FinishedRun[]): TableRun[] {
  const budgets = budgetsIn(finished.map((run) => ({ ...run, D: run.C / (6 * run.N) })));
  if (budgets.length > MOST_LEVELS) return [];
  return budgets.flatMap(({ C, runs }) => runs.map((run) => tableRun(run, Number(C.toPrecision(3)))));
}

/** Every run at the nearest of 1, 3 and 6 times the powers of ten. */
function roundLevels(finished: readonly FinishedRun[]): TableRun[] {
  return finished.map((run) => tableRun(run, roundLevel(run.C)));
}

function roundLevel(flops: number): number {
  const decade = Math.floor(Math.log10(flops));
  const levels = [1, 3, 6, 10].map((digit) => Number(`${digit}e${decade}`));
  const gap = (level: number) => Math.abs(Math.log(level / flops));
  return levels.reduce((best, level) => (gap(level) < gap(best) ? level : best));
}

function tableRun(run: FinishedRun, trainFlops: number): TableRun {
  const shape = run.dModel && run.numLayers ? { dModel: run.dModel, numLayers: run.numLayers } : shapeOfSize(run.N);
  return {
    ...shape,
    numHeads: run.numHeads ?? Math.max(1, Math.round(shape.dModel / UNRECORDED.headDimension)),
    batchSize: run.batchSize ?? UNRECORDED.batchSize,
    learningRate: run.learningRate ?? UNRECORDED.learningRate,
    trainFlops,
    loss: run.loss,
  };
}

/** A shape of nearly this N, for runs whose table has no shapes. */
function shapeOfSize(parameters: number): { readonly dModel: number; readonly numLayers: number } {
  const perLayer = 12 * UNRECORDED.aspectRatio * UNRECORDED.aspectRatio;
  const numLayers = Math.max(1, Math.round(Math.cbrt(parameters / perLayer)));
  return { dModel: Math.max(1, Math.round(Math.sqrt(parameters / (12 * numLayers)))), numLayers };
}

/** One run per configuration, the one with the lowest loss; the order of the table, sizes ascending in a budget. */
function distinctRuns(runs: readonly TableRun[]): TableRun[] {
  const best = new Map<string, TableRun>();
  for (const run of runs) {
    const rival = best.get(identityOf(run));
    if (!rival || run.loss < rival.loss) best.set(identityOf(run), run);
  }
  return [...best.values()].toSorted(
    (a, b) => a.trainFlops - b.trainFlops || nonEmbeddingParameters(a) - nonEmbeddingParameters(b),
  );
}
