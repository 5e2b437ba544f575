import { faultIn, numberIn, rowsText } from "../../table/cells.ts";
import { parseTable, type RawTable } from "../../table/text.ts";
import { FIELDS, identityOf, type RunConfig } from "../../task/configuration.ts";
import { UserError } from "../../task/errors.ts";
import { WIRE_NAMES } from "../../task/stanford-2025/wire.ts";

/** One answer of a training API, as a table records it. */
export interface Answer {
  readonly config: RunConfig;
  readonly loss: number;
  /** The row it came from, counted from 1. */
  readonly row: number;
  /** Whose run it is, where the table says so. */
  readonly source?: string;
  /** The course's year, where the table says so: the endpoint of 2024 answers without flooring. */
  readonly edition?: number;
}

/** Answers understood; every row is in `answers` or named in `dropped`. */
export interface AnswerTable {
  readonly answers: readonly Answer[];
  readonly dropped: readonly { readonly row: number; readonly reason: string }[];
  /** What a reader should know of the rows that were kept. */
  readonly notes: readonly string[];
}

/** Columns of an answer, in the order of a configuration's fields. */
const REQUIRED: readonly string[] = [...FIELDS.map((field) => WIRE_NAMES[field]), "loss"];

/** Whether a table has every field of a configuration, and a loss. */
export function isAnswerTable({ columns }: RawTable): boolean {
  return REQUIRED.every((name) => columns.includes(name));
}

/**
 * Reads answers of a training API with all their hyper-parameters. A row with a missing, non-finite or non-positive
 * value is dropped and named; an answer given twice counts once; of one configuration with two losses both are kept and named, since
 * both were measured.
 *
 * @throws UserError when the columns are not those of an API, a cell is no number at all, or no row is left.
 */
export function readAnswerTable(text: string): AnswerTable {
  const table = parseTable(text);
  if (!isAnswerTable(table)) {
    const missing = REQUIRED.filter((name) => !table.columns.includes(name));
    throw new UserError(
      `the table has no column ${missing.join(", ")}: answers of a training API have ${REQUIRED.join(", ")}`,
    );
  }
  const answers: Answer[] = [];
  const dropped: { row: number; reason: string }[] = [];
  const seen = new Map<string, Answer>();
  const conflicting: number[] = [];
  for (const [index, cells] of table.rows.entries()) {
    const answer = answerIn(cells, index + 1);
    if (typeof answer === "string") {
      dropped.push({ row: index + 1, reason: answer });
      continue;
    }
    const key = `${answer.edition ?? ""}/${identityOf(answer.config)}`;
    const earlier = seen.get(key);
    if (earlier?.loss === answer.loss) {
      dropped.push({ row: answer.row, reason: `repeats row ${earlier.row}` });
      continue;
    }
    if (earlier) conflicting.push(answer.row);
    else seen.set(key, answer);
    answers.push(answer);
  }
  if (answers.length === 0) throw new UserError(`no row can be used: ${dropped[0]?.reason}`);
  const notes =
    conflicting.length > 0
      ? [`${rowsText(conflicting)}: the configuration of an earlier row but another loss; both were kept`]
      : [];
  return { answers, dropped, notes };
}

/** The answer in a row, or why it has none. */
function answerIn(cells: RawTable["rows"][number], row: number): Answer | string {
  const fault = faultIn(cells, REQUIRED, row);
  if (fault !== undefined) return fault;
  const read = (column: string) => numberIn(cells[column], row, column);
  const { source, edition } = cells;
  return {
    config: Object.fromEntries(FIELDS.map((field) => [field, read(WIRE_NAMES[field])])) as unknown as RunConfig,
    loss: read("loss"),
    row,
    ...(typeof source === "string" && { source }),
    ...(edition !== undefined && { edition: numberIn(edition, row, "edition") }),
  };
}
