import { solveCholesky } from "../../fit/kernels/matrix.ts";
import type { TableRun } from "../../table/run-reader.ts";
import {
  type Ends,
  fillTerms,
  HIGHEST_DEGREE,
  monomials,
  type ResidualLayer,
  unitCoordinate,
} from "../layers/residual.ts";

/** The polynomial of what a law misses, and its value at a row. */
export interface FittedResidual {
  readonly layer: ResidualLayer;
  at(run: TableRun): number;
}

/** What varies in a table beside N and D: learning rate and batch, shapes. */
export interface ResidualAxes {
  readonly effects: boolean;
  readonly shapes?: boolean;
}

/** Weights of the ridge: squared, in rows. */
const RIDGES = [0.01, 0.03, 0.1, 0.3, 1];
/** A coefficient needs this many rows; of runs that share N and D, so many distinct ones. */
const ROWS_PER_TERM = 2.5;
const MOST_TERMS = 130;
/** Of rows that are held out, the share that is missed least: some of the others went wrong. */
const COUNTED = 0.97;
/** More rows of one N and D are left out in parts: the time grows with the third power of their number. */
const LARGEST_CELL = 150;
/** The polynomial that judges which rows went wrong, before degree and ridge are chosen. */
const FIRST = { degree: 3, ridge: 0.1 } as const;

/**
 * Fits a polynomial to what a law misses, by ridge regression with robust weights. Degree and ridge are those that miss
 * rows least when the rows of each N and D, or where shapes vary those of each shape, are left out in turn.
 *
 * @param missed predicted minus measured loss, row by row.
 */
export function fitResidual(
  runs: readonly TableRun[],
  missed: Float64Array,
  options: ResidualAxes,
): FittedResidual | undefined {
  const axes = axesOf(runs, options);
  if (axes.some(({ ends: [low, high] }) => !(low < high))) return undefined;
  const all = monomials(axes.length, HIGHEST_DEGREE);
  const position = (run: TableRun) => axes.map(({ at, unit }) => unit(Math.log(at(run))));
  const distinct = new Set(runs.map((run) => axes.map(({ at }) => at(run)).join("/"))).size;
  const sizes = Array.from(
    { length: HIGHEST_DEGREE + 1 },
    (_, degree) => all.findLastIndex((monomial) => monomial.degree <= degree) + 1,
  ).filter((size) => size <= MOST_TERMS && size * ROWS_PER_TERM <= distinct);
  const cells = [
    ...Map.groupBy(runs.keys(), (i) => (options.shapes ? `${runs[i]!.N}` : `${runs[i]!.N}/${runs[i]!.D}`)).values(),
  ].flatMap((cell) => (cell.length <= LARGEST_CELL ? [cell] : parts(cell)));
  const ridge = new Ridge(
    runs.map(position),
    all,
    missed.map((value) => -value),
    sizes.at(-1) ?? 1,
    cells,
  );
  ridge.reweigh(ridge.solve(Math.min(sizes.at(-1) ?? 1, sizes[FIRST.degree] ?? 1), FIRST.ridge));
  let best: { size: number; weight: number; score: number } = {
    size: 1,
    weight: RIDGES[0]!,
    score: Number.POSITIVE_INFINITY,
  };
  for (const size of sizes)
    for (const weight of RIDGES) {
      const score = ridge.heldOut(size, weight);
      if (score < best.score) best = { size, weight, score };
    }
  ridge.reweigh(ridge.solve(best.size, best.weight));
  const coefficients = [...ridge.solve(best.size, best.weight)].map((value) => Number(value.toPrecision(7)));
  const terms = new Float64Array(coefficients.length);
  return {
    layer: {
      layer: "residual",
      ...(Object.fromEntries(axes.map(({ name, ends }) => [name, ends])) as Pick<
        ResidualLayer,
        "parameters" | "tokens"
      >),
      coefficients,
    },
    at(run) {
      fillTerms(all, position(run), terms);
      return coefficients.reduce((sum, coefficient, i) => sum + coefficient * terms[i]!, 0);
    },
  };
}

function parts(cell: readonly number[]): number[][] {
  const count = Math.ceil(cell.length / LARGEST_CELL);
  return Array.from({ length: count }, (_, part) => cell.filter((_row, i) => i % count === part));
}

interface Axis {
  readonly name: Exclude<keyof ResidualLayer, "layer" | "coefficients">;
  readonly at: (run: TableRun) => number;
  readonly ends: Ends;
  readonly unit: (log: number) => number;
}

function axesOf(runs: readonly TableRun[], { effects, shapes = false }: ResidualAxes): Axis[] {
  const axis = (name: Axis["name"], at: Axis["at"]): Axis => {
    const low = runs.reduce((least, run) => Math.min(least, at(run)), Number.POSITIVE_INFINITY);
    const high = runs.reduce((most, run) => Math.max(most, at(run)), 0);
    return { name, at, ends: [low, high], unit: unitCoordinate([low, high]) };
  };
  return [
    axis("parameters", ({ N }) => N),
    axis("tokens", ({ D }) => D),
    ...(shapes ? [axis("aspectRatio", ({ dModel = 1, numLayers = 1 }) => dModel / numLayers)] : []),
    ...(effects ? [axis("learningRate", ({ learningRate = 1 }) => learningRate)] : []),
    ...(effects ? [axis("batchSize", ({ batchSize = 1 }) => batchSize)] : []),
  ];
}

