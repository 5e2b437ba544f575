import { drive } from "../experiment/drive.ts";
import type { AnyStrategy } from "../experiment/session.ts";
import { identityOf, type Run } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import type { Query } from "../task/strategy.ts";
import type { Submission } from "../task/submission.ts";
import { withRetries } from "../training-api/request.ts";
import type { TrainingApi } from "../training-api/training-api.ts";
import type { Journal } from "./journal/journal.ts";
import { type JournaledApi, journaledApi } from "./journaled-api.ts";
import { type Plan, planStream } from "./plan.ts";

/** What a live run of either edition takes. */
export interface LiveOptions {
  readonly plan: Plan;
  readonly strategy: AnyStrategy;
  /** FLOPs or seconds that this run may spend, on top of what was spent before it; reservations count. */
  readonly allowance: number;
  /** Attempts after the first that got no answer. @defaultValue 4 */
  readonly retries?: number;
  /** Milliseconds of the first pause between attempts. @defaultValue 500 */
  readonly pauseMs?: number;
  readonly signal?: AbortSignal;
  readonly onRun?: (run: Run, query: Query, progress: LiveProgress) => void;
}

export interface LiveRunOptions extends LiveOptions {
  /** The endpoint, one attempt to the call. */
  readonly endpoint: TrainingApi;
  readonly journal: Journal;
}

export interface LiveProgress {
  /** FLOPs that the key, or seconds that the student, has spent. */
  readonly spent: number;
  /** True for an answer that was in the journal when this session began. */
  readonly resumed: boolean;
  /** Everything asked so far, with its answer. */
  readonly runs: readonly Run[];
}

export interface LiveResult {
  readonly submission: Submission;
  readonly runs: readonly Run[];
  /** FLOPs or seconds spent, by this run and before it. */
  readonly spent: number;
  /** Answers taken from the journal. */
  readonly resumed: number;
}

/**
 * Runs a plan against an endpoint that costs, or resumes it: the strategy starts from its beginning, and the journal
 * answers what it has. The account is read before the first question and after the last.
 *
 * @throws EndpointError, Contradiction (journaled-api.ts); UserError when the strategy asks otherwise than the journal
 * has it, before anything is sent.
 */
export async function liveRun(options: LiveRunOptions): Promise<LiveResult> {
  const { plan, strategy, journal, signal, onRun } = options;
  const { retries = 4, pauseMs = 500 } = options;
  const done = journal.records.findLast((record) => record.kind === "done");
  const api = journaledApi({
    ...options,
    endpoint: done ? FINISHED_API : options.endpoint,
    searchSpace: plan.task.searchSpace,
    cap: () => Math.min(plan.task.cap, spentBefore(journal) + options.allowance),
  });
  const reconcile = () => withRetries(() => api.reconcile(), { retries, pauseMs, ...(signal ? { signal } : {}) });
  if (!done) await reconcile();

  const journaled = [...api.questions];
  const runs: Run[] = [];
  const ordered = inOrder(api, journaled, journal.file);
  const trace = await drive(strategy, ordered.api, plan.task, {
    stream: planStream(plan),
    onRun(run, query, spent) {
      runs.push(run);
      onRun?.(run, query, { spent, resumed: ordered.asked() <= journaled.length, runs });
    },
  });
  const { submission } = trace;
  if (!done) {
    await reconcile();
    journal.append({ kind: "done", submission, spent: await api.totalFlopsUsed() });
  }
  return { submission, runs: trace.runs, spent: await api.totalFlopsUsed(), resumed: journaled.length };
}

/** FLOPs the key had spent when the journal was begun. */
function spentBefore(journal: Journal): number {
  const first = journal.records.find((record) => record.kind === "account");
  return first?.kind === "account" ? first.total : 0;
}

/** Compares the questions with those of the journal: a strategy that asks otherwise must not go on buying. */
function inOrder(
  api: JournaledApi,
  journaled: readonly string[],
  file: string,
): { api: TrainingApi; asked: () => number } {
  const asked = new Set<string>();
  const loss: TrainingApi["loss"] = async (config, reason) => {
    const identity = identityOf(config);
    const expected = journaled[asked.size];
    if (!asked.has(identity) && expected !== undefined && expected !== identity)
      throw new UserError(
        `query ${asked.size + 1} of the strategy is ${identity}, but the journal "${file}" has ${expected}: after the same answers it ` +
          "asks something else, so it cannot be resumed. Nothing was sent. Give --journal a new file: paid runs are reused",
      );
    asked.add(identity);
    return api.loss(config, reason);
  };
  return { api: { ...api, loss }, asked: () => asked.size };
}

const failFinished = async (): Promise<never> => {
  throw new UserError(
    "the journal says that this run is done, but the strategy asks for more: give --journal a new file",
  );
};
/** The endpoint of a run that is done: nothing may be asked. */
const FINISHED_API: TrainingApi = { loss: failFinished, totalFlopsUsed: failFinished, previousRuns: failFinished };
