import type { TableRun } from "../../table/run-reader.ts";
import { categoriesOf, type RunsTable } from "../../table/runs.ts";

/** The values of columns that the runs of a group share. */
export type Group = Readonly<Record<string, string>>;

/** A group in words. */
export function groupName(by: Group): string {
  return Object.entries(by)
    .map(([column, value]) => `${column}=${value || "(empty)"}`)
    .join(", ");
}

/** A folder's name for each group; of groups that would share one, with a number. */
export function folderNames(groups: readonly Group[]): string[] {
  const taken = new Set<string>();
  return groups.map((by) => {
    const name =
      Object.values(by)
        .join("-")
        .replace(/[^\w.-]+/g, "-")
        .replace(/^\.+/, "") || "empty";
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name}-${n}`;
    taken.add(free.toLowerCase());
    return free;
  });
}

/**
 * The runs with what other columns say of them, by which a fit notices that they pool experiments: words, and numbers of
 * which most sizes and budgets were run with several, such as a weight decay.
 */
export function labeled(table: RunsTable): readonly TableRun[] {
  const { learning_rate: _, batch_size: __, ...columns } = table.columns;
  const categories = categoriesOf({ ...table, columns }).filter(
    ({ values }) => values.some((value) => Number.isNaN(Number(value))) || mostlyVaried(table.runs, values),
  );
  if (categories.length === 0) return table.runs;
  return table.runs.map((run, i) => ({
    ...run,
    labels: Object.fromEntries(categories.map(({ column, values }) => [column, values[i]!])),
  }));
}

/** Whether most runs share their N, D and C with a run of another value. */
function mostlyVaried(runs: readonly TableRun[], values: readonly string[]): boolean {
  const cells = [...Map.groupBy(runs.keys(), (i) => `${runs[i]!.N}/${runs[i]!.D}/${runs[i]!.C}`).values()];
  const varied = cells.filter((cell) => new Set(cell.map((i) => values[i])).size > 1);
  return varied.reduce((sum, cell) => sum + cell.length, 0) > runs.length / 2;
}