/** Ridge regression on monomials, with a weight for each row. */
class Ridge {
  readonly #rows: readonly Float64Array[];
  readonly #target: Float64Array;
  readonly #weights: Float64Array;
  readonly #most: number;
  readonly #cells: readonly (readonly number[])[];
  #gram: Float64Array;

  constructor(
    positions: readonly (readonly number[])[],
    all: Parameters<typeof fillTerms>[0],
    target: Float64Array,
    most: number,
    cells: readonly (readonly number[])[],
  ) {
    this.#cells = cells;
    this.#rows = positions.map((position) => {
      const terms = new Float64Array(most);
      fillTerms(all, position, terms);
      return terms;
    });
    this.#target = target;
    this.#most = most;
    this.#weights = new Float64Array(target.length).fill(1);
    this.#gram = new Float64Array(0);
    this.#reweigh(target);
  }

  /** Rows far beyond the others (soft L1) count less. */
  reweigh(coefficients: Float64Array): void {
    this.#reweigh(this.#target.map((value, i) => value - dot(coefficients, this.#rows[i]!)));
  }

  #reweigh(left: Float64Array): void {
    const scale = 3 * 1.4826 * quantileOf(left.map(Math.abs), 0.5) + 1e-12;
    for (const [i, value] of left.entries()) this.#weights[i] = 1 / Math.sqrt(1 + (value / scale) * (value / scale));
    const size = this.#most;
    const gram = new Float64Array(size * size);
    for (const [i, row] of this.#rows.entries())
      for (let j = 0; j < size; j++) {
        const weighted = this.#weights[i]! * row[j]!;
        for (let k = 0; k <= j; k++) gram[j * size + k] = gram[j * size + k]! + weighted * row[k]!;
      }
    this.#gram = gram;
  }

  solve(size: number, ridge: number): Float64Array {
    const b = new Float64Array(size);
    for (const [i, row] of this.#rows.entries()) {
      const weighted = this.#weights[i]! * this.#target[i]!;
      for (let j = 0; j < size; j++) b[j] = b[j]! + weighted * row[j]!;
    }
    solveCholesky(this.#matrix(size, ridge), b, size);
    return b;
  }

  /** The mean square of what is missed when the rows of each cell are left out, but for the rows that are missed most. */
  heldOut(size: number, ridge: number): number {
    const coefficients = this.solve(size, ridge);
    const factor = this.#matrix(size, ridge);
    solveCholesky(factor, new Float64Array(size), size);
    const squares = new Float64Array(this.#target.length);
    for (const cell of this.#cells) {
      const count = cell.length;
      // (I − H)⁻¹ times what is missed; H makes the predictions of these rows out of their own targets.
      const halves = cell.map((i) => this.#solvedHalf(factor, i, size));
      const matrix = new Float64Array(count * count);
      for (let a = 0; a < count; a++)
        for (let b = 0; b <= a; b++) matrix[a * count + b] = (a === b ? 1 + 1e-9 : 0) - dot(halves[a]!, halves[b]!);
      const missed = Float64Array.from(
        cell,
        (i) => Math.sqrt(this.#weights[i]!) * (this.#target[i]! - dot(coefficients, this.#rows[i]!)),
      );
      if (!solveCholesky(matrix, missed, count)) return Number.POSITIVE_INFINITY;
      for (const [a, i] of cell.entries()) squares[i] = (missed[a]! * missed[a]!) / this.#weights[i]!;
    }
    const counted = squares.toSorted().slice(0, Math.ceil(COUNTED * squares.length));
    return counted.reduce((sum, value) => sum + value, 0) / counted.length;
  }

  /** The weighted terms of a row, divided by the factor of the matrix. */
  #solvedHalf(factor: Float64Array, i: number, size: number): Float64Array {
    const half = this.#rows[i]!.slice(0, size);
    const root = Math.sqrt(this.#weights[i]!);
    for (let j = 0; j < size; j++) {
      let sum = root * half[j]!;
      for (let k = 0; k < j; k++) sum -= factor[j * size + k]! * half[k]!;
      half[j] = sum / factor[j * size + j]!;
    }
    return half;
  }

  #matrix(size: number, ridge: number): Float64Array {
    const matrix = new Float64Array(size * size);
    for (let j = 0; j < size; j++) {
      for (let k = 0; k <= j; k++) matrix[j * size + k] = this.#gram[j * this.#most + k]!;
      matrix[j * size + j] = matrix[j * size + j]! + ridge * ridge;
    }
    return matrix;
  }
}

function dot(coefficients: Float64Array, row: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < coefficients.length; j++) sum += coefficients[j]! * row[j]!;
  return sum;
}

function quantileOf(values: Float64Array, share: number): number {
  const sorted = values.toSorted();
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}
