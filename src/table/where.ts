import { UserError, unknownName } from "../task/errors.ts";
import type { RunPoint } from "../task/run-point.ts";
import { type Cell, cellText, NumberReader, type RawTable } from "./cells.ts";
import { columnIndex, type FoundColumns } from "./columns.ts";

/** No condition is longer. */
const LONGEST = 1000;
const OPERATORS = ["=", "!=", "<", "<=", ">", ">="] as const;
type Operator = (typeof OPERATORS)[number];

/** A condition that rows must meet: `state=finished`, `C<1e21`. */
export interface Condition {
  /** As it was given. */
  readonly text: string;
  readonly name: string;
  readonly operator: Operator;
  readonly value: string;
}

/** Quantities of a run that a condition may name independently of their columns' names. */
const OF_RUNS = ["N", "D", "C", "loss"] as const;

/**
 * Parses `NAME=VALUE`, also with !=, <, <=, > or >=; a name or a value may stand between quotes.
 *
 * @throws UserError for anything else.
 *
 * @example
 * ```ts
 * import { parseCondition, readRunsTable } from "isoflop";
 * const where = [parseCondition("C<1e21")];
 * readRunsTable("N,C,loss\n1e8,1e20,3\n1e9,1e22,2", { where }).runs.length; // 1
 * parseCondition("C"); // throws UserError
 * ```
 */
export function parseCondition(text: string): Condition {
  const match = /^("[^"]+"|'[^']+'|[^=<>!"']+)\s*(==|!=|<>|<=|>=|=|<|>)(?![=<>])(.*)/s.exec(
    text.slice(0, LONGEST).trim(),
  );
  if (!match || text.length > LONGEST)
    throw new UserError(`"${text.slice(0, LONGEST)}" is not a condition such as "state=finished" or "C<1e21"`);
  const [name, sign, value] = match.slice(1) as [string, string, string];
  const operator = sign === "==" ? "=" : sign === "<>" ? "!=" : (sign as Operator);
  const bare = (part: string) => part.trim().replace(/^(["'])((?:(?!\1).)*)\1$/s, "$2");
  const condition = { text, name: bare(name), operator, value: bare(value) };
  if (/[<>]/.test(operator) && Number.isNaN(numberOf(condition.value)))
    throw new UserError(`"${text}": ${operator} needs a number, got "${condition.value}"`);
  return condition;
}

/** Conditions made ready for a table: those on its cells, and those on N, D, C and the loss of the runs in it. */
export interface Filter {
  /** The first condition that a row's cells do not meet. */
  readonly failedByRow: (cells: readonly Cell[]) => Condition | undefined;
  /** The first condition that a run does not meet. */
  readonly failedByRun: (run: RunPoint) => Condition | undefined;
  /** Whether one names this column. */
  readonly names: (column: string) => boolean;
}

/** @throws UserError for a column the table does not have. */
export function filterOf(conditions: readonly Condition[], table: RawTable, found: FoundColumns): Filter {
  const onRuns = conditions.filter(({ name }) => isOfRuns(name));
  const onRows = conditions
    .filter(({ name }) => !isOfRuns(name))
    .map((condition) => {
      const index =
        columnIndex(table, condition.name) ?? (found as Record<string, { index: number }>)[condition.name]?.index;
      if (index === undefined) throw unknownName("column", condition.name, table.columns);
      return { condition, index };
    });
  return {
    failedByRow: (cells) => onRows.find(({ condition, index }) => !meets(cells[index], condition))?.condition,
    failedByRun: (run) => onRuns.find((condition) => !meets(run[condition.name as "N"], condition)),
    names: (column) => onRows.some(({ index }) => table.columns[index] === column),
  };
}

function isOfRuns(name: string): boolean {
  return (OF_RUNS as readonly string[]).includes(name);
}

function meets(cell: Cell, { operator, value }: Condition): boolean {
  const difference = numberOf(cell) - numberOf(value);
  const alike = cellText(cell).toLowerCase() === value.toLowerCase();
  const order = Number.isNaN(difference) && alike ? 0 : difference;
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}

const reader = new NumberReader(false);

function numberOf(cell: Cell): number {
  return reader.parse(cell, "") ?? Number.NaN;
}
