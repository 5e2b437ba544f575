import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StrategyError } from "../../experiment/checked-strategy.ts";
import { type Journal, JournalError, openJournal } from "../../flight/journal/journal.ts";
import { readJournal } from "../../flight/journal/read.ts";
import { checkHeader, type JournalHeader } from "../../flight/journal/record.ts";
import { Contradiction } from "../../flight/known-account.ts";
import { type LiveResult, liveRun } from "../../flight/live-run.ts";
import { loadPlan } from "../../flight/load-plan.ts";
import type { Plan } from "../../flight/plan.ts";
import { submissionDocument } from "../../flight/submission-document.ts";
import { fingerprintOf } from "../../ledger/fingerprint.ts";
import { shellWord, UserError } from "../../task/errors.ts";
import { endpointUrl, sourceOf, stillSimulated } from "../../training-api/endpoint.ts";
import { httpApi } from "../../training-api/http.ts";
import { EndpointError } from "../../training-api/request.ts";
import type { Source } from "../../training-api/training-api.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { onInterrupt } from "../interrupt.ts";
import { readKeyFile } from "../key-file.ts";
import { allowedSpending, checkLive } from "../permission.ts";
import { serveProgram } from "../serve-program.ts";
import { flightLog } from "./flight-log.ts";

/** Seconds a program may think: more than in rehearsals, so that a busy machine does not end a run that costs. */
const PROGRAM_SECONDS = 600;

/** The options of `isoflop run`, parsed. */
export interface RunOptions extends CommonOptions {
  readonly url: string;
  readonly keyFile: string;
  readonly journal: string;
  readonly live?: true;
  readonly yesSpend?: number;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Runs a plan or resumes it; prints and writes the submission. */
export async function runPlan(word: string, options: RunOptions, terminal: Terminal): Promise<void> {
  let source: Source | undefined;
  const { plan, strategy } = await loadPlan(word, options.seed, {
    serve: serveProgram(() => source === "simulated"),
    onError: terminal.err,
    thinkingSeconds: PROGRAM_SECONDS,
  });
  const url = endpointUrl(options.url, "--url");
  const { key: apiKey, unfit } = readKeyFile(options.keyFile);
  const key = fingerprintOf(apiKey);
  const earlier = readJournal(options.journal);
  if (earlier) checkHeader(earlier.header, { plan, url, key }, options.journal);
  const done = earlier?.records.some(({ kind }) => kind === "done") ?? false;

  const { signal, release } = onInterrupt();
  let journal: Journal | undefined;
  try {
    const timeoutMs = options.timeout;
    source = done
      ? (earlier as { header: JournalHeader }).header.endpoint.source
      : await sourceOf(url, timeoutMs, signal);
    if (earlier) checkHeader(earlier.header, { plan, url, key, source }, options.journal);
    if (source !== "simulated" && unfit !== undefined) throw new UserError(`${unfit}. No query was sent`);
    const allowance = done ? plan.task.cap : await allowanceFor(plan, source, url, word, options, terminal);
    journal = openJournal(options.journal, { plan, endpoint: { url, source }, key });
    // Another process may have started it while the prompt was open.
    checkHeader(journal.header, { plan, url, key, source }, options.journal);
    const log = flightLog({ plan, strategy, journal, terminal });
    const endpoint = httpApi({ baseUrl: url, apiKey, source, timeoutMs, retries: 0, signal });
    const result = await liveRun({
      plan,
      strategy,
      endpoint: source === "simulated" ? stillSimulated(endpoint, url, { timeoutMs, signal }) : endpoint,
      journal,
      allowance,
      signal,
      onRun: log.onRun,
    });
    report(result, source, options, terminal);
  } catch (error) {
    const stopped = [EndpointError, Contradiction, JournalError, StrategyError].some((kind) => error instanceof kind);
    if (!stopped && !signal.aborted) throw error;
    process.exitCode = signal.aborted ? 130 : 1;
    const reason = signal.aborted ? "interrupted" : (error as Error).message;
    terminal.err(
      `isoflop: ${reason}\n${error instanceof Contradiction ? CONTRADICTED : journal ? continuation(options.journal) : "No query was sent.\n"}`,
    );
  } finally {
    journal?.close();
    release();
  }
}

/** FLOPs that may be spent: the cap on a simulated endpoint, what the user allows on a real one. */
async function allowanceFor(
  plan: Plan,
  source: Source,
  url: string,
  word: string,
  { live, yesSpend }: RunOptions,
  terminal: Terminal,
): Promise<number> {
  checkLive(source, live, url);
  if (source === "simulated") return plan.task.cap;
  if (!plan.rehearsal)
    throw new UserError(
      `a real endpoint needs a rehearsed plan: run isoflop dry-run ${shellWord(word)} --out plan.json, then run plan.json. No query was sent`,
    );
  return allowedSpending({ url, planned: plan.rehearsal.planned, cap: plan.task.cap, yesSpend }, terminal);
}

function report(result: LiveResult, source: Source, options: RunOptions, terminal: Terminal): void {
  const { submission, spent, resumed } = result;
  const folder = dirname(options.journal);
  const summary = { submission: submissionDocument(submission), runs: result.runs.length, spent, resumed, source };
  writeFileSync(join(folder, "result.json"), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(folder, "submission.json"), `${JSON.stringify(summary.submission, null, 2)}\n`);
  terminal.out(options.json ? `${JSON.stringify(summary)}\n` : `${JSON.stringify(summary.submission, null, 2)}\n`);
  terminal.err(
    `${source} numbers; saved in ${folder}. To write them up: isoflop writeup ${shellWord(options.journal)}\n`,
  );
}

const CONTRADICTED =
  "Stopped: the two contradict each other, and nothing more is spent until you have checked. The answers so far are in the journal.\n";

function continuation(journal: string): string {
  return `Answers so far are saved in ${journal}. To resume, run the same command.\n`;
}
