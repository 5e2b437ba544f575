import { identityOf, type Run, type RunConfig } from "../task/configuration.ts";
import type { Query } from "../task/strategy.ts";
import type { Submission } from "../task/submission.ts";
import type { Task } from "../task/task.ts";
import type { LossAnswer, TrainingApi } from "../training-api/training-api.ts";
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
  /** FLOPs charged. */
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
  api: TrainingApi,
  task: Task,
  { stream, onRun }: DriveOptions,
): Promise<Trace> {
  const runs: Run[] = [];
  const asked = new Set<string>();
  let [spent, repeats, rejections, idle] = [0, 0, 0, 0];

  const ask = async (query: Query): Promise<Run> => {
    const config = configurationOf(query);
    const identity = identityOf(config);
    if (asked.has(identity)) repeats++;
    asked.add(identity);
    const answer = await api.loss(config, query.reason);
    const run = runOf(config, answer);
    idle = answer.status === "ok" && answer.totalFlopsUsed > spent ? 0 : idle + 1;
    if (answer.status === "ok") spent = answer.totalFlopsUsed;
    rejections = answer.status === "ok" ? 0 : rejections + 1;
    runs.push(run);
    onRun?.(run, query, spent);
    return run;
  };

  const session = await beginSession(strategy, task, stream);
  try {
    let batch = await session.next([], 0);
    while (batch && rejections < MAXIMUM_REJECTIONS && idle < MAXIMUM_IDLE) {
      idle++;
      const answers: Run[] = [];
      for (const query of batch) answers.push(await ask(query));
      batch = await session.next(answers, spent);
    }
    const submission = await session.submit(runs);
    const note = session.note?.();
    return { runs, submission, spent, repeats, stuck: batch !== undefined, ...(note !== undefined && { note }) };
  } finally {
    await session.end();
  }
}

/** The six values alone: a query may carry a reason, and a user's strategy may add more. */
function configurationOf({ dModel, numLayers, numHeads, batchSize, learningRate, trainFlops }: Query): RunConfig {
  return { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops };
}

function runOf(config: RunConfig, answer: LossAnswer): Run {
  return answer.status === "ok"
    ? { ...(answer.substitute ?? config), status: "ok", loss: answer.loss, ...(answer.substitute && { asked: config }) }
    : { ...config, status: answer.status, message: answer.message };
}
