import { plainName } from "../../table/names.ts";
import type { Rows } from "../../table/rows.ts";
import type { TableRun } from "../../table/run-reader.ts";
import { type Category, categoriesOf } from "../../table/runs.ts";

/** Rows that belong together: one corpus, one recipe or grid of recipes, one way of counting. */
export interface Experiment {
  /** The values that distinguish it from the others in its table; empty where there is only one. */
  readonly labels: readonly string[];
  readonly runs: readonly TableRun[];
}

/** Rows that take part in no world, and why. */
export interface LeftOut {
  readonly rows: number;
  readonly reason: string;
}

/** Columns whose values are always experiments of their own. */
const ALWAYS = new Set(
  "dataset corpus experiment hparams recipe warmup decay schedule optimizer paramcount countof".split(" "),
);

/**
 * Splits rows into experiments: by columns whose name says so, and by columns of text that differ between rows of equal
 * N, D, rate and batch.
 */
export function experimentsOf(rows: Rows): {
  readonly experiments: readonly Experiment[];
  readonly leftOut: readonly LeftOut[];
} {
  const outlier = rows.names.find((name) => /^(is)?outliers?$/.test(plainName(name)));
  const sound = rows.runs.filter(
    ({ row }) => outlier === undefined || !/^(true|1|yes)$/i.test(rows.label(row, outlier)),
  );
  const flagged = rows.runs.length - sound.length;
  const columns = splittingColumns({ ...rows, runs: sound }, outlier);
  const groups = Map.groupBy(sound, ({ row }) => JSON.stringify(columns.map((column) => rows.label(row, column))));
  return {
    experiments: [...groups].map(([labels, runs]) => ({ labels: JSON.parse(labels) as string[], runs })),
    leftOut: flagged > 0 ? [{ rows: flagged, reason: `flagged in the column "${outlier}"` }] : [],
  };
}

function splittingColumns(rows: Rows, outlier: string | undefined): string[] {
  const dataset = rows.found.dataset?.name;
  const categories = categoriesOf(rows).filter(({ column }) => column !== outlier);
  const always = categories.filter(({ column }) => column === dataset || ALWAYS.has(plainName(column)));
  const chosen = [...always];
  for (const category of categories) {
    const text = category.values.every((value) => value === "" || Number.isNaN(Number(value)));
    if (!chosen.includes(category) && text && separates(rows.runs, category.values)) chosen.push(category);
  }
  // A column that tells nothing more than the others is left out of the names.
  for (const category of chosen.toReversed()) {
    const others = chosen.filter((other) => other !== category);
    if (others.length > 0 && groupCount(others) === groupCount(chosen)) chosen.splice(chosen.indexOf(category), 1);
  }
  return chosen.map(({ column }) => column);
}

function groupCount(categories: readonly Category[]): number {
  return new Set(categories[0]!.values.map((_, i) => categories.map(({ values }) => values[i]).join("\0"))).size;
}

/** Whether two rows of the same configuration have different values. */
function separates(runs: readonly TableRun[], values: readonly string[]): boolean {
  const seen = new Map<string, string>();
  return runs.some(({ N, D, learningRate, batchSize }, i) => {
    const key = `${N.toPrecision(3)}/${D.toPrecision(3)}/${learningRate}/${batchSize}`;
    const first = seen.get(key);
    if (first === undefined) seen.set(key, values[i]!);
    return first !== undefined && first !== values[i];
  });
}
