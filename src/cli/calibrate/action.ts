import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { answersOf, areAnswers } from "../../surface/calibration/answer-table.ts";
import type { CalibratedLaw } from "../../surface/calibration/calibrated-law.ts";
import { type Calibration, calibrateAnswers, calibrateRuns } from "../../surface/calibration/family.ts";
import { calibratedLaw } from "../../surface/calibration/laws/index.ts";
import { isJobTable } from "../../surface/stanford-2026/calibration/job-table.ts";
import { makeFolderOf, readTableFile } from "../../table/files.ts";
import { type Rows, readRows } from "../../table/rows.ts";
import { runsTable } from "../../table/runs.ts";
import { UserError } from "../../task/errors.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { progressBar } from "../progress.ts";
import { droppedLines, rowProgress, sourceName, type TableOptions, tableJson, tableSources } from "../table-options.ts";
import { groupsJson, printCalibration, type TableReport } from "./print.ts";

/** The options of `isoflop calibrate`, parsed. */
export interface CalibrateOptions extends CommonOptions, TableOptions {
  readonly law?: string;
  readonly fix?: Readonly<Record<string, number>>;
  readonly draws?: number;
  readonly budget?: number;
  readonly target?: number;
  readonly batch?: number[];
  readonly out?: string;
}

/** Draws of a family unless another number is asked for. */
const DRAWS = 32;

/** Reads the runs, calibrates, prints, and writes the family. */
export async function runCalibrate(
  paths: readonly string[],
  options: CalibrateOptions,
  terminal: Terminal,
): Promise<void> {
  const [path, ...others] = paths;
  const text = path !== undefined && others.length === 0 ? readTableFile(path, "runs table").text : "";
  if (isJobTable(text)) {
    const { calibrateJobTable } = await import("./jobs.ts");
    calibrateJobTable(text, path!, options, terminal);
    return;
  }
  const source = sourceName(paths);
  const { columns: given, where } = options;
  const read = readRows(tableSources(paths), { columns: given, where, onRows: rowProgress(terminal) });
  if (options.out !== undefined) makeFolderOf(options.out);
  const { draws = options.out === undefined ? 0 : DRAWS } = options;
  const progress = progressBar(terminal, 1 + draws, "fits");
  let fits = 0;
  let calibrated: ReturnType<typeof calibrateRows>;
  try {
    calibrated = calibrateRows(read, source, paths, { ...options, draws }, () => progress.update(++fits));
  } finally {
    progress.stop();
  }
  const { calibration, table } = calibrated;
  const { family } = calibration;
  if (options.out !== undefined) {
    writeFileSync(options.out, `${JSON.stringify(family, null, 1)}\n`);
    terminal.err(`wrote ${options.out}\n`);
    const { writeResidualPlot } = await import("./residual-plot.ts");
    for (const path of writeResidualPlot(options.out.replace(/\.json$/, ""), calibration, source))
      terminal.err(`wrote ${path}\n`);
  }
  const task = family.worlds[0]?.task;
  const { law, parameters, rms, groups } = family;
  const { kept, dropped, notes } = table;
  terminal.out(
    options.json
      ? `${JSON.stringify({ law, parameters, rms, groups: groupsJson(groups), draws: calibration.draws, task, ...tableJson(table), rows: { kept, dropped, notes } }, null, 2)}\n`
      : printCalibration(calibration, table),
  );
}

function calibrateRows(
  read: Rows,
  source: string,
  paths: readonly string[],
  { law: lawName, fix, out, draws, budget, target, batch, seed }: CalibrateOptions & { readonly draws: number },
  onFit: () => void,
): { readonly calibration: Calibration; readonly table: TableReport } {
  const options = {
    ...(fix && { fixed: fix }),
    draws,
    ...(budget !== undefined && { budget }),
    ...(target !== undefined && { target }),
    ...(batch && { batch }),
    seed,
    name: familyName(out ?? paths[0]!),
    onFit,
  };
  if (areAnswers(read)) {
    const { answers, dropped, notes, columns } = answersOf(read);
    const law = calibratedLaw("answers", lawName);
    const calibration = namingDropped(dropped, () => calibrateAnswers(answers, { ...options, law }));
    const known = [...notes, ...atBounds(law, calibration)];
    return { calibration, table: { source, kept: answers.length, dropped, notes: known, columns } };
  }
  const { runs, dropped, notes, accounting, columns } = runsTable(read, { keepAll: true });
  const law = calibratedLaw("runs", lawName);
  const calibration = namingDropped(dropped, () => calibrateRuns(runs, { ...options, law }));
  const known = [accounting, ...notes, ...atBounds(law, calibration)];
  return { calibration, table: { source, kept: runs.length, dropped, notes: known, columns } };
}

/** Numbers that were searched for and ended where they may go no further. */
function atBounds({ parameters }: CalibratedLaw, { family }: Calibration): string[] {
  return parameters.flatMap(({ name, held, lower, upper }) => {
    const value = family.parameters[name] as number;
    if (held || (value > lower && value < upper)) return [];
    return [`${name} ended at its limit ${value}: these runs do not determine it`];
  });
}

/** Where too little is left of a table, the rows that were dropped are part of the reason. */
function namingDropped(dropped: TableReport["dropped"], calibrate: () => Calibration): Calibration {
  try {
    return calibrate();
  } catch (error) {
    if (!(error instanceof UserError) || dropped.length === 0) throw error;
    throw new UserError(`${error.message}; dropped ${droppedLines(dropped).join("; ")}`);
  }
}

/** A name a world may have, from a file's. */
function familyName(file: string): string {
  const plain = basename(file)
    .replace(/\.\w+(\.gz)?$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return plain || "family";
}
