import { availableParallelism } from "node:os";
import packageJson from "../../../package.json" with { type: "json" };
import { STRATEGIES } from "../../../strategies/index.ts";
import { contentHash } from "../../experiment/content-hash.ts";
import { pageLink, readReport, reportFiles, writeReports } from "../../report/tournament/files.ts";
import { buildWorld } from "../../surface/build-world.ts";
import type { WorldDocument } from "../../surface/world-document.ts";
import { makeFolder } from "../../table/files.ts";
import { canonicalJson } from "../../task/canonical-json.ts";
import type { Analysis } from "../../tournament/analysis/analysis.ts";
import { Columns, leaders } from "../../tournament/columns.ts";
import { engineVersion } from "../../tournament/engine.ts";
import { type Entrant, loadEntrants, shippedEntrant } from "../../tournament/entrant.ts";
import { type QuestionBlock, resultsPath, type TournamentFolder, writeTournament } from "../../tournament/folder.ts";
import { pilotSeconds } from "../../tournament/pilot.ts";
import type { TournamentPlan } from "../../tournament/plan.ts";
import { blocksOfSuites } from "../../tournament/questions.ts";
import { playTournament, type TournamentStart } from "../../tournament/tournament.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { withHistoryOf } from "../history.ts";
import { onInterrupt } from "../interrupt.ts";
import { leaderboardTable } from "../leaderboard.ts";
import { type LoadedSuite, loadSuite, withCap } from "../load-world.ts";
import { duration, progressBar } from "../progress.ts";
import { overlayOf } from "../recorded-answers.ts";
import { type TableOptions, tableJson, tableOptionsText } from "../table-options.ts";
import { type ExecutorOptions, executorFor } from "./executor.ts";

/** The options of `isoflop compare`, parsed. */
export interface CompareOptions extends CommonOptions, ExecutorOptions, TableOptions {
  /** Absent when not given: `default`, or `full` with --full. */
  readonly suite?: string;
  readonly strategies: string;
  readonly repetitions: number;
  readonly answers?: string;
  readonly history?: string;
  readonly budget?: number;
  readonly workers?: number;
  readonly thinking: number;
  readonly out: string;
  readonly full?: true;
}

/** The control by which regrets are normalized. It is played but not ranked unless it was asked for. */
const CONTROL = "random-affordable";

type Options = CompareOptions & { readonly suite: string };

/** Plays the tournament with a progress bar, prints the leaderboard, and writes the results and the page. */
export async function runCompare(options: Options, terminal: Terminal): Promise<void> {
  const asked = await loadEntrants(options.strategies);
  const control = STRATEGIES.some(({ name }) => name === CONTROL) && !asked.some(({ name }) => name === CONTROL);
  const { worlds: documents, suites, tables } = await suiteOf(options, terminal);
  const tournament = tournamentOf(
    options,
    control ? [...asked, shippedEntrant(CONTROL)] : asked,
    asked,
    documents,
    blocksOfSuites(suites),
  );
  const { plan } = tournament;
  const workers = options.workers ?? availableParallelism();
  const executor = await executorFor(options, plan.entrants, workers, terminal);
  makeFolder(options.out);
  writeTournament(options.out, tournament);
  if (options.full) terminal.err(await pilotLine(plan, workers));

  const columns = new Columns(plan.entrants.length, plan.worlds.length, plan.repetitions);
  const interruption = onInterrupt();
  let progress: ReturnType<typeof progressBar> | undefined;
  let done = 0;
  const runs = plan.entrants.length * plan.worlds.length * plan.repetitions;
  const leading = leaders(columns, tournament);
  const shown = new Set(tournament.blocks![0]!.worlds);
  try {
    await playTournament({
      plan,
      file: resultsPath(options.out),
      executor,
      workers,
      signal: interruption.signal,
      onStart: (start) => {
        terminal.err(startLines(start, resultsPath(options.out)));
        progress = progressBar(terminal, start.jobs, "runs", start.stored);
      },
      onResult: (result, place) => {
        // Questions are never averaged: the first one leads the progress line.
        if (shown.has(plan.worlds[place.world]!.name)) columns.add(result, place);
        done++;
        progress?.update(done, leading(done === runs));
      },
    });
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    progress?.stop();
    terminal.err(
      `\nisoflop: interrupted; ${done} of ${runs} runs are saved in ${options.out}. To resume, run the same command:\n  ${tournament.manifest.command}\n`,
    );
    process.exitCode = 130;
    return;
  } finally {
    interruption.release();
    progress?.stop();
  }

  const report = await readReport(options.out);
  const files = reportFiles(options.out);
  await writeReports(options.out, report, files);
  const { analysis, blocks } = report;
  if (options.json) {
    const { suite, worlds, repetitions } = analysis.manifest;
    const { standings, notApplicable } = analysis;
    const parts = blocks.map((each) => ({
      ...{ question: each.block.question, suite: each.block.suite, worlds: each.analysis.manifest.worlds },
      ...{ leader: each.analysis.standings[0]?.name, claim: each.claim },
      ...{ strategies: each.analysis.standings, notApplicable: each.analysis.notApplicable },
    }));
    const document = { suite, worlds, repetitions, strategies: standings, notApplicable, blocks: parts };
    const read = tables.map(({ file, rows }) => ({ file, ...tableJson(rows) }));
    return terminal.out(`${JSON.stringify(read.length > 0 ? { ...document, tables: read } : document)}\n`);
  }
  for (const { block, analysis: part, claim } of blocks) {
    if (blocks.length > 1) terminal.out(`${block.question}: ${block.suite}\n`);
    printBlock(part, claim, terminal);
  }
  terminal.out(`The page: ${pageLink(files)}\n`);
}

