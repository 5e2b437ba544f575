import { levelsOf } from "../../table/budgets.ts";

/** One row of a table beside its prediction. */
export interface Residual {
  readonly trainFlops: number;
  readonly onGrid: boolean;
  /** ln(predicted / observed). */
  readonly error: number;
  /** The course's year, where the table says so: its endpoints answer differently off the grid. */
  readonly edition?: number;
}

/** Residuals of one budget, on or off the grid. */
export interface ResidualGroup {
  readonly trainFlops: number;
  readonly grid: "on" | "off";
  readonly n: number;
  readonly rms: number;
  readonly mean: number;
  /** The one of largest magnitude, with its sign. */
  readonly max: number;
}

/** The residuals by budget, those within 2 % as one, ascending; on the grid before off it. */
export function residualGroups(residuals: readonly Residual[]): ResidualGroup[] {
  const levelOf = levelsOf(residuals.map(({ trainFlops }) => trainFlops));
  const levels = Map.groupBy(residuals, ({ trainFlops }) => levelOf(trainFlops));
  return [...levels]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([trainFlops, members]) =>
      [true, false].flatMap((onGrid) => {
        const errors = members.filter((residual) => residual.onGrid === onGrid).map(({ error }) => error);
        if (errors.length === 0) return [];
        const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
        const max = errors.reduce((worst, error) => (Math.abs(error) > Math.abs(worst) ? error : worst));
        return [{ trainFlops, grid: onGrid ? "on" : "off", n: errors.length, rms: rootMeanSquare(errors), mean, max }];
      }),
    );
}

/** NaN without values. */
export function rootMeanSquare(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
}
