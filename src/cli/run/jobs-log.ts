import type { Journal } from "../../flight/journal/journal.ts";
import type { Plan } from "../../flight/plan.ts";
import type { LiveJobsOptions } from "../../flight/stanford-2026/live-jobs.ts";
import type { JobRecord } from "../../flight/stanford-2026/record.ts";
import type { Run } from "../../task/configuration.ts";
import { formatCount, formatSeconds, formatShort } from "../../task/quantity.ts";
import type { Terminal } from "../command.ts";

interface JobsLogOptions {
  readonly plan: Plan;
  readonly journal: Journal<JobRecord>;
  readonly terminal: Terminal;
}

/** Prints how many jobs wait, run and have ended whenever that changes, and a line for every job of a batch that is over. */
export function jobsLog({
  plan,
  journal,
  terminal,
}: JobsLogOptions): Required<Pick<LiveJobsOptions, "onRun" | "onProgress" | "onTrouble">> {
  const { source, url } = journal.header.endpoint;
  const expected = plan.rehearsal?.queries;
  terminal.err(
    `${plan.strategy.name} against ${url} (${source}), plan ${plan.fingerprint.slice(0, 12)}, journal ${journal.file}\n`,
  );
  return {
    onProgress({ queued, running, ended }) {
      terminal.err(`      ${queued} queued, ${running} running, ${ended} ended\n`);
    },
    onTrouble: (message) => terminal.err(`      ${message}; the jobs go on, trying again\n`),
    onRun(run, _query, { spent, resumed, runs }) {
      const of = expected === undefined ? "" : `/${Math.max(expected, runs.length)}`;
      terminal.err(
        `${String(runs.length).padStart(4)}${of}  ${jobText(run)}: ${answerText(run)}${resumed ? " (journal)" : ""}; ` +
          `${formatSeconds(spent)} of ${formatSeconds(plan.task.cap)} used\n`,
      );
    },
  };
}

/** A planned job in a line. */
export function jobText({ dModel, numLayers, batchSize, learningRate, trainFlops, tokens }: Run): string {
  const trained = tokens === undefined ? "" : `, ${formatCount(tokens)} tokens`;
  return `${formatSeconds(trainFlops).padStart(8)}: ${numLayers}×${dModel}, batch ${batchSize}, lr ${formatShort(learningRate)}${trained}`;
}

function answerText({ status, loss, message, course }: Run): string {
  if (status === "ok") return `loss ${(loss as number).toFixed(4)} after ${formatSeconds(course?.seconds ?? 0)}`;
  const partial = course?.curve.at(-1);
  const part = partial === undefined ? "" : `, loss ${partial.toFixed(4)} by then`;
  return `${status}: ${message}${part}`;
}