/** The leaderboard of a question, and how sure it is. */
function printBlock(
  { cells, standings, notApplicable, failures, manifest }: Analysis,
  claim: string | undefined,
  terminal: Terminal,
): void {
  terminal.out(leaderboardTable(standings));
  for (const { strategy, worlds } of notApplicable)
    terminal.out(
      `not applicable on ${worlds} of ${manifest.worlds} worlds: ${strategy}: its runs are fixed in advance\n`,
    );
  for (const { strategy, failure, count } of failures) terminal.out(`failed ${count}×: ${strategy}: ${failure}\n`);
  if (claim !== undefined) terminal.out(`\n${claim}\n`);
  terminal.out(
    `${cells.complete * standings.length} ${manifest.source === "replay" ? "replayed" : "simulated"} runs on ${manifest.worlds} worlds${manifest.answers === undefined ? "" : `, with the recorded answers of ${manifest.answers}`}${manifest.history === undefined ? "" : `; every strategy knew the runs of ${manifest.history}`}.\n\n`,
  );
}

async function suiteOf(options: Options, terminal: Terminal): Promise<LoadedSuite> {
  const { suite, answers, history, budget, columns, where } = options;
  const ofTables = { ...(columns && { columns }), ...(where && { where }) };
  const ofSuite = /\b(?:table|replay):/.test(suite) || history === undefined;
  const loaded = await loadSuite(suite, ofSuite ? ofTables : {}, terminal);
  const { worlds: overlaid } = withHistoryOf(history, loaded.worlds.map(overlayOf(answers)), ofTables, terminal);
  if (budget === undefined) return { ...loaded, worlds: overlaid };
  const worlds = overlaid.map((document) => withCap(document, budget, buildWorld(document).task));
  return { ...loaded, worlds };
}

function tournamentOf(
  options: Options,
  entrants: readonly Entrant[],
  ranked: readonly Entrant[],
  worlds: readonly WorldDocument[],
  blocks: readonly QuestionBlock[],
): TournamentFolder {
  const { suite, repetitions, seed, answers, history, budget, thinking } = options;
  const engine = engineVersion();
  return {
    ranked: ranked.map(({ name }) => name),
    blocks,
    plan: { entrants, worlds, repetitions, seed, thinkingSeconds: thinking, engine },
    manifest: {
      version: packageJson.version,
      engine,
      node: process.version,
      source: worlds.every(({ surface }) => surface.base.law === "table") ? "replay" : "simulated",
      suite,
      suiteHash: contentHash(canonicalJson(worlds)),
      worlds: worlds.length,
      repetitions,
      seed,
      ...(answers === undefined ? {} : { answers }),
      ...(history === undefined ? {} : { history }),
      ...(budget === undefined ? {} : { budget }),
      thinkingSeconds: thinking,
      strategies: ranked.map(({ name, kind, hash }) => ({ name, kind, hash })),
      ...(entrants.some(({ name }) => name === CONTROL) ? { control: CONTROL } : {}),
      command: commandLine(options),
    },
  };
}

function commandLine({
  suite,
  strategies,
  repetitions,
  seed,
  answers,
  history,
  budget,
  thinking,
  out,
  columns,
  where,
}: Options): string {
  const quoted = (text: string) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  const cap = budget === undefined ? "" : ` --budget ${budget}`;
  const overlay = answers === undefined ? "" : ` --answers ${quoted(answers)}`;
  const earlier = history === undefined ? "" : ` --history ${quoted(history)}`;
  const table = tableOptionsText({ ...(columns && { columns }), ...(where && { where }) })
    .map(([option, value]) => ` ${option} ${quoted(value)}`)
    .join("");
  return `isoflop compare --suite ${quoted(suite)}${table}${overlay}${earlier} --strategies ${quoted(strategies)} --repetitions ${repetitions} --seed ${seed}${cap} --thinking ${thinking} --out ${quoted(out)}`;
}

function startLines({ jobs, stored, corruptLines, tornLine }: TournamentStart, file: string): string {
  const lines: string[] = [];
  if (tornLine) lines.push(`${file}: the last line was incomplete and has been dropped; its run will be repeated`);
  if (corruptLines.length > 0) {
    const shown = corruptLines.slice(0, 10).join(", ");
    lines.push(
      `${file}: ${corruptLines.length} corrupt line(s), number ${shown}${corruptLines.length > 10 ? ", …" : ""}; their runs will be repeated`,
    );
  }
  if (stored > 0) lines.push(`reusing ${stored} of ${jobs} runs`);
  return lines.map((line) => `isoflop: ${line}\n`).join("");
}

async function pilotLine(plan: TournamentPlan, workers: number): Promise<string> {
  const runs = plan.entrants.length * plan.worlds.length * plan.repetitions;
  const seconds = await pilotSeconds(plan, workers);
  return `isoflop: ${runs} runs on ${plan.worlds.length} worlds; estimated time ${duration(seconds)} with ${workers} workers${plan.entrants.some(({ kind }) => kind === "program") ? ", not counting programs" : ""}\n`;
}
