import { rowsText } from "../../table/cells.ts";
import { type DroppedRow, type Rows, readRows } from "../../table/rows.ts";
import type { Setting, TableRun } from "../../table/run-reader.ts";
import { lastName } from "../../table/runs.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { type Field, identityOf, type RunConfig } from "../../task/configuration.ts";
import { UserError } from "../../task/errors.ts";
import { WIRE_NAMES } from "../../task/stanford-2025/wire.ts";

/** One answer of a training API, as a table records it. */
export interface Answer {
  readonly config: RunConfig;
  readonly loss: number;
  /** The row it came from, counted from 1, on through all tables. */
  readonly row: number;
  /** Whose run it is, where the table says so. */
  readonly source?: string;
  /** The course's year, where the table says so: the endpoint of 2024 answers without flooring. */
  readonly edition?: number;
}

/** Answers understood; every row is in `answers` or named in `dropped`. */
export interface AnswerTable {
  readonly answers: readonly Answer[];
  readonly dropped: readonly DroppedRow[];
  /** Notes for the reader on the rows that were kept, and on how they were read. */
  readonly notes: readonly string[];
  /** Which column was used for which quantity. */
  readonly columns: Rows["columns"];
}

/** What an answer has besides its budget and loss. */
export const ANSWER_SETTINGS: readonly Setting[] = [
  "d_model",
  "num_layers",
  "num_heads",
  "batch_size",
  "learning_rate",
];
/** How far N and D columns may be from the API's own arithmetic. */
const TOLERANCE = 0.01;

/**
 * Whether rows are answers of a training API: every field of a configuration under the API's names, and N and D, where
 * there are columns of them, as the API computes them. A table with an N or D of its own is one of runs.
 */
export function areAnswers({ found, runs }: Rows): boolean {
  if (!ANSWER_SETTINGS.every((setting) => lastName(found[setting]?.name) === setting)) return false;
  if (lastName(found.C?.name) !== WIRE_NAMES.trainFlops) return false;
  const near = (value: number, expected: number) => Math.abs(value / expected - 1) <= TOLERANCE;
  return runs.every((run) => {
    const size = sizeOf(run);
    return (!found.N || near(run.N, size)) && (!found.D || near(run.D, run.C / (6 * size)));
  });
}

function sizeOf({ dModel = Number.NaN, numLayers = Number.NaN }: TableRun): number {
  return nonEmbeddingParameters({ dModel, numLayers });
}

/** Reads answers of a training API from the texts of tables; throws as `answersOf` does. */
export function readAnswerTable(...texts: readonly string[]): AnswerTable {
  const sources = texts.map((text, i) => ({ name: `table ${i + 1}`, text }));
  return answersOf(readRows(sources, { required: ANSWER_SETTINGS }));
}

/**
 * Rows as answers of a training API with all their hyperparameters. A row without one of them is dropped and named; an
 * answer given twice counts once; of one configuration with two losses both are kept and named, since both were measured.
 *
 * @throws UserError when no row is left.
 */
export function answersOf({ runs, dropped: before, notes: reading, label, names, columns }: Rows): AnswerTable {
  const answers: Answer[] = [];
  const dropped = [...before];
  const seen = new Map<string, Answer>();
  const conflicting: number[] = [];
  const has = { source: names.includes("source"), edition: names.includes("edition") };
  for (const run of runs) {
    const { row, loss } = run;
    const config = configOf(run);
    if (typeof config === "string") {
      dropped.push({ row, reason: `${config} is missing or not finite` });
      continue;
    }
    const edition = has.edition ? Number.parseInt(label(row, "edition"), 10) : Number.NaN;
    const source = has.source ? label(row, "source") : "";
    const answer = { config, loss, row, ...(source && { source }), ...(edition > 0 && { edition }) };
    const key = `${answer.edition ?? ""}/${identityOf(config)}`;
    const earlier = seen.get(key);
    if (earlier?.loss === loss) {
      dropped.push({ row, reason: "repeats an earlier row" });
      continue;
    }
    if (earlier) conflicting.push(row);
    else seen.set(key, answer);
    answers.push(answer);
  }
  if (answers.length === 0) throw new UserError(`no row can be used: ${dropped[0]?.reason}`);
  const notes =
    conflicting.length > 0
      ? [`${rowsText(conflicting)}: the configuration of an earlier row but another loss; both were kept`]
      : [];
  return { answers, dropped: dropped.toSorted((a, b) => a.row - b.row), notes: [...notes, ...reading], columns };
}

/** The configuration of a run, or the field it lacks. */
function configOf({ dModel, numLayers, numHeads, batchSize, learningRate, C }: TableRun): RunConfig | string {
  const config = { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops: C };
  const missing = Object.entries(config).find(([, value]) => value === undefined);
  return missing ? WIRE_NAMES[missing[0] as Field] : (config as RunConfig);
}
