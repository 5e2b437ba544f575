import { experimentsOf } from "../../src/surface/replay/experiments.ts";
import { heldOutError } from "../../src/surface/replay/fitted-surface.ts";
import { levelsOf } from "../../src/surface/replay/levels.ts";
import { recipeQuestions } from "../../src/surface/replay/recipe-question.ts";
import { tableQuestions } from "../../src/surface/replay/table-question.ts";
import { fitRecipes, fitSizes, type TrimmedFit } from "../../src/surface/replay/trimmed-fit.ts";
import { budgetsIn } from "../../src/table/budgets.ts";
import type { TableRun } from "../../src/table/run-reader.ts";
import { rowsOf, type TableFile } from "./sources.ts";

/** A budget that is left out has at least so many rows. */
const FEWEST = 5;
/** Where fewer budgets are shared, rows are cut into so many parts by compute. */
const FEWEST_BUDGETS = 4;
const PARTS = 12;

/** Prints how well the fitted surface of each experiment predicts rows it has not seen. */
export function printErrors(tables: readonly TableFile[]): void {
  console.log("experiment | rows | of | law | with residual | a budget left out | top budget, law | with residual");
  for (const table of tables) {
    const { rows, stem } = rowsOf(table);
    for (const { labels, runs } of experimentsOf(rows).experiments) {
      const fit = fitOf(runs);
      if (!fit) continue;
      const budgets = budgetsOf(fit.runs);
      const top = [budgets.at(-1)!];
      const law = { ...fit.options, residual: false };
      const errors = [
        heldOutError(fit.runs, tenFolds(fit.runs.length), law),
        fit.fitted.error,
        heldOutError(fit.runs, budgets, fit.options),
        heldOutError(fit.runs, top, law),
        heldOutError(fit.runs, top, fit.options),
      ];
      const name = [stem, ...labels].filter(Boolean).join(" ");
      console.log([name, fit.runs.length, runs.length, ...errors.map((error) => error.toFixed(4))].join(" | "));
    }
  }
}

/** The surface of an experiment, as its worlds have it; undefined where it has none. */
function fitOf(runs: readonly TableRun[]): TrimmedFit | undefined {
  const withRecipes = runs.filter(({ learningRate, batchSize }) => learningRate && batchSize);
  if (recipeQuestions(withRecipes).length > 0) return fitRecipes(withRecipes);
  const levels = levelsOf(runs);
  return tableQuestions(levels).length > 0 ? fitSizes(runs, levels) : undefined;
}

/** Indices of rows, budget by budget; rows of budgets that few share are in none. */
function budgetsOf(runs: readonly TableRun[]): number[][] {
  const shared = budgetsIn(runs.map((run, index) => ({ ...run, index })))
    .map((budget) => budget.runs.map(({ index }) => index))
    .filter((indices) => indices.length >= FEWEST);
  if (shared.length >= FEWEST_BUDGETS) return shared;
  const order = runs.map((_, i) => i).toSorted((a, b) => runs[a]!.C - runs[b]!.C);
  const size = Math.ceil(order.length / PARTS);
  return Array.from({ length: PARTS }, (_, part) => order.slice(part * size, (part + 1) * size)).filter(
    (indices) => indices.length > 0,
  );
}

function tenFolds(count: number): number[][] {
  return Array.from({ length: 10 }, (_, fold) =>
    Array.from({ length: count }, (_, i) => i).filter((i) => i % 10 === fold),
  );
}
