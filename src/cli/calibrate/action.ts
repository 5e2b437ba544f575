import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { isAnswerTable, readAnswerTable } from "../../surface/calibration/answer-table.ts";
import type { CalibratedLaw } from "../../surface/calibration/calibrated-law.ts";
import { type Calibration, calibrateAnswers, calibrateRuns } from "../../surface/calibration/family.ts";
import { calibratedLaw } from "../../surface/calibration/laws/index.ts";
import type { Columns } from "../../table/columns.ts";
import { makeFolderOf, readTextFile } from "../../table/files.ts";
import { readRunsTable } from "../../table/runs.ts";
import { parseTable } from "../../table/text.ts";
import { UserError } from "../../task/errors.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { progressBar } from "../progress.ts";
import { groupsJson, printCalibration, reasons, type TableReport } from "./print.ts";

/** The options of `isoflop calibrate`, parsed. */
export interface CalibrateOptions extends CommonOptions {
  readonly law?: string;
  readonly columns?: Columns;
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
export async function runCalibrate(source: string, options: CalibrateOptions, terminal: Terminal): Promise<void> {
  const text = readTextFile(source, "runs table");
  if (options.out !== undefined) makeFolderOf(options.out);
  const { draws = options.out === undefined ? 0 : DRAWS } = options;
  const progress = progressBar(terminal, 1 + draws, "fits");
  let fits = 0;
  let calibrated: ReturnType<typeof calibrateText>;
  try {
    calibrated = calibrateText(text, source, { ...options, draws }, () => progress.update(++fits));
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
      ? `${JSON.stringify({ law, parameters, rms, groups: groupsJson(groups), draws: calibration.draws, task, rows: { kept, dropped, notes } }, null, 2)}\n`
      : printCalibration(calibration, table),
  );
}

function calibrateText(
  text: string,
  source: string,
  {
    law: lawName,
    columns,
    fix,
    out,
    draws,
    budget,
    target,
    batch,
    seed,
  }: CalibrateOptions & { readonly draws: number },
  onFit: () => void,
): { readonly calibration: Calibration; readonly table: TableReport } {
  const options = {
    ...(fix && { fixed: fix }),
    draws,
    ...(budget !== undefined && { budget }),
    ...(target !== undefined && { target }),
    ...(batch && { batch }),
    seed,
    name: familyName(out ?? source),
    onFit,
  };
  if (!columns && isAnswerTable(parseTable(text))) {
    const { answers, dropped, notes } = readAnswerTable(text);
    const law = calibratedLaw("answers", lawName);
    const calibration = namingDropped(dropped, () => calibrateAnswers(answers, { ...options, law }));
    return {
      calibration,
      table: { source, kept: answers.length, dropped, notes: [...notes, ...atBounds(law, calibration)] },
    };
  }
  const { runs, dropped, notes, accounting } = readRunsTable(text, {
    keepAll: true,
    dropUnusable: true,
    ...(columns && { columns }),
  });
  const law = calibratedLaw("runs", lawName);
  const calibration = namingDropped(dropped, () => calibrateRuns(runs, { ...options, law }));
  return {
    calibration,
    table: { source, kept: runs.length, dropped, notes: [accounting, ...notes, ...atBounds(law, calibration)] },
  };
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
    throw new UserError(`${error.message}; dropped ${reasons(dropped).join("; ")}`);
  }
}

/** A name a world may have, from a file's. */
function familyName(file: string): string {
  const plain = basename(file)
    .replace(/\.\w+$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return plain || "family";
}
