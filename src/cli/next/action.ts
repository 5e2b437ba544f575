import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkedStrategy } from "../../experiment/checked-strategy.ts";
import { loadStrategy } from "../../experiment/load-strategy.ts";
import { type NextPlan, nextRuns } from "../../experiment/next/plan.ts";
import { type AnyStrategy, isProgram } from "../../experiment/session.ts";
import { pooledExperiments } from "../../fit/pooled.ts";
import { writeFigure } from "../../report/figure-files.ts";
import { nextFigure } from "../../report/figures/next.ts";
import { makeFolder, makeFolderOf, readTextFile } from "../../table/files.ts";
import { type Rows, readRows } from "../../table/rows.ts";
import { categoriesOf, groupRows, type RunsTable, runsTable } from "../../table/runs.ts";
import { parseJsonDocument } from "../../task/document.ts";
import { UserError } from "../../task/errors.ts";
import { toWire } from "../../task/stanford-2025/wire.ts";
import { givenSpaceSchema } from "../../task/task-schema.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { type FigureOptions, figureStyle } from "../figure-options.ts";
import { folderNames, groupName, labeled } from "../fit/groups.ts";
import { serveProgram } from "../serve-program.ts";
import { rowProgress, sourceName, type TableOptions, tableFacts, tableJson, tableSources } from "../table-options.ts";
import { csvText, type PlannedGroup } from "./csv.ts";
import { nextText } from "./print.ts";

/** The options of `isoflop next`, parsed. */
export interface NextCommandOptions extends CommonOptions, TableOptions, FigureOptions {
  readonly budget: number;
  readonly target: number;
  readonly parallel: number;
  readonly strategy: string;
  readonly searchSpace?: string;
  readonly by?: readonly string[];
  readonly csv?: string;
  readonly plot?: string;
}

/** Reads the runs, plans the next ones, prints them and writes the files. */
export async function runNext(
  paths: readonly string[],
  options: NextCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const { columns, where, by, csv, plot } = options;
  const space =
    options.searchSpace === undefined
      ? {}
      : parseJsonDocument(givenSpaceSchema, readTextFile(options.searchSpace, "search space"), options.searchSpace);
  if (csv !== undefined) makeFolderOf(csv);
  if (plot !== undefined) makeFolder(plot);
  const rows = readRows(tableSources(paths), { columns, where, onRows: rowProgress(terminal) });
  const groups = by ? groupRows(rows, by) : [{ rows }];
  const loaded = await loadStrategy(options.strategy, { serve: serveProgram(), onError: terminal.err });
  const strategy = isProgram(loaded) ? loaded : checkedStrategy(loaded);
  const planned: PlannedGroup[] = [];
  for (const group of groups) {
    const table = runsTable(group.rows, { keepAll: true });
    const plan = await inGroup(group, () => planOf(table, { ...options, strategy }, space));
    planned.push({ ...("by" in group && { by: group.by }), table, plan });
  }
  if (csv !== undefined) {
    writeFileSync(csv, csvText(planned));
    terminal.err(`wrote ${csv}\n`);
  }
  if (plot !== undefined) {
    const names = folderNames(planned.map((group) => group.by ?? {}));
    for (const [i, { table, plan, by: values }] of planned.entries()) {
      const path = join(plot, values ? `next-${names[i]}` : "next");
      const files = writeFigure(path, nextFigure(table.runs, plan), figureStyle(options));
      terminal.err(files.map((file) => `wrote ${file}\n`).join(""));
    }
  }
  if (options.json) {
    const documents = planned.map(({ by: values, table, plan }) => ({
      ...(values && { by: values }),
      ...planJson(plan),
      ...tableJson(table),
    }));
    terminal.out(`${JSON.stringify(by ? { groups: documents } : documents[0], null, 2)}\n`);
    return;
  }
  const source = sourceName(paths);
  for (const { by: values, table, plan } of planned) {
    if (values) terminal.out(`== ${groupName(values)}\n`);
    terminal.out(nextText(plan, table.runs, tableFacts(table), { ...options, source, paths, by: values }));
  }
}

async function planOf(
  table: RunsTable,
  options: Omit<NextCommandOptions, "strategy"> & { readonly strategy: AnyStrategy },
  space: NonNullable<Parameters<typeof nextRuns>[1]["space"]>,
) {
  const pooled =
    pooledExperiments(labeled(table))?.replace("fit one with", "plan for one with") ?? contradictions(table);
  if (pooled !== undefined) throw new UserError(pooled);
  const { budget, target, parallel, strategy, seed } = options;
  return nextRuns(table.runs, { budget, target, parallel, strategy, seed, space });
}

/** Losses of one configuration that differ by more than this share are no seeds of one experiment. */
const SEEDS = 0.02;
/** Share of the runs that may contradict others. */
const CONTRADICTED = 0.1;

/** A sentence on a table whose rows of equal N, D, C and recipe have losses of several experiments. */
function contradictions(table: RunsTable): string | undefined {
  const { runs, label } = table;
  const cells = [
    ...Map.groupBy(
      runs,
      ({ N, D, C, learningRate, batchSize }) => `${N}/${D}/${C}/${learningRate}/${batchSize}`,
    ).values(),
  ].filter((cell) => {
    const losses = cell.map(({ loss }) => loss).toSorted((a, b) => a - b);
    return losses.at(-1)! > losses[0]! * (1 + SEEDS);
  });
  const rows = cells.flat();
  if (rows.length <= CONTRADICTED * runs.length) return undefined;
  const columns = categoriesOf(table).filter(({ column }) =>
    cells.some((cell) => new Set(cell.map(({ row }) => label(row, column))).size > 1),
  );
  const advice =
    columns.length > 0
      ? `; plan for each with --by "${columns.map(({ column }) => column).join(",")}", or for one with --where "${columns[0]!.column}=${label(rows[0]!.row, columns[0]!.column)}"`
      : "; give one experiment alone (--where)";
  return `${rows.length} of ${runs.length} rows have the size, tokens and recipe of another row but a loss more than ${100 * SEEDS} % apart: the table pools experiments${advice}`;
}

/** Names the group in errors. */
async function inGroup<Result>(
  group: { readonly by?: Readonly<Record<string, string>>; readonly rows: Rows },
  plan: () => Promise<Result>,
): Promise<Result> {
  try {
    return await plan();
  } catch (error) {
    if (!(error instanceof UserError) || !group.by) throw error;
    throw new UserError(`${groupName(group.by)}: ${error.message}`);
  }
}

function planJson({ now, runs, ...rest }: NextPlan) {
  const configOf = (config: NextPlan["now"]["config"]) => {
    const { batch_size, learning_rate, ...shape } = toWire(config);
    return rest.recipes ? { ...shape, batch_size, learning_rate } : shape;
  };
  return {
    ...rest,
    now: { ...now, config: configOf(now.config) },
    runs: runs.map((run) => ({ ...run, config: configOf(run.config) })),
  };
}
