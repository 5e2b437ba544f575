import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { packageRoot } from "../../flight/code-hash.ts";
import { anyQuestionOf } from "../../surface/any-world.ts";
import { makeFolderOf } from "../../table/files.ts";
import type { Analysis } from "../../tournament/analysis/analysis.ts";
import { analyzeTournament } from "../../tournament/analysis/analyze.ts";
import { DrillDownBuilder } from "../../tournament/analysis/drill-down.ts";
import { Columns } from "../../tournament/columns.ts";
import { type QuestionBlock, readTournament, resultsPath, type TournamentFolder } from "../../tournament/folder.ts";
import { jobsOf } from "../../tournament/plan.ts";
import { claimOf, tournamentOfBlock } from "../../tournament/questions.ts";
import { readResults } from "../../tournament/results-file.ts";
import { leaderboardCsv, RunsCsv } from "./csv.ts";
import { type BlockReport, tournamentPage } from "./page.ts";

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
  blocks: readonly BlockReport[] = [],
  claim?: string,
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
  writeFileSync(
    files.page,
    await tournamentPage(analysis, drillDown.build(), blocks, { claim, championPage: championPage(files) }),
  );
  writeFileSync(files.json, `${JSON.stringify(analysis, null, 1)}\n`);
  writeFileSync(files.csv, leaderboardCsv(analysis.standings));
}

/** The champion's page of a checkout, seen from the page of a report; undefined where there are no docs. */
function championPage({ page }: ReportFiles): string | undefined {
  const docs = join(packageRoot(fileURLToPath(import.meta.url)), "docs/champion.md");
  return existsSync(docs)
    ? relative(dirname(resolve(page)), docs)
        .split(sep)
        .join("/")
    : undefined;
}

/** The address of the page on this machine. */
export function pageLink({ page }: ReportFiles): string {
  return pathToFileURL(resolve(page)).href;
}

/** The files of a further block: beside those of the first. */
function blockFiles({ page }: ReportFiles, index: number, { question }: QuestionBlock): ReportFiles {
  return index === 0
    ? reportFiles("", page)
    : reportFiles("", page.replace(/(\.html?)?$/, `-${index + 1}-${question}.html`));
}

/** Writes the report of every block; the first page shows who leads in each and links to the others. */
export async function writeReports(
  folder: string,
  { tournament, blocks }: Pick<TournamentSoFar, "tournament" | "blocks">,
  files: ReportFiles,
): Promise<void> {
  const reports = blocks.map(
    (block, i): BlockReport => ({ ...block, page: basename(blockFiles(files, i, block.block).page) }),
  );
  for (const [i, { block, analysis, claim }] of blocks.entries()) {
    const part = tournamentOfBlock(tournament, block);
    await writeReport(folder, part, analysis, blockFiles(files, i, block), blocks.length > 1 ? reports : [], claim);
  }
}

/** What a folder holds of its tournament so far. */
export interface TournamentSoFar {
  readonly tournament: TournamentFolder;
  /** Of the first block. */
  readonly analysis: Analysis;
  readonly blocks: readonly { readonly block: QuestionBlock; readonly analysis: Analysis; readonly claim?: string }[];
  /** Numbers of the lines of the results file that could not be read. */
  readonly corruptLines: readonly number[];
  /** How many runs have no result yet. */
  readonly missing: number;
}

/**
 * Analyzes what a folder holds of its tournament, finished or not.
 *
 * @throws UserError when it holds no tournament.
 */
export async function readReport(folder: string): Promise<TournamentSoFar> {
  const tournament = readTournament(folder);
  const blocks = blocksOf(tournament).map((block) => {
    const part = tournamentOfBlock(tournament, block);
    const { entrants, worlds, repetitions } = part.plan;
    return { block, part, jobs: jobsOf(part.plan), columns: new Columns(entrants.length, worlds.length, repetitions) };
  });
  const { corruptLines } = await readResults(resultsPath(folder), (result) => {
    for (const { jobs, columns } of blocks) {
      const place = jobs.get(result.key);
      if (place && jobs.delete(result.key)) columns.add(result, place);
    }
  });
  const missing = blocks.reduce((sum, { jobs }) => sum + jobs.size, 0);
  const analyzed = blocks.map(({ block, part, columns }) => {
    const analysis = analyzeTournament(part, columns);
    const claim = claimOf(block, analysis);
    return { block, analysis, ...(claim !== undefined && { claim }) };
  });
  return { tournament, analysis: analyzed[0]!.analysis, blocks: analyzed, corruptLines, missing };
}

function blocksOf({ plan, manifest, blocks }: TournamentFolder): readonly QuestionBlock[] {
  const [world] = plan.worlds;
  const worlds = plan.worlds.map(({ name }) => name);
  return blocks ?? [{ question: world ? anyQuestionOf(world) : "course", suite: manifest.suite, worlds }];
}
