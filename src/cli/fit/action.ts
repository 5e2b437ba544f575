import { courseFile } from "../../fit/course-data.ts";
import type { FitOptions } from "../../fit/fitter.ts";
import { METHODS } from "../../fit/fitter.ts";
import { FITTERS } from "../../fit/methods/index.ts";
import { readRunsTable } from "../../fit/runs-table.ts";
import type { RunsTable } from "../../fit/table-run.ts";
import { unknownName } from "../../task/errors.ts";
import type { Terminal } from "../command.ts";
import type { FitCommandOptions } from "../fit.ts";
import { readTextFile } from "../text-file.ts";
import { fitsJson } from "./json.ts";
import { printFits } from "./print.ts";

/** What is known of the runs that were fitted, for a report. */
export interface FittedRuns {
  readonly source: string;
  readonly table: RunsTable;
  /** True when the runs come from the course's law, whose optimum is known. */
  readonly course: boolean;
}

/** Reads the runs, fits them, prints, and writes the figures. */
export async function runFit(source: string, options: FitCommandOptions, terminal: Terminal): Promise<void> {
  const generated = source === "course";
  const text = generated ? JSON.stringify(courseFile()) : readTextFile(source, "runs table");
  const columns = options.weights === undefined ? options.columns : { ...options.columns, weight: options.weights };
  const table = readRunsTable(text, { ...(columns && { columns }), keepAll: options.keepAll ?? false });
  const fits = fittersOf(options.method ?? "minimum").map((fitter) => fitter.fit(table.runs, fitOptions(options)));
  const runs = { source: generated ? "the course's synthetic data set" : source, table, course: isCourseTable(table) };
  const targets = options.target ?? [];
  if (options.plot !== undefined) {
    const { writeFigures } = await import("./figures.ts");
    for (const path of writeFigures(options.plot, fits, runs, targets)) terminal.err(`wrote ${path}\n`);
  }
  terminal.out(options.json ? `${JSON.stringify(fitsJson(fits, targets), null, 2)}\n` : printFits(fits, runs, targets));
}

/** Whether these are the course's runs, also when they come from its file. */
function isCourseTable({ runs }: RunsTable): boolean {
  const known = courseFile();
  return (
    runs.length === known.length &&
    known.every(
      ({ parameters, compute_budget }, index) => runs[index]!.N === parameters && runs[index]!.C === compute_budget,
    )
  );
}

function fittersOf(method: string): (typeof FITTERS)[number][] {
  if (method === "all") return [...FITTERS];
  const fitter = FITTERS.find(({ name }) => name === method);
  if (!fitter) throw unknownName("method", method, [...METHODS, "all"]);
  return [fitter];
}

function fitOptions({ space, objective, delta, fix, prior }: FitCommandOptions): FitOptions {
  return {
    ...(space && { space }),
    ...(objective && { objective }),
    ...(delta !== undefined && { delta }),
    ...(fix && { fixed: fix }),
    ...(prior && { priors: prior }),
  };
}
