import type { TableRun } from "../../table/run-reader.ts";
import { CAP_SHARE } from "./table-question.ts";

/** Runs of one N and D that differ in learning rate and batch size. */
export interface RecipeGrid {
  readonly N: number;
  readonly D: number;
  /** FLOPs, to three digits. */
  readonly C: number;
  readonly runs: readonly TableRun[];
}

/** A cell whose best recipe is wanted, and the cheaper ones that can be bought from. */
export interface RecipeQuestion {
  readonly target: RecipeGrid;
  readonly below: readonly RecipeGrid[];
}

const FEWEST_RATES = 3;
const FEWEST_BATCHES = 3;
const FEWEST_BELOW = 2;
/** A run this much above the best of its cell has diverged, or is far from any choice, in shares of the loss. */
const FAR = 0.06;

/** The recipe questions of an experiment: one for each cell with a grid of recipes and two cheaper cells that have one. */
export function recipeQuestions(runs: readonly TableRun[]): RecipeQuestion[] {
  const cells = cellsOf(runs).filter(isGrid);
  return cells.flatMap((target) => {
    const below = cells.filter(({ C }) => C <= (CAP_SHARE / 2) * target.C);
    return below.length >= FEWEST_BELOW ? [{ target, below }] : [];
  });
}

/** Why an experiment with a grid of recipes has no recipe question, in words; undefined where no cell has a grid. */
export function lackingCells(runs: readonly TableRun[]): string | undefined {
  const grids = cellsOf(runs).filter(isGrid).length;
  return grids === 0
    ? undefined
    : `${grids} cells of one N and D have a grid of learning rates and batch sizes, but none has two others at a tenth of its compute`;
}

/** Rows that are informative about the best recipe of their cell. */
export function soundRows(runs: readonly TableRun[]): TableRun[] {
  return cellsOf(runs).flatMap((cell) => {
    const lowest = cell.runs.reduce((low, { loss }) => Math.min(low, loss), Number.POSITIVE_INFINITY);
    return cell.runs.filter(({ loss }) => loss <= lowest * (1 + FAR));
  });
}

function cellsOf(runs: readonly TableRun[]): RecipeGrid[] {
  const cells = Map.groupBy(runs, ({ N, D }) => `${N.toPrecision(3)}/${D.toPrecision(3)}`);
  return [...cells.values()]
    .map((members) => {
      const [{ N, D, C }] = members as [TableRun];
      return { N, D, C: Number(C.toPrecision(3)), runs: members };
    })
    .toSorted((a, b) => a.C - b.C);
}

function isGrid({ runs }: RecipeGrid): boolean {
  const values = (field: "learningRate" | "batchSize") =>
    new Set(runs.flatMap((run) => (run[field] === undefined ? [] : [run[field]]))).size;
  return values("learningRate") >= FEWEST_RATES && values("batchSize") >= FEWEST_BATCHES;
}
