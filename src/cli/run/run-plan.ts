import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StrategyError } from "../../experiment/checked-strategy.ts";
import { JournalError } from "../../flight/journal/journal.ts";
import { readJournal } from "../../flight/journal/read.ts";
import { type AnyRecord, checkHeader, type JournalHeader } from "../../flight/journal/record.ts";
import { Contradiction } from "../../flight/known-account.ts";
import { loadPlan } from "../../flight/load-plan.ts";
import type { Plan } from "../../flight/plan.ts";
import { fingerprintOf } from "../../ledger/fingerprint.ts";
import { shellWord, UserError } from "../../task/errors.ts";
import { endpointUrl, sourceOf } from "../../training-api/endpoint.ts";
import { EndpointError } from "../../training-api/request.ts";
import type { Source } from "../../training-api/training-api.ts";
import type { Terminal } from "../command.ts";
import { editionAt } from "../edition-at.ts";
import { type CliEdition, editionOf } from "../editions.ts";
import { onInterrupt } from "../interrupt.ts";
import { allowedSpending, checkLive } from "../permission.ts";
import { serveProgram } from "../serve-program.ts";
import type { FlightSummary, RunOptions } from "./edition.ts";

/** Seconds a program may think: more than in rehearsals, so that a busy machine does not end a run that costs. */
const PROGRAM_SECONDS = 600;

/** Runs a plan or resumes it; prints and writes the submission. */
export async function runPlan(word: string, options: RunOptions, terminal: Terminal): Promise<void> {
  let source: Source | undefined;
  const url = endpointUrl(options.url, "--url");
  const timeoutMs = options.timeout;
  const program = {
    serve: serveProgram(() => source === "simulated"),
    onError: terminal.err,
    thinkingSeconds: PROGRAM_SECONDS,
  };
  // What was not dry-run plays the edition that answers.
  const usualTask = async () => {
    const { run } = await editionAt(url, timeoutMs).catch((error: unknown) => {
      throw error instanceof EndpointError ? new UserError(`${error.message}. No query was sent`) : error;
    });
    return (await run()).task;
  };
  const { plan, strategy } = await loadPlan(word, options.seed, program, usualTask);
  const { journal: edition, unit, run } = editionOf(plan.task);
  const { readKey, check, execute } = await run();
  check(options);
  const { key: apiKey, unfit } = readKey(options.keyFile);
  const key = fingerprintOf(apiKey);
  const use = { edition, plan, url, key };
  const earlier = readJournal<AnyRecord>(options.journal);
  if (earlier) checkHeader(earlier.header, use, options.journal);
  const done = earlier?.records.some(({ kind }) => kind === "done") ?? false;

  const { signal, release } = onInterrupt();
  let isOpen = false;
  try {
    source = done
      ? (earlier as { header: JournalHeader }).header.endpoint.source
      : await sourceOf(url, timeoutMs, signal);
    if (earlier) checkHeader(earlier.header, { ...use, source }, options.journal);
    if (source !== "simulated" && unfit !== undefined) throw new UserError(`${unfit}. No query was sent`);
    const allowance = done ? plan.task.cap : await allowanceFor(plan, unit, source, url, word, options, terminal);
    const onJournal = () => {
      isOpen = true;
    };
    const flight = { plan, strategy, url, source, apiKey, key, allowance, signal, options, terminal, onJournal };
    report({ ...(await execute(flight)), source }, options, terminal);
  } catch (error) {
    const stopped = [EndpointError, Contradiction, JournalError, StrategyError].some((kind) => error instanceof kind);
    if (!stopped && !signal.aborted) throw error;
    process.exitCode = signal.aborted ? 130 : 1;
    const reason = signal.aborted ? "interrupted" : (error as Error).message;
    terminal.err(
      `isoflop: ${reason}\n${error instanceof Contradiction ? CONTRADICTED : isOpen ? continuation(options.journal) : "No query was sent.\n"}`,
    );
  } finally {
    release();
  }
}

/** What may be spent: the cap on a simulated endpoint, what the user allows on a real one. */
async function allowanceFor(
  plan: Plan,
  unit: CliEdition["unit"],
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
  return allowedSpending({ url, unit, planned: plan.rehearsal.planned, cap: plan.task.cap, yesSpend }, terminal);
}

function report(summary: FlightSummary & { readonly source: Source }, options: RunOptions, terminal: Terminal): void {
  const { submission, source } = summary;
  const folder = dirname(options.journal);
  writeFileSync(join(folder, "result.json"), `${JSON.stringify(summary, null, 2)}\n`);
  writeFileSync(join(folder, "submission.json"), `${JSON.stringify(submission, null, 2)}\n`);
  terminal.out(options.json ? `${JSON.stringify(summary)}\n` : `${JSON.stringify(submission, null, 2)}\n`);
  terminal.err(
    `${source} numbers; saved in ${folder}. To write them up: isoflop writeup ${shellWord(options.journal)}\n`,
  );
}

const CONTRADICTED =
  "Stopped: the two contradict each other, and nothing more is spent until you have checked. The answers so far are in the journal.\n";

function continuation(journal: string): string {
  return `Answers so far are saved in ${journal}. To resume, run the same command.\n`;
}
