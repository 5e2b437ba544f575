import type { Rows } from "../../table/rows.ts";
import type { TableRun } from "../../table/run-reader.ts";
import { identityOf } from "../../task/configuration.ts";
import { formatCount, formatFlops } from "../../task/quantity.ts";
import { choice, integers, reals } from "../../task/search-space.ts";
import type { Task } from "../../task/task.ts";
import type { Question, WorldDocument } from "../world-document.ts";
import { type Experiment, experimentsOf, type LeftOut } from "./experiments.ts";
import type { FittedSurface } from "./fitted-surface.ts";
import { FEWEST_GRIDS, FEWEST_SIZES, gridLevelsOf, type Level, levelsOf } from "./levels.ts";
import { lackingCells, type RecipeQuestion, recipeQuestions } from "./recipe-question.ts";
import { standIn } from "./stand-in.ts";
import type { FinishedRun } from "./table.ts";
import { accountingOf, CAP_SHARE, lacking, type TableQuestion, tableQuestions } from "./table-question.ts";
import { fitRecipes, fitSizes } from "./trimmed-fit.ts";

/** The worlds of a table, and what no world was made of. */
export interface TableWorlds {
  readonly worlds: readonly WorldDocument[];
  readonly made: readonly MadeWorld[];
  readonly leftOut: readonly LeftOut[];
}

/** A world in one line. */
export interface MadeWorld {
  readonly name: string;
  readonly question: Question;
  /** Rows that can be bought, and hidden rows. */
  readonly rows: number;
  readonly levels: number;
  readonly truthError: number;
  readonly tie: number;
}

/** Regrets closer than this are always equal, also for a smaller error of the surface. */
const LEAST_TIE = 0.002;
/** A surface that misses held-out rows by more than this share of the losses' range cannot score regrets. */
const WORST_ERROR = 0.1;
/** Tokens in a sequence, which tables do not say: the most common choice. Published batches are in tokens. */
const SEQUENCE_LENGTH = 2048;

/**
 * Makes the worlds of a table of finished runs (docs/tables-as-worlds.md). Answers are its rows, the truth is a surface
 * fitted to them.
 *
 * @param stem what the worlds are named after: the file's name.
 */
export function worldsOfTable(rows: Rows, stem: string): TableWorlds {
  const { experiments, leftOut } = experimentsOf(rows);
  const parts = experiments.map((experiment) => worldsOfExperiment(experiment, stem));
  const reasons = Map.groupBy([...leftOut, ...parts.flatMap((part) => part.leftOut)], ({ reason }) => reason);
  const worlds = withNamesOfTheirOwn(parts.flatMap((part) => part.worlds));
  return {
    worlds,
    made: worlds.map(madeOf),
    leftOut: [...reasons].map(([reason, all]) => ({ reason, rows: all.reduce((sum, each) => sum + each.rows, 0) })),
  };
}

/** Labels such as C4 and c4 give one name: the second becomes `…-2`. */
function withNamesOfTheirOwn(worlds: readonly WorldDocument[]): WorldDocument[] {
  const taken = new Set<string>();
  return worlds.map((world) => {
    let name = world.name;
    for (let count = 2; taken.has(name); count++) name = `${world.name}-${count}`;
    taken.add(name);
    return { ...world, name };
  });
}

