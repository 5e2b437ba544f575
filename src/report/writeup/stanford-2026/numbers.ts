import type { JournalHeader } from "../../../flight/journal/record.ts";
import type { Plan } from "../../../flight/plan.ts";
import { finalOf } from "../../../flight/stanford-2026/live-jobs.ts";
import type { JobsReconstruction, JournaledJobRun } from "../../../flight/stanford-2026/reconstruct-jobs.ts";
import { nonEmbeddingParameters } from "../../../task/accounting.ts";
import { bestPerSize, type RunPoint } from "../../../task/run-point.ts";
import { configurationText } from "../../../task/stanford-2026/configuration.ts";
import type { Submission } from "../../../task/submission.ts";
import type { Source } from "../../../training-api/training-api.ts";
import { type LawNumbers, lawNumbers } from "../law.ts";

/** The jobs that reserved the same seconds. */
export interface ReservedNumbers {
  readonly seconds: number;
  readonly jobs: number;
  readonly completed: number;
  readonly timedOut: number;
  readonly best?: { readonly N: number; readonly D: number; readonly loss: number };
}

/** Every number that a write-up of jobs shows, from a journal alone. Losses in nats, amounts in seconds. */
export interface JobWriteupNumbers {
  readonly source: Source;
  readonly plan: Omit<Plan, "schema" | "task">;
  readonly method: string;
  readonly cap: number;
  readonly target: number;
  readonly spent: number;
  readonly done: boolean;
  readonly runs: readonly JournaledJobRun[];
  readonly reserved: readonly ReservedNumbers[];
  readonly submission: Submission;
  readonly modelSize: number;
  readonly tokens: number;
  /** The final submission, as the API identifies it. */
  readonly final: string;
  /** When the endpoint stored it; absent where it was not sent. */
  readonly sentAt?: string;
  /** The law through the completed jobs, at the submission's compute; absent where they do not determine one. */
  readonly law?: LawNumbers;
}

export function jobWriteupNumbers(
  { endpoint }: JournalHeader,
  plan: Plan,
  replay: JobsReconstruction,
  method: string,
): JobWriteupNumbers {
  const { schema: _schema, task, ...shown } = plan;
  const { submission, runs, spent, done, sent } = replay;
  const final = finalOf(submission, plan);
  const modelSize = nonEmbeddingParameters(submission.config);
  const tokens = Number(final.training_config.total_train_tokens);
  const law = lawNumbers(bestPerSize(runs.flatMap(pointsOf)), 6 * modelSize * tokens, plan.seed);
  const text = configurationText(final);
  return {
    source: endpoint.source,
    plan: shown,
    method,
    cap: task.cap,
    target: task.target,
    spent,
    done,
    runs,
    reserved: reservedNumbers(runs),
    submission,
    modelSize,
    tokens,
    final: text,
    ...(sent?.submission === text && { sentAt: sent.submittedAt }),
    ...(law && { law }),
  };
}

/** A completed job as a law sees it: 6·N·D is its compute. */
function pointsOf(run: JournaledJobRun): RunPoint[] {
  if (run.status !== "ok" || run.loss === undefined || !run.course) return [];
  const N = nonEmbeddingParameters(run);
  const D = run.course.trained;
  return [{ N, D, C: 6 * N * D, loss: run.loss }];
}

function reservedNumbers(runs: readonly JournaledJobRun[]): ReservedNumbers[] {
  return [...Map.groupBy(runs, ({ trainFlops }) => trainFlops)]
    .toSorted(([a], [b]) => a - b)
    .map(([seconds, own]) => {
      const [best] = own.flatMap(pointsOf).toSorted((a, b) => a.loss - b.loss);
      return {
        seconds,
        jobs: own.length,
        completed: own.filter(({ status }) => status === "ok").length,
        timedOut: own.filter(({ status }) => status === "timed-out").length,
        ...(best && { best: { N: best.N, D: best.D, loss: best.loss } }),
      };
    });
}
