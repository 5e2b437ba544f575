import { setTimeout } from "node:timers/promises";
import { EndpointError } from "../../training-api/request.ts";
import type { JobEndpoint } from "../../training-api/stanford-2026/job-endpoint.ts";
import type { Experiment } from "../../training-api/stanford-2026/jobs.ts";

export interface WaitOptions {
  readonly endpoint: JobEndpoint;
  /** Milliseconds between two looks at jobs under way: at first, and at most. @defaultValue 250 and 30,000 */
  readonly pollMs?: readonly [first: number, most: number];
  readonly signal?: AbortSignal;
  /** Called when a look at the endpoint finds its jobs in other states than before. */
  readonly onProgress?: (progress: JobProgress) => void;
  /** Called when the endpoint cannot be reached while jobs run; it is tried again. */
  readonly onTrouble?: (message: string) => void;
}

/** How a flight's jobs are. */
export interface JobProgress {
  readonly queued: number;
  readonly running: number;
  readonly ended: number;
}

/** What is known of the jobs that are waited for. */
interface Watched extends WaitOptions {
  /** Reads all experiments, and takes in what has ended. */
  readonly look: () => Promise<readonly Experiment[]>;
  /** Whether an experiment is one of this flight's jobs. */
  readonly isKnown: (id: number) => boolean;
  /** Whether a job has ended, or was given up. */
  readonly isOver: (id: number) => boolean;
  /** Stops waiting for a job whose worker is lost. */
  readonly giveUp: (experiment: Experiment) => void;
}

/** Readings of /experiments that may fail in a row: ten minutes at the longest pause. */
const FAILED_READINGS = 20;

/** Reads the experiments, seldomer while nothing changes, until the jobs are over. Throws what `look` throws. */
export async function waitForJobs(ids: readonly number[], watched: Watched): Promise<void> {
  const { endpoint, look, isKnown, isOver, giveUp, signal, onProgress, onTrouble } = watched;
  const [first, most] = watched.pollMs ?? [250, 30_000];
  const isLost = lostJobs(() => endpoint.now());
  let pause = first;
  const wait = () => setTimeout(pause, undefined, signal ? { signal } : {});
  let before: string | undefined;
  let failures = 0;
  while (!ids.every(isOver)) {
    const listed = await look().catch((error: unknown) => {
      if (!(error instanceof EndpointError && error.mayRetry && failures++ < FAILED_READINGS)) throw error;
      onTrouble?.(error.message);
    });
    if (!listed) {
      pause = Math.min(1.5 * pause, most);
      await wait();
      continue;
    }
    failures = 0;
    const own = listed.filter(({ id }) => isKnown(id));
    for (const experiment of own)
      if (ids.includes(experiment.id) && !isOver(experiment.id) && isLost(experiment)) giveUp(experiment);
    const count = (type: string) => own.filter(({ status }) => status.type === type).length;
    const progress = { queued: count("queued"), running: count("running"), ended: count("ended") };
    const now = JSON.stringify(progress);
    if (now !== before) onProgress?.(progress);
    if (ids.every(isOver)) break;
    pause = now === before ? Math.min(1.5 * pause, most) : first;
    before = now;
    await wait();
  }
}

/** The server stops a run at 1.05 times its reservation and 10 s; a quarter of an hour more for starting and reporting. */
const longestSeconds = (reserved: number) => 1.05 * reserved + 10 + 900;

/**
 * Finds jobs whose worker is lost: they stay "running" forever, and show nothing new for longer than any job takes. A job
 * that waits in the queue is never lost, since the queue may be long.
 *
 * @param now the endpoint's time in milliseconds; without one, this machine's.
 */
export function lostJobs(now: () => number | undefined): (experiment: Experiment) => boolean {
  const seen = new Map<number, { readonly state: string; readonly since: number }>();
  return ({ id, config, status }) => {
    if (status.type !== "running") return false;
    const at = now() ?? Date.now();
    const state = JSON.stringify(status);
    const before = seen.get(id);
    const since = before?.state === state ? before.since : at;
    seen.set(id, { state, since });
    return at - since > 1000 * longestSeconds(config.max_runtime_seconds);
  };
}
