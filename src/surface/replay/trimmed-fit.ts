import type { TableRun } from "../../table/run-reader.ts";
import { type FitOptions, type FittedSurface, fitSurface } from "./fitted-surface.ts";
import type { Level } from "./levels.ts";
import { soundRows } from "./recipe-question.ts";
import { tableQuestions } from "./table-question.ts";

/** The surface of an experiment, and the rows it was fitted to. */
export interface TrimmedFit {
  readonly fitted: FittedSurface;
  readonly runs: readonly TableRun[];
  readonly options: FitOptions;
  /** How many rows say nothing of the best size or recipe. */
  readonly left: number;
}

/** Rows this much above the lowest loss of their level are far from any choice; many laws miss them. */
const FAR = [1.1, 1.06];
/** Levels below this share of the cheapest target are dropped where short runs are of another kind. */
const CHEAP = 1 / 10;
/** Rows are left out for an error this much smaller; of two ways that are about as good, the one that leaves out less. */
const WORTHWHILE = 0.67;
const AS_GOOD = 1.15;
/** Fewer rows are not worth a smaller error. */
const FEWEST_ROWS = 40;

/**
 * The surface of sizes. Rows far above the lowest of their level, then the cheapest levels, are left out where that makes
 * the error a third smaller.
 */
export function fitSizes(runs: readonly TableRun[], levels: readonly Level[]): TrimmedFit {
  const options: FitOptions = { effects: false, shapes: variesInShape(runs) };
  const lowest = levels.map(({ C, runs: members }) => ({ C, loss: Math.min(...members.map(({ loss }) => loss)) }));
  const within = (far: number) => (run: TableRun) => {
    const level = lowest.findLast(({ C }) => C <= run.C * 1.02) ?? lowest[0]!;
    return run.loss <= far * level.loss;
  };
  const least = CHEAP * Math.min(...tableQuestions(levels).map(({ target }) => target.C));
  const trims = [...FAR.map(within), ...FAR.map((far) => (run: TableRun) => run.C >= 0.98 * least && within(far)(run))];
  const all = { fitted: fitSurface(runs, options), runs };
  const parts = [all];
  for (const trim of trims) {
    const kept = runs.filter(trim);
    if (parts.some((part) => part.runs.length === kept.length)) continue;
    if (kept.length >= Math.max(FEWEST_ROWS, 0.4 * runs.length))
      parts.push({ fitted: fitSurface(kept, options), runs: kept });
  }
  const lowestError = Math.min(...parts.map(({ fitted }) => fitted.error));
  const best =
    lowestError < WORTHWHILE * all.fitted.error
      ? parts.find(({ fitted }) => fitted.error <= AS_GOOD * lowestError)!
      : all;
  return { ...best, options, left: runs.length - best.runs.length };
}

/** The surface of recipes, without rows far above the lowest loss of their cell. */
export function fitRecipes(runs: readonly TableRun[]): TrimmedFit {
  const options: FitOptions = { effects: true };
  const sound = soundRows(runs);
  return { fitted: fitSurface(sound, options), runs: sound, options, left: runs.length - sound.length };
}

function variesInShape(runs: readonly TableRun[]): boolean {
  const aspects = new Set(runs.flatMap(({ dModel, numLayers }) => (dModel && numLayers ? [dModel / numLayers] : [])));
  const sizes = new Set(runs.map(({ N }) => N.toPrecision(2)));
  return aspects.size > sizes.size;
}