function worldsOfExperiment({ labels, runs }: Experiment, stem: string): Omit<TableWorlds, "made"> {
  const name = ["table", stem, ...(labels.length > 0 ? [labels.join(" ")] : [])].map(nameOf).join("/");
  const label = labels.filter(Boolean).join(", ");
  const about = (reason: string) => (label ? `${label}: ${reason}` : reason);
  const withRecipes = runs.filter(({ learningRate, batchSize }) => learningRate && batchSize);
  const recipes = recipeQuestions(withRecipes);
  const grids = recipes.length > 0;
  const levels = grids ? gridLevelsOf(withRecipes) : levelsOf(runs);
  const fewest = grids ? FEWEST_GRIDS : FEWEST_SIZES;
  const tables = tableQuestions(levels, fewest);
  if (tables.length + recipes.length === 0)
    return {
      worlds: [],
      leftOut: [{ rows: runs.length, reason: about(lackingCells(withRecipes) ?? lacking(levels)) }],
    };
  const { fitted, left } = grids ? fitRecipes(withRecipes) : fitSizes(runs, levels);
  const without = grids ? runs.length - withRecipes.length : 0;
  const losses = runs.map(({ loss }) => loss).toSorted((a, b) => a - b);
  const range = losses[Math.floor(0.9 * (losses.length - 1))]! - losses[0]!;
  if (!(fitted.error <= WORST_ERROR * range))
    return {
      worlds: [],
      leftOut: [
        {
          rows: runs.length,
          reason: about(`the fitted surface misses held-out rows by ${fitted.error.toFixed(3)}, too much to score by`),
        },
      ],
    };
  const worlds = [
    ...tables.map((question) => tableWorld(question, { name, label, fitted, stem, grids })),
    ...recipes.map((question) => recipeWorld(question, { name, label, fitted, stem, grids })),
  ];
  return {
    worlds,
    leftOut: [
      { rows: left, reason: about(LEFT_OF_SURFACE) },
      { rows: without, reason: about("no learning rate or batch size") },
    ]
      .filter((part) => part.rows > 0)
      .concat(tables.length > 0 ? [] : { rows: 0, reason: about(`no table question: ${lacking(levels, fewest)}`) }),
  };
}

const LEFT_OF_SURFACE = "too far above the lowest loss of its level or cell: not used for the surface";

interface Setting {
  readonly name: string;
  readonly label: string;
  readonly fitted: FittedSurface;
  readonly stem: string;
  /** Whether sizes have grids of recipes; else the recipe is one, or follows from the size. */
  readonly grids: boolean;
}

function tableWorld({ target, below }: TableQuestion, setting: Setting): WorldDocument {
  const recipe = setting.grids ? undefined : middleRecipe([...below, target].flatMap(({ runs }) => runs));
  const level = ({ C, runs }: Level) => runs.map((run) => ({ ...standIn(run, C), ...recipe }));
  const candidates = distinct(below.flatMap(level));
  const hidden = distinct(level(target));
  const widest = [...candidates, ...hidden];
  const sizes = below.flatMap(({ runs, C }) => runs.map(({ N, D }) => ({ N, D, C })));
  return {
    ...common(setting, "table", formatFlops(target.C)),
    description: `${setting.stem}${setting.label ? `, ${setting.label}` : ""}: sizes${setting.grids ? " and recipes" : ""} at ${below.length} levels of compute are known, the best size${setting.grids ? ", learning rate and batch size" : ""} at ${formatFlops(target.C)} FLOPs is wanted.${target.interpolated ? " Losses are interpolated along runs." : ""}`,
    accounting: accountingOf([...sizes, ...target.runs.map(({ N, D }) => ({ N, D, C: target.C }))]),
    surface: surfaceOf([...candidates, ...hidden]),
    task: taskOf(candidates, hidden, target.C, {
      dModel: widened(extent(widest, "dModel")),
      numLayers: widened(extent(widest, "numLayers")),
      aspectRatio: aspects(widest),
    }),
  };
}

/** A recipe that follows from the size is no choice: all rows have the middle one, since no effect of it was fitted. */
function middleRecipe(runs: readonly TableRun[]): Partial<Pick<FinishedRun, "learningRate" | "batchSize">> {
  const middle = (values: readonly (number | undefined)[]) => {
    const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
    return known[known.length >> 1];
  };
  const learningRate = middle(runs.map((run) => run.learningRate));
  const batchSize = middle(runs.map((run) => run.batchSize));
  return { ...(learningRate && { learningRate }), ...(batchSize && { batchSize }) };
}

function recipeWorld({ target, below }: RecipeQuestion, setting: Setting): WorldDocument {
  const candidates = distinct(below.flatMap(({ C, runs }) => runs.map((run) => standIn(run, C))));
  const hidden = distinct(target.runs.map((run) => standIn(run, target.C)));
  const { dModel, numLayers } = hidden[0]!;
  const cells = [...below, target].map(({ N, D, C }) => ({ N, D, C }));
  return {
    ...common(setting, "recipe", `${formatCount(target.N)}-${formatCount(target.D)}`),
    description: `${setting.stem}${setting.label ? `, ${setting.label}` : ""}: learning rate and batch size for ${formatCount(target.N)} parameters on ${formatCount(target.D)} tokens are wanted, those of ${below.length} cheaper cells are known.`,
    accounting: accountingOf(cells),
    surface: surfaceOf([...candidates, ...hidden]),
    task: taskOf(candidates, hidden, target.C, {
      dModel: [dModel, dModel],
      numLayers: [numLayers, numLayers],
      aspectRatio: [dModel / numLayers, dModel / numLayers],
    }),
  };
}

