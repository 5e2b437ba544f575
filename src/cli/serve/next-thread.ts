import { parentPort, workerData } from "node:worker_threads";
import type { NextAnswer } from "../../../mock-server/dashboard/wire.ts";
import type { KnownRun } from "../../experiment/history.ts";
import { nextRuns } from "../../experiment/next/plan.ts";
import { HALF_WIDTH_80 } from "../../statistics/distributions.ts";
import { UserError } from "../../task/errors.ts";
import type { Task } from "../../task/task.ts";

/** What the thread plans: the runs of a key, what its API takes, and what is wanted. */
export interface NextJob {
  readonly runs: readonly KnownRun[];
  readonly task: Pick<Task, "searchSpace" | "admissible">;
  readonly wanted: { readonly budget: number; readonly target: number; readonly parallel: number };
  readonly seed: number;
}

async function plan({ runs, task, wanted, seed }: NextJob): Promise<NextAnswer> {
  const space = { searchSpace: task.searchSpace, admissible: task.admissible };
  const { strategy, now, runs: planned, notes } = await nextRuns(runs, { ...wanted, space, seed });
  const expected = ({ sdLoss, sdLnN, regret }: { sdLoss: number; sdLnN: number; regret: number }) => ({
    lossWithin: HALF_WIDTH_80 * sdLoss,
    sizeWithin: Math.exp(HALF_WIDTH_80 * sdLnN),
    regret,
  });
  return {
    strategy,
    now: { N: now.N, ...expected(now) },
    runs: planned.map(({ config, reason, expected: after }) => ({ config, reason, ...expected(after) })),
    notes,
  };
}

plan(workerData as NextJob).then(
  (answer) => parentPort!.postMessage({ answer }),
  (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    parentPort!.postMessage({ refusal: error.message });
  },
);
