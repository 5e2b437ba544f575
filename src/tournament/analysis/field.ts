import type { ColumnName, Columns } from "../columns.ts";

/** Regrets closer than this are equal, unless their world says otherwise, in ranks and probabilities of improvement, in nats (docs/statistics.md). */
export const TIE = 0.002;

/** One world in one repetition, in which all strategies have a result. */
export interface Cell {
  readonly world: number;
  readonly repetition: number;
}

/**
 * A field to be compared: the ranked entrants over the cells that all of them have played. Values come as one array a
 * strategy, in the order of `cells`, so that position i is the same world with the same noise for everyone.
 */
export interface Field {
  readonly columns: Columns;
  /** Indices of the entrants that apply to every world of the field, in the order of the plan. */
  readonly ranked: readonly number[];
  readonly cells: readonly Cell[];
  /** Positions of the cells of each world that has any. */
  readonly strata: readonly (readonly number[])[];
  /** Regrets by entrant; a failed run has the worst of the field in its world. */
  readonly regrets: ReadonlyMap<number, Float64Array>;
  /** Regrets of a cell closer than this are equal. */
  readonly ties: Float64Array;
}

/**
 * @param entered who is to be ranked; those of them that do not apply to one of the worlds are not.
 * @param control an entrant that is not ranked, but whose regrets a failure is compared with too.
 * @param among which worlds; all of them unless told otherwise.
 * @param tieOf regrets of a world closer than this are equal.
 */
export function fieldOf(
  columns: Columns,
  entered: readonly number[],
  control?: number,
  among: (world: number) => boolean = () => true,
  tieOf: (world: number) => number = () => TIE,
): Field {
  const worlds = Array.from({ length: columns.worlds }, (_, world) => world).filter(among);
  const ranked = entered.filter((entrant) => worlds.every((world) => columns.applies(entrant, world)));
  const everyone = control === undefined || ranked.includes(control) ? ranked : [...ranked, control];
  const cells: Cell[] = [];
  const strata: number[][] = [];
  for (const world of worlds) {
    const stratum: number[] = [];
    for (let repetition = 0; repetition < columns.repetitions; repetition++) {
      const played = everyone.every(
        (entrant) => !Number.isNaN(columns.of("ok")[columns.index({ entrant, world, repetition })] as number),
      );
      if (played) stratum.push(cells.push({ world, repetition }) - 1);
    }
    if (stratum.length > 0) strata.push(stratum);
  }
  const raw = new Map(everyone.map((entrant) => [entrant, valuesOf(columns, "regret", entrant, cells)]));
  for (const stratum of strata) {
    const worst = Math.max(...[...raw.values()].flatMap((values) => stratum.map((i) => known(values[i] as number))));
    for (const values of raw.values())
      for (const i of stratum)
        if (Number.isNaN(values[i] as number)) values[i] = Number.isFinite(worst) ? worst : Number.POSITIVE_INFINITY;
  }
  const ties = Float64Array.from(cells, ({ world }) => tieOf(world));
  return { columns, ranked, cells, strata, regrets: raw, ties };
}

/** A column of one entrant over cells. */
export function valuesOf(columns: Columns, name: ColumnName, entrant: number, cells: readonly Cell[]): Float64Array {
  const column = columns.of(name);
  return Float64Array.from(cells, (cell) => column[columns.index({ entrant, ...cell })] as number);
}

/** The mean of the values at some positions. */
export function meanAt(values: Float64Array, positions: readonly number[]): number {
  return positions.reduce((total, i) => total + (values[i] as number), 0) / positions.length;
}

function known(value: number): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}
