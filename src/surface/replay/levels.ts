import { budgetsIn } from "../../table/budgets.ts";
import type { TableRun } from "../../table/run-reader.ts";

/** Runs of the same compute, sizes ascending: one for each size, or for each size and recipe. */
export interface Level {
  /** FLOPs, to three digits. */
  readonly C: number;
  readonly runs: readonly TableRun[];
  readonly sizes: number;
  /** Whether the losses were read off longer and shorter runs of the same size. */
  readonly interpolated: boolean;
}

/** Fewer sizes than this are no isoFLOP curve. */
export const FEWEST_SIZES = 5;
/** Where each size has a grid of recipes, so many say as much. */
export const FEWEST_GRIDS = 4;
/** A level that is only bought from may have fewer; with grids of recipes, fewer still. */
const FEWEST_BOUGHT = 3;
const FEWEST_GRIDS_BOUGHT = 2;
/** Two levels between which losses are interpolated are a factor of this apart. */
const STEP = 1.25;

/**
 * The levels of an experiment: compute shared within 2 %, or, where that gives too few, losses interpolated along runs of
 * one size that were measured, or trained, at several lengths.
 */
export function levelsOf(runs: readonly TableRun[]): readonly Level[] {
  const shared = budgetsIn(runs)
    .map(({ C, runs: members }) => levelOf(C, onePerSize(members), false))
    .filter(({ sizes }) => sizes >= FEWEST_BOUGHT);
  if (shared.filter(({ sizes }) => sizes >= FEWEST_SIZES).length >= 4) return shared;
  const along = interpolatedLevels(runs)
    .map(({ C, runs: members }) => levelOf(C, onePerSize(members), true))
    .filter(({ sizes }) => sizes >= FEWEST_BOUGHT);
  return along.length > shared.length ? along : shared;
}

/** The levels of an experiment whose sizes have grids of recipes: losses interpolated along runs of one size and recipe. */
export function gridLevelsOf(runs: readonly TableRun[]): readonly Level[] {
  return interpolatedLevels(runs)
    .map(({ C, runs: members }) =>
      levelOf(
        C,
        members.toSorted((a, b) => a.N - b.N),
        true,
      ),
    )
    .filter(({ sizes }) => sizes >= FEWEST_GRIDS_BOUGHT);
}

function levelOf(C: number, runs: readonly TableRun[], interpolated: boolean): Level {
  return { C: rounded(C), runs, sizes: onePerSize(runs).length, interpolated };
}

/** Whether the lowest loss has sizes on both sides. */
export function isBracketed(level: Level): boolean {
  const runs = onePerSize(level.runs);
  const lowest = runs.reduce((best, { loss }, i) => (loss < runs[best]!.loss ? i : best), 0);
  return lowest > 0 && lowest < runs.length - 1;
}

/** Of rows of one size (within half a percent) the one with the lowest loss. */
function onePerSize(runs: readonly TableRun[]): TableRun[] {
  const kept: TableRun[] = [];
  for (const run of runs.toSorted((a, b) => a.N - b.N || a.loss - b.loss)) {
    const last = kept.at(-1);
    if (!last || run.N > 1.005 * last.N) kept.push(run);
    else if (run.loss < last.loss) kept[kept.length - 1] = run;
  }
  return kept;
}

function interpolatedLevels(runs: readonly TableRun[]): { readonly C: number; readonly runs: TableRun[] }[] {
  const curves = [
    ...Map.groupBy(runs, (run) =>
      [run.N, run.dModel, run.numLayers, run.learningRate, run.batchSize].join("/"),
    ).values(),
  ]
    .map((curve) => curve.toSorted((a, b) => a.C - b.C).filter((run, i, all) => i === 0 || run.C > all[i - 1]!.C))
    .filter((curve) => curve.length >= 3);
  if (curves.length < FEWEST_SIZES) return [];
  const low = Math.min(...curves.map((curve) => curve[0]!.C));
  const high = Math.max(...curves.map((curve) => curve.at(-1)!.C));
  const levels: { C: number; runs: TableRun[] }[] = [];
  for (let C = rounded(low); C <= high; C = rounded(C * STEP))
    levels.push({ C, runs: curves.flatMap((curve) => interpolated(curve, C) ?? []) });
  return levels;
}

/** The run of this compute on a curve: a parabola in ln C through the three nearest; undefined beyond its ends. */
function interpolated(curve: readonly TableRun[], C: number): TableRun | undefined {
  if (C < curve[0]!.C * 0.98 || C > curve.at(-1)!.C * 1.02) return undefined;
  const x = Math.log(C);
  const [a, b, c] = curve
    .toSorted((p, q) => Math.abs(Math.log(p.C) - x) - Math.abs(Math.log(q.C) - x))
    .slice(0, 3)
    .map((run) => ({ x: Math.log(run.C), y: run.loss, run })) as [Knot, Knot, Knot];
  const weight = (p: Knot, q: Knot, r: Knot) => ((x - q.x) * (x - r.x)) / ((p.x - q.x) * (p.x - r.x));
  const loss = a.y * weight(a, b, c) + b.y * weight(b, a, c) + c.y * weight(c, a, b);
  return { ...a.run, C, D: a.run.D * (C / a.run.C), loss };
}

interface Knot {
  readonly x: number;
  readonly y: number;
  readonly run: TableRun;
}

function rounded(C: number): number {
  return Number(C.toPrecision(3));
}
