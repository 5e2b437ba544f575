import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { makeFolderOf } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";
import { Columns } from "../../tournament/columns.ts";
import { readTournament, resultsPath } from "../../tournament/folder.ts";
import { jobsOf } from "../../tournament/plan.ts";
import { readResults } from "../../tournament/results-file.ts";
import type { Terminal } from "../command.ts";
import { leaderboardTable } from "../compare/table.ts";
import { analyseColumns, reportFiles, writeReport } from "./write.ts";

/** The options of `isoflop report`, parsed. */
export interface ReportOptions {
  readonly json?: true;
  readonly out?: string;
}

/** Reads what a folder holds of its tournament, finished or not, and writes the report. */
export async function runReport(folder: string, { json, out }: ReportOptions, terminal: Terminal): Promise<void> {
  const tournament = readTournament(folder);
  const { plan, manifest } = tournament;
  const missing = jobsOf(plan);
  const columns = new Columns(plan.entrants.length, plan.worlds.length, plan.repetitions);
  const file = resultsPath(folder);
  const { corruptLines } = await readResults(file, (result) => {
    const place = missing.get(result.key);
    if (place && missing.delete(result.key)) columns.add(result, place);
  });
  if (corruptLines.length > 0)
    terminal.err(
      `isoflop: ${file}: ${corruptLines.length} corrupt line(s) left out, the first is ${corruptLines[0]}\n`,
    );
  if (missing.size > 0) terminal.err(`isoflop: ${missing.size} runs are missing; to play them: ${manifest.command}\n`);
  const analysis = analyseColumns(tournament, columns);
  if (analysis.cells.complete === 0)
    throw new UserError(`"${folder}" has no world that the whole field has played; to go on: ${manifest.command}`);

  const files = reportFiles(folder, out);
  makeFolderOf(files.page);
  await writeReport(folder, tournament, analysis, files);
  if (json) {
    const { suite, worlds, repetitions } = manifest;
    return terminal.out(`${JSON.stringify({ suite, worlds, repetitions, strategies: analysis.standings, files })}\n`);
  }
  terminal.out(leaderboardTable(analysis.standings));
  terminal.out(`\nThe page: ${pathToFileURL(resolve(files.page)).href}\n`);
}
