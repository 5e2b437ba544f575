import type { Experiment } from "../../training-api/stanford-2026/jobs.ts";

/** The server stops a run at 1.05 times its reservation and 10 s; a quarter of an hour more for starting and reporting. */
const longestSeconds = (reserved: number) => 1.05 * reserved + 10 + 900;

export interface LostJobs {
  /** Whether a running job has shown nothing new for longer than any job takes. */
  isLost(id: number, listed: readonly Experiment[]): boolean;
}

/**
 * Finds jobs whose worker is lost: they stay "running" forever. A job that waits in the queue is never lost, since the
 * queue may be long.
 *
 * @param now the endpoint's time in milliseconds; without one, this machine's.
 */
export function lostJobs(now: () => number | undefined): LostJobs {
  const seen = new Map<number, { readonly state: string; readonly since: number }>();
  return {
    isLost(id, listed) {
      const experiment = listed.find((each) => each.id === id);
      if (experiment?.status.type !== "running") return false;
      const at = now() ?? Date.now();
      const state = JSON.stringify(experiment.status);
      const before = seen.get(id);
      const since = before?.state === state ? before.since : at;
      seen.set(id, { state, since });
      return at - since > 1000 * longestSeconds(experiment.config.max_runtime_seconds);
    },
  };
}
