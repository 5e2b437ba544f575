import { type AnyStrategy, isProgram, recommendation } from "../../experiment/session.ts";
import type { Journal } from "../../flight/journal/journal.ts";
import type { LiveRunOptions } from "../../flight/live-run.ts";
import { type Plan, planStream } from "../../flight/plan.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import type { Run } from "../../task/configuration.ts";
import { thrownText } from "../../task/errors.ts";
import { formatCount, formatFlops, formatShort } from "../../task/quantity.ts";
import type { Strategy } from "../../task/strategy.ts";
import type { Terminal } from "../command.ts";
import { duration } from "../progress.ts";

interface FlightLogOptions {
  readonly plan: Plan;
  readonly strategy: AnyStrategy;
  readonly journal: Journal;
  readonly terminal: Terminal;
}

/** Prints a line for every run: query, answer, spending and time left, and what would be submitted now. */
export function flightLog({ plan, strategy, journal, terminal }: FlightLogOptions): {
  onRun: NonNullable<LiveRunOptions["onRun"]>;
} {
  const { source, url } = journal.header.endpoint;
  const expected = plan.rehearsal?.queries;
  terminal.err(
    `${plan.strategy.name} against ${url} (${source}), plan ${plan.fingerprint.slice(0, 12)}, journal ${journal.file}\n`,
  );
  const began = performance.now();
  let asked = 0;
  const left = (number: number): string => {
    if (expected === undefined || asked === 0 || number >= expected) return "";
    const each = (performance.now() - began) / asked / 1000;
    return `, about ${duration(each * (expected - number))} left`;
  };

  return {
    onRun(run, _query, { spent, resumed, runs }) {
      if (!resumed) asked++;
      const number = runs.length;
      const of = expected === undefined ? "" : `/${Math.max(expected, number)}`;
      terminal.err(
        `${String(number).padStart(4)}${of}  ${queryText(run)}  ${answerText(run)}${resumed ? " (journal)" : ""}; ` +
          `${formatFlops(spent)} of ${formatFlops(plan.task.cap)} spent${left(number)}\n`,
      );
      // A program says what it submits at its end only.
      if (!resumed && !isProgram(strategy))
        terminal.err(`        submission now: ${submissionNow(strategy, runs, plan)}\n`);
    },
  };
}

function queryText({ dModel, numLayers, numHeads, batchSize, learningRate, trainFlops }: Run): string {
  return `${formatFlops(trainFlops).padStart(6)}: ${numLayers}×${dModel}, ${numHeads} heads, batch ${batchSize}, lr ${formatShort(learningRate)}`;
}

function answerText({ status, loss, message }: Run): string {
  return status === "ok" ? `loss ${(loss as number).toFixed(4)}` : `${status}: ${message}`;
}

/** What would be submitted now. A strategy that cannot tell yet does not end the run. */
function submissionNow(strategy: Strategy, runs: readonly Run[], plan: Plan): string {
  try {
    const { config, predictedLoss } = recommendation(strategy, runs, plan.task, planStream(plan));
    return `N ${formatCount(nonEmbeddingParameters(config))}, predicted loss ${predictedLoss.toFixed(4)}`;
  } catch (error) {
    return `none yet (${thrownText(error)})`;
  }
}
