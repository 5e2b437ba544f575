import { formatCount, formatFlops } from "../../../src/task/quantity.ts";
import type { PageRun } from "./store.ts";

/** A column of the runs table. */
export interface Column {
  readonly name: ColumnName;
  readonly title: string;
  /** What it is, for who rests on its title. */
  readonly hint: string;
  readonly text: (run: PageRun) => string;
}

export type ColumnName =
  | "place"
  | "trainFlops"
  | "dModel"
  | "numLayers"
  | "numHeads"
  | "batchSize"
  | "learningRate"
  | "parameters"
  | "tokens"
  | "steps"
  | "loss";

const plain = (name: ColumnName) => (run: PageRun) => String(run[name]);

export const COLUMNS: readonly Column[] = [
  { name: "place", title: "#", hint: "in the order first asked", text: plain("place") },
  { name: "trainFlops", title: "FLOPs", hint: "train_flops", text: (run) => formatFlops(run.trainFlops) },
  { name: "dModel", title: "d_model", hint: "width", text: plain("dModel") },
  { name: "numLayers", title: "layers", hint: "num_layers", text: plain("numLayers") },
  { name: "numHeads", title: "heads", hint: "num_heads", text: plain("numHeads") },
  { name: "batchSize", title: "batch", hint: "batch_size, in sequences of 512 tokens", text: plain("batchSize") },
  { name: "learningRate", title: "lr", hint: "learning_rate", text: plain("learningRate") },
  { name: "parameters", title: "N", hint: "12·L·d² parameters", text: (run) => formatCount(run.parameters) },
  {
    name: "tokens",
    title: "tokens",
    hint: "D, what the FLOPs buy at this size",
    text: (run) => formatCount(run.tokens),
  },
  { name: "steps", title: "steps", hint: "optimizer steps", text: (run) => formatCount(run.steps) },
  { name: "loss", title: "loss", hint: "final loss, nats per token", text: (run) => run.loss.toFixed(4) },
];

export interface Sorting {
  readonly column: ColumnName;
  readonly descending: boolean;
}

/** The runs in the order of a column; of equal ones, as they were. */
export function sorted(runs: readonly PageRun[], { column, descending }: Sorting): PageRun[] {
  const sign = descending ? -1 : 1;
  return runs.toSorted((a, b) => sign * (a[column] - b[column]));
}

/** Names a filter may use besides those of the columns. */
const NAMES: ReadonlyMap<string, ColumnName> = new Map([
  ["c", "trainFlops"],
  ["flops", "trainFlops"],
  ["train_flops", "trainFlops"],
  ["d_model", "dModel"],
  ["layers", "numLayers"],
  ["num_layers", "numLayers"],
  ["heads", "numHeads"],
  ["num_heads", "numHeads"],
  ["batch", "batchSize"],
  ["batch_size", "batchSize"],
  ["lr", "learningRate"],
  ["learning_rate", "learningRate"],
  ["n", "parameters"],
  ["d", "tokens"],
  ["tokens", "tokens"],
  ["steps", "steps"],
  ["loss", "loss"],
]);

const CONDITION = /^([a-z_]+)(<=|>=|=|<|>)([\d.]+(?:e[+-]?\d+)?)([kmbt]?)$/;
const SCALE: Readonly<Record<string, number>> = { "": 1, k: 1e3, m: 1e6, b: 1e9, t: 1e12 };
const HOLDS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "=": (a, b) => a === b,
};

/** A filter as it was typed, understood. */
export interface Filter {
  readonly accepts: (run: PageRun) => boolean;
  /** Words that are no condition, as typed. */
  readonly unread: readonly string[];
}

/** Reads conditions such as `loss<4 N>=10M C=1e16`, all of which must hold. Words it cannot read are left out. */
export function parseFilter(text: string): Filter {
  const words = text
    .trim()
    .split(/[\s,]+/)
    .filter(Boolean);
  const conditions: ((run: PageRun) => boolean)[] = [];
  const unread: string[] = [];
  for (const word of words) {
    const [, name = "", operator = "", digits = "", suffix = ""] = CONDITION.exec(word.toLowerCase()) ?? [];
    const column = NAMES.get(name);
    const value = Number(digits) * SCALE[suffix]!;
    if (column && Number.isFinite(value)) conditions.push((run) => HOLDS[operator]!(run[column], value));
    else unread.push(word);
  }
  return { accepts: (run) => conditions.every((holds) => holds(run)), unread };
}
