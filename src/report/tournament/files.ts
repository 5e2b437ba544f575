import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { makeFolderOf } from "../../table/files.ts";
import { analyseTournament } from "../../tournament/analysis/analyse.ts";
import type { Analysis } from "../../tournament/analysis/analysis.ts";
import { DrillDownBuilder } from "../../tournament/analysis/drill-down.ts";
import { Columns } from "../../tournament/columns.ts";
import { readTournament, resultsPath, type TournamentFolder } from "../../tournament/folder.ts";
import { jobsOf } from "../../tournament/plan.ts";
import { readResults } from "../../tournament/results-file.ts";
import { leaderboardCsv, RunsCsv } from "./csv.ts";
import { tournamentPage } from "./page.ts";

/** The files of a report. */
export interface ReportFiles {
  readonly page: string;
  readonly json: string;
  readonly csv: string;
  readonly runs: string;
}

/** The files of a report: beside its page, under the page's name. */
export function reportFiles(folder: string, page: string = join(folder, "leaderboard.html")): ReportFiles {
  const base = page.replace(/\.html?$/, "");
  return { page, json: `${base}.json`, csv: `${base}.csv`, runs: `${base}-runs.csv` };
}

/** Writes the page, and the same numbers as JSON and as CSV with one line per strategy and one line per run. */
export async function writeReport(
  folder: string,
  { plan, ranked }: TournamentFolder,
  analysis: Analysis,
  files: ReportFiles,
): Promise<void> {
  makeFolderOf(files.page);
  const jobs = jobsOf(plan);
  const drillDown = new DrillDownBuilder(plan);
  const runs = new RunsCsv(files.runs);
  await readResults(resultsPath(folder), (result) => {
    if (!jobs.delete(result.key) || !ranked.includes(result.strategy)) return;
    drillDown.add(result);
    runs.add(result);
  });
  runs.close();
  writeFileSync(files.page, await tournamentPage(analysis, drillDown.build()));
  writeFileSync(files.json, `${JSON.stringify(analysis, null, 1)}\n`);
  writeFileSync(files.csv, leaderboardCsv(analysis.standings));
}

/** The address of the page on this machine. */
export function pageLink({ page }: ReportFiles): string {
  return pathToFileURL(resolve(page)).href;
}

/** What a folder holds of its tournament so far. */
export interface TournamentSoFar {
  readonly tournament: TournamentFolder;
  readonly analysis: Analysis;
  /** Numbers of the lines of the results file that could not be read. */
  readonly corruptLines: readonly number[];
  /** How many runs have no result yet. */
  readonly missing: number;
}

/**
 * Analyses what a folder holds of its tournament, finished or not.
 *
 * @throws UserError when it holds no tournament.
 */
export async function readReport(folder: string): Promise<TournamentSoFar> {
  const tournament = readTournament(folder);
  const { plan } = tournament;
  const missing = jobsOf(plan);
  const columns = new Columns(plan.entrants.length, plan.worlds.length, plan.repetitions);
  const { corruptLines } = await readResults(resultsPath(folder), (result) => {
    const place = missing.get(result.key);
    if (place && missing.delete(result.key)) columns.add(result, place);
  });
  const analysis = analyseTournament(tournament, columns);
  return { tournament, analysis, corruptLines, missing: missing.size };
}
