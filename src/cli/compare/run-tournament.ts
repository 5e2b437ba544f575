import { availableParallelism } from "node:os";
import packageJson from "../../../package.json" with { type: "json" };
import { STRATEGIES } from "../../../strategies/index.ts";
import { contentHash } from "../../experiment/content-hash.ts";
import { pageLink, readReport, reportFiles, writeReports } from "../../report/tournament/files.ts";
import { isReplayed } from "../../surface/any-world.ts";
import { buildWorld } from "../../surface/build-world.ts";
import type { AnyWorldDocument } from "../../surface/world.ts";
import { makeFolder } from "../../table/files.ts";
import { canonicalJson } from "../../task/canonical-json.ts";
import { shellWord } from "../../task/errors.ts";
import { Columns } from "../../tournament/columns.ts";
import { engineVersion } from "../../tournament/engine.ts";
import { type Entrant, loadEntrants, shippedEntrant } from "../../tournament/entrant.ts";
import { type QuestionBlock, resultsPath, type TournamentFolder, writeTournament } from "../../tournament/folder.ts";
import { pilotSeconds } from "../../tournament/pilot.ts";
import type { TournamentPlan } from "../../tournament/plan.ts";
import { previewWorlds } from "../../tournament/preview.ts";
import { blocksOfSuites } from "../../tournament/questions.ts";
import { playTournament, type TournamentStart } from "../../tournament/tournament.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { withHistoryOf } from "../history.ts";
import { onInterrupt } from "../interrupt.ts";
import { type LoadedSuite, loadSuite, withCap, worldsOfFlops } from "../load-world.ts";
import { duration, type Progress } from "../progress.ts";
import { overlayOf } from "../recorded-answers.ts";
import { type TableOptions, tableJson, tableOptionsText } from "../table-options.ts";
import { type ExecutorOptions, executorFor } from "./executor.ts";
import { liveRanking } from "./live-ranking.ts";
import { printTournament } from "./print.ts";

/** The options of `isoflop compare`, parsed. */
export interface CompareOptions extends CommonOptions, ExecutorOptions, TableOptions {
  /** Absent when not given: `default`, or `full` with --full. */
  readonly suite?: string;
  readonly strategies: string;
  readonly repetitions?: number;
  readonly answers?: string;
  readonly history?: string;
  readonly budget?: number;
  readonly workers?: number;
  readonly thinking: number;
  /** Absent when not given: `resultsFolder`. */
  readonly out?: string;
  readonly full?: true;
  readonly quick?: true;
  readonly retryFailed?: true;
}

/** The control by which regrets are normalized. It is played but not ranked unless it was asked for. */
const CONTROL = "random-affordable";

