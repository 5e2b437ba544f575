import type { Command } from "commander";
import { UserError } from "../task/errors.ts";
import { isoflopCommand, type Terminal } from "./command.ts";

interface ReportOptions {
  readonly json?: true;
  readonly out?: string;
}

/** `isoflop report`: the page, JSON and CSV of a tournament, finished or not. Plays nothing. */
export function reportCommand(terminal: Terminal): Command {
  return isoflopCommand("report", "rewrite the report of a tournament")
    .argument("<dir>")
    .option("--out <file>", "the page; JSON and CSV go beside it (default: DIR/leaderboard.html)")
    .addHelpText("after", "\nExamples:\n  isoflop report isoflop-results/course --out report.html\n")
    .action(async (folder: string, options: ReportOptions) => runReport(folder, options, terminal));
}

async function runReport(folder: string, { json, out }: ReportOptions, terminal: Terminal): Promise<void> {
  const { pageLink, readReport, reportFiles, writeReports } = await import("../report/tournament/files.ts");
  const { printTournament } = await import("./compare/print.ts");
  const report = await readReport(folder);
  const { tournament, analysis, corruptLines, missing } = report;
  const { command, suite, worlds, repetitions } = tournament.manifest;
  if (corruptLines.length > 0)
    terminal.err(
      `isoflop: skipped ${corruptLines.length} corrupt line(s) of the results, the first is ${corruptLines[0]}\n`,
    );
  if (missing > 0) terminal.err(`isoflop: ${missing} runs are missing; to play them: ${command}\n`);
  if (analysis.cells.complete === 0)
    throw new UserError(`"${folder}" has no world that every strategy has played; to continue: ${command}`);
  const files = reportFiles(folder, out);
  await writeReports(folder, report, files);
  terminal.out(
    json
      ? `${JSON.stringify({ suite, worlds, repetitions, strategies: analysis.standings, files })}\n`
      : `${printTournament(report.blocks, terminal.columns)}The page: ${pageLink(files)}\n`,
  );
}
