import type { Experiment } from "../../training-api/stanford-2026/jobs.ts";

/** The server stops a run at 1.05 times its reservation and 10 s; a quarter of an hour more for starting and reporting. */
const watchdog = (seconds: number) => 1.05 * seconds + 10 + 900;

export interface Patience {
  /** Whether a job under way has shown nothing new for longer than any job takes, and others go on. */
  isOver(id: number, listed: readonly Experiment[]): boolean;
}

/**
 * Patience with jobs whose worker is lost: they stay "running" for ever. The time is the endpoint's own. A job that waits
 * in the queue is never given up, since the queue may be long.
 *
 * @param now the endpoint's time in milliseconds; without one, this machine's.
 */
export function patienceWith(now: () => number | undefined): Patience {
  const seen = new Map<number, { readonly state: string; readonly since: number }>();
  return {
    isOver(id, listed) {
      const experiment = listed.find((each) => each.id === id);
      if (experiment?.status.type !== "running") return false;
      const at = now() ?? Date.now();
      const state = JSON.stringify(experiment.status);
      const before = seen.get(id);
      if (before?.state !== state) seen.set(id, { state, since: at });
      const since = before?.state === state ? before.since : at;
      return at - since > 1000 * watchdog(experiment.config.max_runtime_seconds);
    },
  };
}
