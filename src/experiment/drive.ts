import { plannedTokens } from "../law/runtime.ts";
import { identityOf, type Run, type RunConfig } from "../task/configuration.ts";
import type { Query } from "../task/strategy.ts";
import type { Submission } from "../task/submission.ts";
import type { Task } from "../task/task.ts";
import {
  isJobsApi,
  type JobAnswer,
  type JobsApi,
  type LossAnswer,
  type TrainingApi,
} from "../training-api/training-api.ts";
import { type AnyStrategy, beginSession } from "./session.ts";

/** Refused or invalid answers in a row after which a strategy is taken to be stuck. */
export const MAXIMUM_REJECTIONS = 20;
/** Questions in a row that bought nothing new, or empty batches, after which a strategy is stopped. */
const MAXIMUM_IDLE = 500;

/** One run of a strategy, and what it submits. */
export interface Trace {
  /** Every question with its answer, in the order asked, repeats included. */
  readonly runs: readonly Run[];
  readonly submission: Submission;
  /** FLOPs charged; seconds where the task has a clock. */
  readonly spent: number;
  /** Questions whose configuration had been asked before. */
  readonly repeats: number;
  /** True when the driver ended the run because nothing but rejections, or nothing new, came back. */
  readonly stuck: boolean;
  /** Why the strategy stopped with much of the cap left, in its own words; absent where it says nothing. */
  readonly note?: string;
}

/** How `drive` runs a strategy. */
export interface DriveOptions {
  /** The stream for the strategy's own draws; streams are named, so that two strategies never share one. */
  readonly stream: string;
  /** Called after every answer. */
  readonly onRun?: (run: Run, query: Query, spent: number) => void;
}

/** The name of a strategy's random streams; a live run takes those of repetition 0. */
export function streamName(seed: number, strategy: string, repetition: number): string {
  return `${seed}/${strategy}/${repetition}`;
}

/**
 * Runs a strategy against a training API: the same queries in the same order, for every kind of API and of strategy.
 *
 * @param task what may be asked, the cap and the target, in FLOPs; `world.task` for a simulated API.
 * @returns every run in the order asked, the FLOPs charged, and the submission.
 * @throws whatever the strategy or the API throws; a rejection by the API is an answer, not an error.
 *
 * @example
 * ```ts
 * import { buildWorld, drive, presetDocument, simulatedApi, strategyNamed } from "isoflop";
 * const world = buildWorld(presetDocument("handout/smooth"));
 * const trace = await drive(strategyNamed("isoflops-minimum"), simulatedApi(world), world.task, { stream: "seed 0" });
 * trace.runs.length; // 24
 * trace.spent; // 1.95e18
 * trace.submission.predictedLoss; // 2.764
 * ```
 */
export async function drive(
  strategy: AnyStrategy,
  api: TrainingApi | JobsApi,
  task: Task,
  { stream, onRun }: DriveOptions,
): Promise<Trace> {
  const runs: Run[] = [];
  const asked = new Set<string>();
  let [spent, repeats, rejections, idle] = [0, 0, 0, 0];

  const take = (run: Run, query: Query, used: number | undefined): Run => {
    const identity = identityOf(configurationOf(query));
    if (asked.has(identity)) repeats++;
    asked.add(identity);
    idle = used !== undefined && used > spent ? 0 : idle + 1;
    rejections = used === undefined ? rejections + 1 : 0;
    spent = used ?? spent;
    runs.push(run);
    onRun?.(run, query, spent);
    return run;
  };
  const ask = async (batch: readonly Query[]): Promise<Run[]> => {
    const answers: Run[] = [];
    if (isJobsApi(api)) {
      const queries = batch.map((query) => planned(query, task));
      for (const [i, answer] of (await api.answers(queries)).entries()) {
        const query = queries[i] as Query;
        answers.push(take(runOfJob(configurationOf(query), answer), query, "used" in answer ? answer.used : undefined));
      }
    } else
      for (const query of batch) {
        const config = configurationOf(query);
        const answer = await api.loss(config, query.reason);
        answers.push(take(runOf(config, answer), query, answer.status === "ok" ? answer.totalFlopsUsed : undefined));
      }
    return answers;
  };

  const session = await beginSession(strategy, task, stream);
  try {
    let batch = await session.next([], 0);
    while (batch && rejections < MAXIMUM_REJECTIONS && idle < MAXIMUM_IDLE) {
      idle++;
      batch = await session.next(await ask(batch), spent);
    }
    const submission = await session.submit(runs);
    const note = session.note?.();
    return { runs, submission, spent, repeats, stuck: batch !== undefined, ...(note !== undefined && { note }) };
  } finally {
    await session.end();
  }
}

/** The six values alone, and the tokens if any: a query may carry a reason, and a user's strategy may add more. */
function configurationOf({
  dModel,
  numLayers,
  numHeads,
  batchSize,
  learningRate,
  trainFlops,
  tokens,
}: Query): RunConfig {
  const config = { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops };
  return tokens === undefined ? config : { ...config, tokens };
}

/** A query that chooses its tokens: where it does not, those that are expected to fit in its seconds. */
function planned(query: Query, { clock }: Task): Query {
  return clock && query.tokens === undefined ? { ...query, tokens: plannedTokens(query, clock) } : query;
}

function runOfJob(config: RunConfig, answer: JobAnswer): Run {
  if (!("course" in answer)) return { ...config, status: answer.status, message: answer.message };
  const { course } = answer;
  return answer.status === "ok"
    ? { ...config, status: "ok", loss: answer.loss, course }
    : { ...config, status: answer.status, message: answer.message, course };
}

function runOf(config: RunConfig, answer: LossAnswer): Run {
  return answer.status === "ok"
    ? { ...(answer.substitute ?? config), status: "ok", loss: answer.loss, ...(answer.substitute && { asked: config }) }
    : { ...config, status: answer.status, message: answer.message };
}
