import { numberIn, rowsText } from "../../table/cells.ts";
import { findColumn } from "../../table/columns.ts";
import { parseTable, type RawTable } from "../../table/text.ts";
import { UserError } from "../../task/errors.ts";

/** What a row of a finished sweep can say. Shape and setting may be missing; N, C and the loss may not. */
export interface FinishedRun {
  readonly row: number;
  /** Parameters. */
  readonly N: number;
  /** FLOPs. */
  readonly C: number;
  readonly loss: number;
  readonly dModel?: number;
  readonly numLayers?: number;
  readonly numHeads?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  /** What it was trained on, where a table holds several corpora. */
  readonly corpus?: string;
}

export interface FinishedRuns {
  readonly runs: readonly FinishedRun[];
  readonly dropped: readonly { readonly row: number; readonly reason: string }[];
  /** Which column was taken for what. */
  readonly columns: Readonly<Partial<Record<Quantity, string>>>;
}

type Quantity = "N" | "D" | "C" | "gigaflops" | "loss" | Setting;
type Setting = "dModel" | "numLayers" | "numHeads" | "batchSize" | "learningRate";
const SETTINGS: readonly Setting[] = ["dModel", "numLayers", "numHeads", "batchSize", "learningRate"];

/** Names of columns, lower case, letters and digits only; the first that a table has wins. */
const NAMES: Readonly<Record<Quantity, readonly string[]>> = {
  N: ["paramsnoembed", "n", "params", "parameters", "parametercount", "numparams", "paramsactiveprecise", "modelsize"],
  D: ["d", "tokens", "trainingtokens", "totaltokens", "throughputtotaltokens"],
  C: ["c", "flops", "budget", "computebudget", "trainflops", "trainingflop", "trainingflops"],
  gigaflops: ["totalgflops", "throughputtotalgflops"],
  loss: ["smoothloss", "loss", "finalloss", "valloss", "evalpalomamacroloss", "lossopenlm"],
  dModel: ["dmodel", "width", "h", "hiddensize", "hiddendim", "modelhiddendim"],
  numLayers: ["numlayers", "depth", "layers", "numl", "modelnumlayers"],
  numHeads: ["numheads", "heads", "numh"],
  batchSize: ["batchsize", "bs", "globalbs", "trainbatchsize", "trainertrainbatchsize"],
  learningRate: ["learningrate", "lr", "optimizerlearningrate"],
};
const CORPUS = ["dataset", "corpus"];

/**
 * Reads a table of finished runs from CSV, JSON or JSON lines, columns by their common names (docs/data.md). Rows
 * without a size, a budget or a finite loss are dropped and named.
 *
 * @throws UserError when a needed column cannot be found, or a cell holds something that is no number.
 */
export function readFinishedRuns(text: string): FinishedRuns {
  const table = parseTable(text);
  const columns = columnsOf(table.columns);
  const corpus = findColumn(table.columns, CORPUS);
  const runs: FinishedRun[] = [];
  const dropped: { row: number; reason: string }[] = [];
  for (const [index, cells] of table.rows.entries()) {
    const run = runIn(cells, columns, index + 1);
    if (typeof run === "string") dropped.push({ row: index + 1, reason: run });
    else runs.push(corpus === undefined ? run : { ...run, corpus: String(cells[corpus]) });
  }
  if (runs.length === 0)
    throw new UserError(`no row can be used: ${rowsText(dropped.map(({ row }) => row))}: ${dropped[0]?.reason}`);
  return { runs, dropped, columns };
}

function runIn(cells: RawTable["rows"][number], columns: FinishedRuns["columns"], row: number): FinishedRun | string {
  const read = (quantity: Quantity) => {
    const column = columns[quantity];
    return column === undefined ? Number.NaN : numberIn(cells[column], row, column);
  };
  const N = read("N");
  const C = columns.C ? read("C") : columns.gigaflops ? 1e9 * read("gigaflops") : 6 * N * read("D");
  const loss = read("loss");
  for (const [name, value] of Object.entries({ size: N, budget: C, loss }))
    if (!(value > 0 && Number.isFinite(value))) return `its ${name} is missing or not a positive number`;
  const settings = SETTINGS.flatMap((setting) => (read(setting) > 0 ? [[setting, read(setting)] as const] : []));
  return { row, N, C, loss, ...Object.fromEntries(settings) };
}

function columnsOf(present: readonly string[]): FinishedRuns["columns"] {
  const found = Object.fromEntries(
    Object.entries(NAMES).flatMap(([quantity, names]) => {
      const column = findColumn(present, names);
      return column === undefined ? [] : [[quantity, column]];
    }),
  ) as Partial<Record<Quantity, string>>;
  const missing = [
    ...(found.N ? [] : ["parameters"]),
    ...(found.C || found.gigaflops || found.D ? [] : ["FLOPs or tokens"]),
    ...(found.loss ? [] : ["loss"]),
  ];
  if (missing.length > 0)
    throw new UserError(
      `no column for ${missing.join(", ")} among "${present.slice(0, 12).join('", "')}": rename it to params, tokens, flops or loss`,
    );
  return found;
}
