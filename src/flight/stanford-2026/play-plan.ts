import { type DriveOptions, drive } from "../../experiment/drive.ts";
import { type AnyStrategy, isProgram, recommendation } from "../../experiment/session.ts";
import type { ClockBudget } from "../../task/clock.ts";
import type { Run } from "../../task/configuration.ts";
import { UserError } from "../../task/errors.ts";
import type { TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import { runOfJob } from "../../task/stanford-2026/job.ts";
import type { Strategy } from "../../task/strategy.ts";
import type { Submission } from "../../task/submission.ts";
import { isAccepted, type JobOutcome, runBatch } from "../../training-api/stanford-2026/batch.ts";
import type { JobPort } from "../../training-api/stanford-2026/job-port.ts";
import { answerOf, jobsApi } from "../../training-api/stanford-2026/jobs-api.ts";
import type { Plan } from "../plan.ts";
import { recordedConfig } from "./record.ts";

/** How a plan of jobs went. */
export interface PlayedPlan {
  readonly runs: readonly Run[];
  readonly submission: Submission;
  /** Seconds that were used in the end, and before. */
  readonly spent: number;
  /** Why it ended early, where it says so. */
  readonly note?: string;
}

/** Plays a plan of jobs over a port: its strategy, or its fixed list. */
export async function playPlan(
  plan: Pick<Plan, "strategy" | "task">,
  strategy: AnyStrategy,
  port: JobPort,
  { stream, onRun }: DriveOptions,
): Promise<PlayedPlan> {
  const { task } = plan;
  const clock = clockOf(plan);
  const jobs = plannedJobs(plan);
  if (!jobs) return drive(strategy, jobsApi(port, clock), task, { stream, ...(onRun && { onRun }) });
  if (isProgram(strategy)) throw new Error("a list of jobs is no program");
  const planned = jobs.map((config, i) => ({ config, reason: `job ${i + 1} of ${jobs.length} of the list` }));
  const outcomes = await runBatch(port, planned, { ...clock, endAtRefusal: true });
  const spent = await port.used();
  const runs = outcomes.map((outcome, i) => {
    const { config, reason } = planned[i] as (typeof planned)[number];
    const run = runFrom(config, outcome, clock);
    onRun?.(run, { ...runOfJob(config), reason }, spent);
    return run;
  });
  const refused = outcomes.findIndex((outcome) => !isAccepted(outcome) && outcome.outcome === "insufficient");
  const note = `ended at job ${refused + 1} of ${jobs.length}: ${runs[refused]?.message}`;
  return { runs, submission: recommendation(strategy, runs, task, stream), spent, ...(refused >= 0 && { note }) };
}

/**
 * A fixed list of jobs as a strategy: its jobs as the planned runs that they resemble, and what `recommend` makes of the
 * answers. A flight submits the jobs themselves, which may differ in settings that no planned run has.
 */
export function jobListStrategy(name: string, jobs: readonly string[], recommend: Strategy["recommend"]): Strategy {
  return {
    name,
    summary: `${jobs.length} jobs, fixed beforehand`,
    *queries() {
      yield jobs.map((job, i) => ({
        ...runOfJob(recordedConfig(job)),
        reason: `job ${i + 1} of ${jobs.length} of the list`,
      }));
    },
    recommend,
  };
}

/** The jobs of a plan that is a fixed list. */
export function plannedJobs({ strategy }: Pick<Plan, "strategy">): readonly TrainingConfig[] | undefined {
  return strategy.jobs?.map(recordedConfig);
}

/** What the seconds of a plan mean. */
export function clockOf({ task, strategy }: Pick<Plan, "task" | "strategy">): ClockBudget {
  if (task.clock) return task.clock;
  throw new UserError(`plan "${strategy.name}" counts FLOPs: it is none of jobs`);
}

function runFrom(config: TrainingConfig, outcome: JobOutcome, clock: ClockBudget): Run {
  const asked = runOfJob(config);
  if (!isAccepted(outcome))
    return { ...asked, status: outcome.outcome === "invalid" ? "invalid" : "refused", message: outcome.message };
  const answer = answerOf(asked, outcome, 0, { ...clock, evaluations: Number(config.n_evals) });
  if (answer.status === "ok") return { ...asked, status: "ok", loss: answer.loss, course: answer.course };
  return "course" in answer
    ? { ...asked, status: answer.status, message: answer.message, course: answer.course }
    : { ...asked, status: answer.status, message: answer.message };
}
