import { budgetLevels } from "../../table/budgets.ts";

/** One row of a table beside its prediction. */
export interface Residual {
  readonly trainFlops: number;
  readonly onGrid: boolean;
  /** Whether the row can be a run of the endpoint's table, and not an answer of its tree. */
  readonly trained: boolean;
  /** ln(predicted / observed). */
  readonly error: number;
  /** The course's year, where the table says so: its endpoints answer differently off the grid. */
  readonly edition?: number;
}

/** Residuals of one budget, on or off the grid, of trained runs or of a tree's answers. */
export interface ResidualGroup {
  readonly trainFlops: number;
  readonly grid: "on" | "off";
  readonly trained: boolean;
  readonly n: number;
  readonly rms: number;
  readonly mean: number;
  /** The one of largest magnitude, with its sign. */
  readonly max: number;
}

/** The residuals by budget, those within 2 % as one, ascending; on the grid before off it, and trained runs first. */
export function residualGroups(residuals: readonly Residual[]): ResidualGroup[] {
  const levelOf = budgetLevels(residuals.map(({ trainFlops }) => trainFlops));
  const groups = Map.groupBy(
    residuals,
    ({ trainFlops, onGrid, trained }) => `${levelOf(trainFlops)}/${onGrid}/${trained}`,
  );
  return [...groups.values()]
    .map((members): ResidualGroup => {
      const { trainFlops, onGrid, trained } = members[0]!;
      const errors = members.map(({ error }) => error);
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      const max = errors.reduce((worst, error) => (Math.abs(error) > Math.abs(worst) ? error : worst));
      const grid = onGrid ? "on" : "off";
      return {
        trainFlops: levelOf(trainFlops),
        grid,
        trained,
        n: errors.length,
        rms: rootMeanSquare(errors),
        mean,
        max,
      };
    })
    .toSorted(
      (a, b) => a.trainFlops - b.trainFlops || b.grid.localeCompare(a.grid) || Number(b.trained) - Number(a.trained),
    );
}

/** NaN without values. */
export function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
