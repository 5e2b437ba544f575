// A row of a table as a run: which columns are read, and what a row lacks.
import { nonEmbeddingParameters } from "../task/accounting.ts";
import type { RunPoint } from "../task/run-point.ts";
import { type Cell, type NumberReader, notANumber, type RawTable } from "./cells.ts";
import { type FoundColumns, missingColumn } from "./columns.ts";
import type { Quantity } from "./names.ts";

/** A run with the row it came from, counted from 1 without the header, and its settings where the table has them. */
export interface TableRun extends RunPoint {
  readonly row: number;
  readonly dModel?: number;
  readonly numLayers?: number;
  readonly numHeads?: number;
  /** Sequences per step. */
  readonly batchSize?: number;
  /** Peak learning rate. */
  readonly learningRate?: number;
  /** Tokens of the data, where they were repeated. */
  readonly uniqueTokens?: number;
}

/** The settings of a run, and the fields they are kept in. */
const SETTINGS = {
  d_model: "dModel",
  num_layers: "numLayers",
  num_heads: "numHeads",
  batch_size: "batchSize",
  learning_rate: "learningRate",
  unique_tokens: "uniqueTokens",
} as const;
/** A setting of a run, by the name of its column in the training API. */
export type Setting = keyof typeof SETTINGS;

/** What runs must have. */
export interface NeedOptions {
  /** Settings without which a row is dropped. */
  readonly required?: readonly Setting[] | undefined;
  /**
   * What the table may lack altogether: `size` for laws of C alone, whose runs have NaN for N and D; `loss` for tables of
   * optima, whose runs have NaN for the loss.
   */
  readonly optional?: readonly ("size" | "loss")[] | undefined;
}

/**
 * The quantities that are read as numbers, the loss first: a run that has not finished lacks it.
 *
 * @throws UserError for one that no column holds.
 */
export function neededColumns(
  table: RawTable,
  found: FoundColumns,
  { optional = [], required = [] }: NeedOptions,
): Quantity[] {
  const absent = required.filter((setting) => !found[setting]);
  if (absent.length > 0) throw missingColumn(absent.join(", "), table);
  const shape = found.d_model !== undefined && found.num_layers !== undefined;
  const missing = (["N", "D", "C"] as const).filter((quantity) => !found[quantity] && !(quantity === "N" && shape));
  const ofC = optional.includes("size") && found.C !== undefined;
  if (missing.length > 1 && !ofC) throw missingColumn(missing.join(" or "), table);
  if (!found.loss && !optional.includes("loss")) throw missingColumn("loss", table);
  const settings = Object.keys(SETTINGS) as Setting[];
  return (["loss", "N", "D", "C", "weight", ...settings] as const).filter((quantity) => found[quantity]);
}

/** Reads the cells of a row as a run, or says why they are none. */
export function runReader(
  found: FoundColumns,
  needed: readonly Quantity[],
  numbers: NumberReader,
  { required = [] }: NeedOptions,
): (cells: readonly Cell[], row: number) => TableRun | string {
  const shape = found.N ? [] : (["d_model", "num_layers"] as const);
  const vital = new Set<Quantity>(["loss", "N", "D", "C", "weight", ...shape, ...required]);
  const sources = needed.map((quantity) => ({ quantity, ...found[quantity]!, vital: vital.has(quantity) }));
  const settings = sources.flatMap((source) =>
    source.quantity in SETTINGS ? [{ ...source, field: SETTINGS[source.quantity as Setting] }] : [],
  );
  return (cells, row) => {
    const values: Partial<Record<Quantity, number>> = {};
    let fault: string | undefined;
    let unreadable: { readonly cell: Cell; readonly name: string } | undefined;
    let empty = true;
    for (const { quantity, name, index, scale, vital: isVital } of sources) {
      const cell = cells[index];
      const value = numbers.parse(cell, name);
      if (value === undefined) {
        if (isVital) unreadable ??= { cell, name };
        continue;
      }
      values[quantity] = scale * value;
      if (!Number.isNaN(value)) empty = false;
      if (value > 0 || !isVital) continue;
      fault ??= Number.isNaN(value) ? `${name} is missing or not finite` : `${name} is not positive`;
    }
    // A title between rows is text alone: nothing beside it is a number.
    if (empty) return unreadable ? "holds no numbers" : "an empty row";
    // Of a run that has not finished, or half of whose row was written, nothing else matters.
    if (unreadable && !Number.isNaN(values.loss)) throw notANumber(unreadable.cell, row, unreadable.name);
    if (fault !== undefined) return fault;
    const { C: compute, D: tokens, loss = Number.NaN, weight } = values;
    const N =
      values.N ??
      (values.d_model && values.num_layers
        ? nonEmbeddingParameters({ dModel: values.d_model, numLayers: values.num_layers })
        : compute! / (6 * tokens!));
    const D = tokens ?? compute! / (6 * N);
    const C = compute ?? 6 * N * D;
    const run: { -readonly [Field in keyof TableRun]: TableRun[Field] } = { N, D, C, loss, row };
    if (weight !== undefined) run.weight = weight;
    // An empty rate is not a rate.
    for (const { quantity, field } of settings) if (values[quantity]! > 0) run[field] = values[quantity]!;
    return run;
  };
}
