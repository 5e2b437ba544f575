import { identityOf, type RunConfig } from "../task/configuration.ts";
import { formatFlops } from "../task/quantity.ts";
import { violationOf } from "../task/search-space.ts";
import { overBudgetMessage, violationMessage } from "../task/stanford-2025/wire.ts";
import type { Strategy } from "../task/strategy.ts";
import type { Task } from "../task/task.ts";

/** A fixed list of runs as a strategy: asks for them in order, and submits what `recommend` makes of the answers. */
export function runListStrategy(name: string, runs: readonly RunConfig[], recommend: Strategy["recommend"]): Strategy {
  return {
    name,
    summary: `${runs.length} runs, fixed beforehand`,
    *queries() {
      yield runs.map((run, i) => ({ ...run, reason: `run ${i + 1} of ${runs.length} of the list` }));
    },
    recommend,
  };
}

/** A run that a list may not hold, counted from 1. */
export interface InvalidRun {
  readonly run: number;
  readonly problem: string;
}

/** FLOPs of a list, each configuration paid once, and the runs of it that would be refused, each with the reason. */
export function priceRunList(runs: readonly RunConfig[], task: Task): { planned: number; invalid: InvalidRun[] } {
  const paid = new Set<string>();
  const invalid: InvalidRun[] = [];
  let planned = 0;
  for (const [i, config] of runs.entries()) {
    const violation = violationOf(config, task.searchSpace);
    if (violation) {
      invalid.push({ run: i + 1, problem: violationMessage(violation) });
      continue;
    }
    if (paid.has(identityOf(config))) continue;
    paid.add(identityOf(config));
    if (planned + config.trainFlops > task.cap) {
      const [used, cost, cap] = [planned, config.trainFlops, task.cap].map(BigInt) as [bigint, bigint, bigint];
      invalid.push({ run: i + 1, problem: overBudgetMessage(used, cost, cap) });
    }
    planned += config.trainFlops;
  }
  return { planned, invalid };
}

/** The first problem of a list in one line; undefined when it can be bought. */
export function listProblem(runs: readonly RunConfig[], task: Task, file: string): string | undefined {
  const { planned, invalid } = priceRunList(runs, task);
  const [first] = invalid;
  if (!first) return undefined;
  const others = invalid.length > 1 ? ` (and ${invalid.length - 1} more)` : "";
  const over = planned > task.cap ? `; the list costs ${formatFlops(planned)} of ${formatFlops(task.cap)} FLOPs` : "";
  return `${file}: run ${first.run}: ${first.problem}${others}${over}: change or remove it`;
}
