import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { tournamentPage } from "../../report/tournament/page.ts";
import { analyse } from "../../tournament/analysis/analyse.ts";
import type { Analysis } from "../../tournament/analysis/analysis.ts";
import { DrillDownBuilder } from "../../tournament/analysis/drill-down.ts";
import type { Columns } from "../../tournament/columns.ts";
import { resultsPath, type TournamentFolder } from "../../tournament/folder.ts";
import { jobsOf } from "../../tournament/plan.ts";
import { readResults } from "../../tournament/results-file.ts";
import { leaderboardCsv } from "./csv.ts";
import { RunsCsv } from "./runs-csv.ts";

/** The analysis of a tournament's numbers. */
export function analyseColumns({ manifest, plan, ranked }: TournamentFolder, columns: Columns): Analysis {
  const names = plan.entrants.map(({ name }) => name);
  const control = manifest.control === undefined ? -1 : names.indexOf(manifest.control);
  return analyse({
    manifest,
    columns,
    worlds: plan.worlds,
    names,
    ranked: ranked.map((name) => names.indexOf(name)),
    ...(control < 0 ? {} : { control }),
  });
}

/** The files of a report. */
export interface ReportFiles {
  readonly page: string;
  readonly json: string;
  readonly csv: string;
  readonly runs: string;
}

/** Where a report goes: beside its page, under the page's name. */
export function reportFiles(folder: string, page: string = join(folder, "leaderboard.html")): ReportFiles {
  const base = page.replace(/\.html?$/, "");
  return { page, json: `${base}.json`, csv: `${base}.csv`, runs: `${base}-runs.csv` };
}

/** Writes the page, and the same numbers as JSON and CSV: one line for each strategy, and one for each run. */
export async function writeReport(
  folder: string,
  { plan, ranked }: TournamentFolder,
  analysis: Analysis,
  files: ReportFiles,
): Promise<void> {
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
