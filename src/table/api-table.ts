import { FIELDS, identityOf, type RunConfig } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { bestPerSize, pointOf } from "../task/run-point.ts";
import { WIRE_NAMES } from "../task/stanford-2025/wire.ts";
import { lossIn, positiveIn, rowsText } from "./cells.ts";
import { requirePresent } from "./columns.ts";
import { faultIn } from "./row-fault.ts";
import type { DroppedRow, RunsTable, RunsTableOptions, TableRun } from "./table-run.ts";
import type { RawTable } from "./table-text.ts";

/** Whether a table holds answers of the training API: a shape, a budget and a loss in every row. */
export function isApiTable(columns: readonly string[]): boolean {
  return [WIRE_NAMES.dModel, WIRE_NAMES.numLayers, WIRE_NAMES.trainFlops, "loss"].every((name) =>
    columns.includes(name),
  );
}

/**
 * Answers of the training API as runs: N = 12·L·d², D = C/(6N), the lowest loss per N and C unless all are kept. A
 * configuration answered twice is used once: the API never changes an answer.
 *
 * @throws UserError when a configuration has two losses, or a mapped column is missing or has no part in such a table.
 */
export function apiRuns(
  table: RawTable,
  { columns = {}, keepAll = false, dropUnusable = false }: RunsTableOptions,
): RunsTable {
  requirePresent(table.columns, columns);
  for (const quantity of ["D", "C"] as const)
    if (columns[quantity] !== undefined)
      throw new UserError(
        `${quantity}=${columns[quantity]} cannot be used: in a table of API answers N = 12·num_layers·d_model² and C = train_flops, unless N is mapped too`,
      );
  const { loss: lossColumn = "loss", weight } = columns;
  const present = FIELDS.map((field) => WIRE_NAMES[field] as string).filter((name) => table.columns.includes(name));
  const dropped: DroppedRow[] = [];
  const seen = new Map<string, TableRun>();
  for (const [index, cells] of table.rows.entries()) {
    const row = index + 1;
    const fault = dropUnusable ? faultIn(cells, [...present, lossColumn], row) : undefined;
    if (fault !== undefined) {
      dropped.push({ row, reason: fault });
      continue;
    }
    const config = configIn(cells, row);
    const loss = lossIn(cells[lossColumn], row, lossColumn);
    if (!Number.isFinite(loss)) {
      dropped.push({ row, reason: `${lossColumn} is not finite` });
      continue;
    }
    const earlier = seen.get(identityOf(config));
    const counts = weight === undefined ? {} : { weight: positiveIn(cells[weight], row, weight) };
    if (!earlier) seen.set(identityOf(config), { ...pointOf({ ...config, loss }), row, ...counts });
    else if (earlier.loss === loss) dropped.push({ row, reason: `repeats row ${earlier.row}` });
    else
      throw new UserError(
        `row ${row}, column ${lossColumn}: ${loss} contradicts row ${earlier.row}, where the same configuration got ${earlier.loss}; remove one of them`,
      );
  }
  const all = [...seen.values()];
  if (all.length === 0)
    throw new UserError(
      dropUnusable ? `no row can be used: ${dropped[0]?.reason}` : `no row has a finite ${lossColumn}`,
    );
  const runs = keepAll ? all : bestPerSize(all);
  const kept = new Set(runs);
  for (const { row } of all.filter((run) => !kept.has(run)))
    dropped.push({ row, reason: "another setting of the same N and C has a lower loss" });
  const notes =
    runs.length < all.length ? [`the lowest loss per N and C is used (--keep-all keeps every setting)`] : [];
  const few = runs.filter((run) => run.loss > 9).map((run) => run.row);
  if (few.length > 0)
    notes.push(`${rowsText(few)} have a loss above 9, close to the untrained 10.5: such budgets say nothing of a law`);
  return {
    runs,
    dropped,
    notes,
    accounting: "N = 12·num_layers·d_model², C = train_flops, D = C/(6N) (the handout's)",
  };
}

/** The configuration of a row; a field the table lacks is 0, which tells no two rows apart. */
function configIn(cells: RawTable["rows"][number], row: number): RunConfig {
  const entries = FIELDS.map((field) => {
    const column = WIRE_NAMES[field];
    return [field, cells[column] === undefined ? 0 : positiveIn(cells[column], row, column)];
  });
  const config = Object.fromEntries(entries) as unknown as RunConfig;
  for (const field of ["dModel", "numLayers", "trainFlops"] as const)
    if (config[field] === 0) throw new UserError(`row ${row}, column ${WIRE_NAMES[field]}: missing`);
  return config;
}
