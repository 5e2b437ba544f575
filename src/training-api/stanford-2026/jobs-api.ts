import type { ClockBudget } from "../../task/clock.ts";
import type { RunCourse } from "../../task/configuration.ts";
import { formatSeconds } from "../../task/quantity.ts";
import { jobOf } from "../../task/stanford-2026/job.ts";
import type { Query } from "../../task/strategy.ts";
import type { JobAnswer, JobsApi } from "../training-api.ts";
import { isAccepted, type JobOutcome, type PlannedJob, runBatch } from "./batch.ts";
import type { JobPort } from "./job-port.ts";
import type { Experiment } from "./jobs.ts";

/**
 * Jobs as the port that a strategy's driver needs: a batch is submitted as far as reservations allow, the rest once some
 * of it has ended; then every answer is read back.
 */
export function jobsApi(port: JobPort, clock: ClockBudget): JobsApi {
  return {
    source: port.source,
    used: () => port.used(),
    async answers(queries) {
      const jobs = queries.map(jobFor);
      const planned = jobs.filter((job) => typeof job !== "string");
      const outcomes = (await runBatch(port, planned, clock)).values();
      const used = await port.used();
      return jobs.map((job, i): JobAnswer => {
        if (typeof job === "string") return { status: "invalid", message: job };
        const outcome = outcomes.next().value as JobOutcome;
        if (isAccepted(outcome)) return answerOf(queries[i] as Query, outcome, used, clock);
        return { status: outcome.outcome === "invalid" ? "invalid" : "refused", message: outcome.message };
      });
    },
  };
}

/** A question as a job, or why it is none. */
function jobFor(query: Query): PlannedJob | string {
  const { tokens, reason } = query;
  const config = tokens === undefined ? "total_train_tokens is missing" : jobOf({ ...query, tokens });
  return typeof config === "string" ? config : { config, reason };
}

/** What a job's end says of the question. A time-out that has all its losses is one all the same: the API says so. */
export function answerOf(
  { tokens = 0, trainFlops }: Query,
  { status }: Experiment,
  used: number,
  { evaluations }: ClockBudget,
): JobAnswer {
  if (status.type !== "ended") {
    const course: RunCourse = { seconds: trainFlops, trained: 0, curve: [] };
    return { status: "failed", message: "it never ended", tokens, course, used };
  }
  const { usedSeconds, losses, failure } = status;
  const course: RunCourse = {
    seconds: usedSeconds,
    trained: (tokens * Math.min(losses.length, evaluations)) / evaluations,
    curve: losses,
  };
  if (failure?.kind === "unexpected") return { status: "failed", message: failure.text, tokens, course, used };
  if (failure)
    return { status: "timed-out", message: `stopped after ${formatSeconds(trainFlops)}`, tokens, course, used };
  const loss = losses.at(-1);
  return loss === undefined
    ? { status: "failed", message: "it completed without a loss", tokens, course, used }
    : { status: "ok", loss, tokens, course, used };
}
