import type { ClockBudget } from "../../task/clock.ts";
import type { RunCourse } from "../../task/configuration.ts";
import { jobOf } from "../../task/stanford-2026/job.ts";
import type { Query } from "../../task/strategy.ts";
import type { JobAnswer, JobsApi } from "../training-api.ts";
import type { JobPort } from "./job-port.ts";
import type { Experiment } from "./jobs.ts";

/** A question under way: the job it became, or the answer it already has. */
type Asked = { readonly query: Query; readonly id: number } | { readonly answer: JobAnswer };

/**
 * Jobs as the port that a strategy's driver needs: a batch is submitted as far as reservations allow, the rest once some
 * of it has ended; then every answer is read back.
 */
export function jobsApi(port: JobPort, clock: ClockBudget): JobsApi {
  return {
    source: port.source,
    used: () => port.used(),
    async answers(queries) {
      const asked: Asked[] = [];
      let underWay: number[] = [];
      const settle = async () => {
        await port.ended(underWay);
        underWay = [];
      };
      for (const query of queries) {
        if (underWay.length >= clock.atOnce) await settle();
        let next = await submit(port, query);
        if ("answer" in next && next.answer.status === "refused" && underWay.length > 0) {
          await settle();
          next = await submit(port, query);
        }
        if ("id" in next) underWay.push(next.id);
        asked.push(next);
      }
      const ids = asked.flatMap((each) => ("id" in each ? [each.id] : []));
      const ended = new Map((await port.ended(ids)).map((experiment) => [experiment.id, experiment]));
      const used = await port.used();
      return asked.map((each) =>
        "answer" in each ? each.answer : answerOf(each.query, ended.get(each.id), used, clock),
      );
    },
  };
}

async function submit(port: JobPort, query: Query): Promise<Asked> {
  const { tokens } = query;
  const job = tokens === undefined ? "total_train_tokens is missing" : jobOf({ ...query, tokens });
  if (typeof job === "string") return { answer: { status: "invalid", message: job } };
  const submitted = await port.submit(job, query.reason);
  switch (submitted.outcome) {
    case "accepted":
    case "duplicate":
      return { query, id: submitted.id };
    case "insufficient":
      return { answer: { status: "refused", message: submitted.message } };
    case "invalid":
      return { answer: { status: "invalid", message: submitted.message } };
  }
}

/** What a job's end says of the question. A time-out that has all its losses is one all the same: the API says so. */
export function answerOf(
  { tokens = 0, trainFlops }: Query,
  experiment: Experiment | undefined,
  used: number,
  { evaluations }: ClockBudget,
): JobAnswer {
  const status = experiment?.status;
  if (status?.type !== "ended") {
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
  if (failure) return { status: "timed-out", message: `stopped after ${trainFlops} s`, tokens, course, used };
  const loss = losses.at(-1);
  return loss === undefined
    ? { status: "failed", message: "it completed without a loss", tokens, course, used }
    : { status: "ok", loss, tokens, course, used };
}