function common({ name, fitted }: Setting, question: Question, end: string) {
  const { surface, error, rows } = fitted;
  return {
    schema: "isoflop-world/1",
    name: `${name}/${nameOf(end)}`,
    tags: ["replay", question],
    seed: 0,
    noise: { sdByLoss: [] },
    answers: { kind: "smooth" },
    question,
    truth: { surface, error: Number(error.toPrecision(4)), rows },
    tie: Math.max(LEAST_TIE, Number(error.toPrecision(3))),
  } as const;
}

function surfaceOf(runs: readonly FinishedRun[]): WorldDocument["surface"] {
  const untrainedLoss = runs.reduce((most, { loss }) => Math.max(most, loss), 0);
  return { base: { law: "table", runs }, layers: [], untrainedLoss };
}

function taskOf(
  candidates: readonly FinishedRun[],
  hidden: readonly FinishedRun[],
  target: number,
  shape: Pick<Task["admissible"], "dModel" | "numLayers" | "aspectRatio">,
): Task {
  const all = [...candidates, ...hidden];
  const values = (runs: readonly FinishedRun[], field: "batchSize" | "trainFlops") =>
    [...new Set(runs.map((run) => run[field]))].toSorted((a, b) => a - b);
  return {
    searchSpace: {
      dModel: integers(...extent(candidates, "dModel")),
      numLayers: integers(...extent(candidates, "numLayers")),
      numHeads: integers(...extent(candidates, "numHeads")),
      batchSize: choice(values(candidates, "batchSize")),
      learningRate: reals(...extent(candidates, "learningRate")),
      trainFlops: choice(values(candidates, "trainFlops")),
    },
    cap: Math.round(CAP_SHARE * target),
    target,
    sequenceLength: SEQUENCE_LENGTH,
    admissible: {
      ...shape,
      batchSizes: values(shape.dModel[0] === shape.dModel[1] ? hidden : all, "batchSize"),
      minimumHeadDimension: 16,
      learningRate: extent(shape.dModel[0] === shape.dModel[1] ? hidden : all, "learningRate"),
    },
    candidates: candidates.map(({ loss: _, ...config }) => config),
  };
}

function extent(runs: readonly FinishedRun[], field: Exclude<keyof FinishedRun, "tokens">): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const run of runs) [low, high] = [Math.min(low, run[field]), Math.max(high, run[field])];
  return [low, high];
}

/** With room for sizes beside the table's: what lies beyond is scored by the law. */
function widened([low, high]: [number, number]): [number, number] {
  return [Math.max(1, Math.floor(low / 2)), 2 * high];
}

/** Aspect ratios of the rows, and the common ones. */
function aspects(runs: readonly FinishedRun[]): [number, number] {
  const ratios = runs.map(({ dModel, numLayers }) => dModel / numLayers);
  return [Math.min(16, ...ratios), Math.max(128, ...ratios)];
}

/** One run per configuration, the one with the lowest loss. */
function distinct(runs: readonly FinishedRun[]): FinishedRun[] {
  const best = new Map<string, FinishedRun>();
  for (const run of runs) {
    const rival = best.get(identityOf(run));
    if (!rival || run.loss < rival.loss) best.set(identityOf(run), run);
  }
  return [...best.values()];
}

function madeOf({ name, question, surface, task, truth, tie }: WorldDocument): MadeWorld {
  const runs = surface.base.law === "table" ? surface.base.runs : [];
  const { searchSpace } = task as Task;
  return {
    name,
    question: question!,
    rows: runs.length,
    levels: searchSpace.trainFlops.kind === "choice" ? searchSpace.trainFlops.values.length : 0,
    truthError: truth!.error,
    tie: tie!,
  };
}

/** A part of a world's name: letters, digits, dots and dashes. */
function nameOf(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, "-")
    .replace(/^[-.]+|[-.]+$/g, "");
  return words || "table";
}
