import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { DashboardOptions } from "../../../mock-server/dashboard/dashboard.ts";
import type { NextAnswer } from "../../../mock-server/dashboard/wire.ts";
import { UserError } from "../../task/errors.ts";
import { pointOf } from "../../task/run-point.ts";
import type { NextJob } from "./next-thread.ts";

/** Built: the file beside the command line, or beside the folder of chunks this code was put in. */
const here = import.meta.url;
const THREAD = here.endsWith(".ts")
  ? new URL("./next-thread.ts", here)
  : new URL(here.includes("/chunks/") ? "../next-thread.js" : "./next-thread.js", here);

/** At most so many plans are made or wait; any further one is refused. */
const MOST_WAITING = 8;

/** Plans runs for the dashboard in a thread of their own, one plan after the other: the server goes on answering. */
export function nextPlanner(seed: number): NonNullable<DashboardOptions["next"]> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async ({ task: { searchSpace, admissible } }, entries, wanted) => {
    if (waiting >= MOST_WAITING) throw new UserError("this server is planning for others: try again in a minute");
    const runs = entries.map(({ config, loss }) => ({ ...config, ...pointOf({ ...config, loss }) }));
    const plan = last.then(() => planInThread({ runs, task: { searchSpace, admissible }, wanted, seed }));
    waiting++;
    last = plan.then(
      () => waiting--,
      () => waiting--,
    );
    return plan;
  };
}

/** @throws UserError where nothing can be planned. */
async function planInThread(workerData: NextJob): Promise<NextAnswer> {
  const thread = new Worker(THREAD, { workerData });
  // A server that stops does not wait for it.
  thread.unref();
  try {
    const [{ answer, refusal }] = (await once(thread, "message")) as [{ answer?: NextAnswer; refusal?: string }];
    if (answer) return answer;
    throw new UserError(plainRefusal(refusal!));
  } finally {
    await thread.terminate();
  }
}

/** The page has fields where the command line has options. */
function plainRefusal(text: string): string {
  return text.replace(/--(budget|target)/g, "the $1").replace(/: isoflop .*$/, "");
}