type Options = CompareOptions & { readonly suite: string; readonly out: string };

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
  let progress: Progress | undefined;
  let done = 0;
  const runs = plan.entrants.length * plan.worlds.length * plan.repetitions;
  const first = tournament.blocks.flatMap(previewWorlds);
  try {
    await playTournament({
      plan,
      file: resultsPath(options.out),
      executor,
      workers,
      retryFailed: options.retryFailed === true,
      signal: interruption.signal,
      first,
      onStart: (start) => {
        terminal.err(startLines(start, resultsPath(options.out), options.retryFailed === true));
        terminal.err(timeLine(start, workers));
        progress = liveRanking(terminal, columns, tournament, first, start);
      },
      onResult: (result, place) => {
        columns.add(result, place);
        progress?.update(++done);
      },
    });
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    progress?.stop();
    terminal.err(
      `\nisoflop: interrupted; ${done} of ${runs} runs are saved in ${options.out}. To resume, run the same command:\n  ${tournament.manifest.command}${await remoteWords(options)}\n`,
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
  terminal.out(`${printTournament(blocks, terminal.columns)}The page: ${pageLink(files)}\n`);
}

async function suiteOf(options: Options, terminal: Terminal): Promise<LoadedSuite> {
  const { suite, quick, answers, history, budget, columns, where } = options;
  const ofTables = { ...(columns && { columns }), ...(where && { where }) };
  const ofSuite = /\b(?:table|replay):/.test(suite) || history === undefined;
  const whole = await loadSuite(suite, ofSuite ? ofTables : {}, terminal);
  const loaded = quick ? quickly(whole) : whole;
  if (answers === undefined && history === undefined && budget === undefined) return loaded;
  const documents = worldsOfFlops(loaded.worlds, "--answers, --history or --budget");
  const { worlds: overlaid } = withHistoryOf(history, documents.map(overlayOf(answers)), ofTables, terminal);
  if (budget === undefined) return { ...loaded, worlds: overlaid };
  const worlds = overlaid.map((document) => withCap(document, budget, buildWorld(document).task));
  return { ...loaded, worlds };
}

/** The few worlds of each question that a first ranking is made of. */
function quickly(loaded: LoadedSuite): LoadedSuite {
  const names = new Set(blocksOfSuites(loaded.suites).flatMap(previewWorlds));
  const few = (worlds: readonly AnyWorldDocument[]) => worlds.filter(({ name }) => names.has(name));
  const suites = loaded.suites.map(({ name, worlds }) => ({ name, worlds: few(worlds) }));
  return { ...loaded, suites, worlds: few(loaded.worlds) };
}

function tournamentOf(
  options: Options,
  entrants: readonly Entrant[],
  ranked: readonly Entrant[],
  worlds: readonly AnyWorldDocument[],
  blocks: readonly QuestionBlock[],
): TournamentFolder & { readonly blocks: readonly QuestionBlock[] } {
  const { suite, seed, answers, history, budget, thinking } = options;
  const repetitions = repetitionsOf(options);
  const engine = engineVersion();
  return {
    ranked: ranked.map(({ name }) => name),
    blocks,
    plan: { entrants, worlds, repetitions, seed, thinkingSeconds: thinking, engine },
    manifest: {
      version: packageJson.version,
      engine,
      node: process.version,
      source: worlds.every(isReplayed) ? "replay" : "simulated",
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

/** Repetitions unless they were asked for. */
const REPETITIONS = 3;

function repetitionsOf({ repetitions, quick }: Options): number {
  return repetitions ?? (quick ? 1 : REPETITIONS);
}

function commandLine(options: Options): string {
  const { suite, strategies, quick, seed, answers, history, budget, thinking, out, columns, where } = options;
  const cap = budget === undefined ? "" : ` --budget ${budget}`;
  const overlay = answers === undefined ? "" : ` --answers ${shellWord(answers)}`;
  const earlier = history === undefined ? "" : ` --history ${shellWord(history)}`;
  const table = tableOptionsText({ ...(columns && { columns }), ...(where && { where }) })
    .map(([option, value]) => ` ${option} ${shellWord(value)}`)
    .join("");
  return `isoflop compare --suite ${shellWord(suite)}${table}${overlay}${earlier} --strategies ${shellWord(strategies)} --repetitions ${repetitionsOf(options)}${quick ? " --quick" : ""} --seed ${seed}${cap} --thinking ${thinking} --out ${shellWord(out)}`;
}

/** What a command needs besides, to go on over the same Redis. */
async function remoteWords({ executor, redis }: Options): Promise<string> {
  if (executor !== "bullmq" || redis === undefined) return "";
  const { redisAddress } = await import("../../tournament/bullmq/queue.ts");
  return ` --executor bullmq --redis ${redisAddress(redis).repeatable}`;
}

function startLines(
  { jobs, stored, failed, corruptLines, tornLine }: TournamentStart,
  file: string,
  retryFailed: boolean,
): string {
  const lines: string[] = [];
  if (tornLine) lines.push(`${file}: the last line was incomplete and has been dropped; its run will be repeated`);
  if (corruptLines.length > 0) {
    const shown = corruptLines.slice(0, 10).join(", ");
    lines.push(
      `${file}: ${corruptLines.length} corrupt line(s), number ${shown}${corruptLines.length > 10 ? ", …" : ""}; their runs will be repeated`,
    );
  }
  const failures = `${failed} that failed or timed out`;
  const retried = retryFailed ? `; playing ${failures} again` : `, with ${failures}: --retry-failed plays them again`;
  if (stored > 0 || failed > 0) lines.push(`reusing ${stored} of ${jobs} runs${failed > 0 ? retried : ""}`);
  return lines.map((line) => `isoflop: ${line}\n`).join("");
}

/** Seconds a run of a shipped strategy takes a core: a world of its own, the strategy, its score. Measured on 2 cores. */
const SECONDS_A_RUN = 0.03;

/** Roughly how long the rest takes; nothing where that is not worth saying. */
function timeLine({ jobs, stored }: TournamentStart, workers: number): string {
  const seconds = ((jobs - stored) * SECONDS_A_RUN) / workers;
  return seconds < 10
    ? ""
    : `isoflop: a first ranking comes in seconds, the final one takes about ${duration(seconds)} on ${workers} idle cores\n`;
}

async function pilotLine(plan: TournamentPlan, workers: number): Promise<string> {
  const runs = plan.entrants.length * plan.worlds.length * plan.repetitions;
  const seconds = await pilotSeconds(plan, workers);
  return `isoflop: ${runs} runs on ${plan.worlds.length} worlds; estimated time ${duration(seconds)} with ${workers} workers${plan.entrants.some(({ kind }) => kind === "program") ? ", not counting programs" : ""}\n`;
}
