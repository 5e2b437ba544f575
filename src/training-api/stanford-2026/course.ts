import { uniform } from "../../surface/hash.ts";
import type { JobWorld, SimulatedJob } from "../../surface/stanford-2026/build-world.ts";
import type { TrainingConfig } from "../../task/stanford-2026/configuration.ts";

/** What can be done to jobs on purpose; each to a share of them, chosen by seed and configuration. */
export const JOB_FAULTS = ["timeout", "outOfMemory", "crash", "preempted", "lost", "slow"] as const;
export type JobFault = (typeof JOB_FAULTS)[number];

export interface JobFaults {
  readonly shares: Readonly<Partial<Record<JobFault, number | undefined>>>;
  /** Every job waits this much longer in the queue. */
  readonly queueSeconds: number;
}

export const NO_JOB_FAULTS: JobFaults = { shares: {}, queueSeconds: 0 };

/** How a job ended. */
export type JobEnd =
  | { readonly kind: "completed"; readonly usedSeconds: number; readonly evaluations: number }
  | { readonly kind: "timeout"; readonly usedSeconds: number; readonly evaluations: number }
  | { readonly kind: "unexpected"; readonly usedSeconds: number; readonly failure: string };

/** What becomes of a job once it is dispatched. Times are seconds since then. */
export interface JobCourse {
  readonly dispatchSeconds: number;
  /** How it ends, and when that is reported; undefined for a job whose worker is lost. */
  readonly end: JobEnd | undefined;
  readonly endSeconds: number;
  /** How many losses are reported by then. After a preemption they start again from none. */
  evaluationsAt(seconds: number): number;
  lossAt(evaluation: number): number;
}

/** Seconds after which the allocator gives up, at least and at most (six real jobs). */
const OUT_OF_MEMORY_SECONDS = [10.06, 10.25] as const;
/** A forced time-out takes this many times what was reserved. */
const FORCED_TIMEOUT = 1.3;
/** Draws of a job's hash that belong to faults. */
const FAULT_DRAW = 30;
const MEMORY_DRAW = 31;

/** What becomes of a configuration: a function of world, repetition, configuration and faults alone. */
export function courseOf(
  world: JobWorld,
  config: TrainingConfig,
  repetition: number,
  faults: JobFaults = NO_JOB_FAULTS,
): JobCourse {
  const job = world.job(config, repetition);
  const fault = faultOf(job, faults);
  const max = config.max_runtime_seconds;
  const evaluations = Number(config.n_evals);
  const runtime = runtimeUnder(job, fault, max);
  const end =
    fault === "crash" ? CRASH : isOutOfMemory(job, fault) ? outOfMemory(job) : endOf(runtime, max, evaluations);
  const chunk = runtime / evaluations;
  const { startSeconds, reportSeconds, restartSeconds, preemptedAfter } = job;
  const trains = end.kind !== "unexpected";
  const isPreempted = trains && (job.isPreempted || fault === "preempted");
  const isLost = trains && fault === "lost";
  const broken = startSeconds + preemptedAfter * end.usedSeconds;
  const start = isPreempted ? broken + restartSeconds : startSeconds;
  const most = end.kind === "unexpected" ? 0 : end.evaluations;
  const doneAfter = (seconds: number) => Math.max(0, Math.min(most, Math.floor(seconds / chunk + 1e-9)));
  return {
    dispatchSeconds: job.dispatchSeconds + faults.queueSeconds,
    end: isLost ? undefined : end,
    endSeconds: isLost ? Infinity : start + end.usedSeconds + reportSeconds,
    evaluationsAt(seconds) {
      if (isLost) return doneAfter(Math.min(seconds, broken) - startSeconds);
      return isPreempted && seconds < broken ? doneAfter(seconds - startSeconds) : doneAfter(seconds - start);
    },
    lossAt: job.lossAt,
  };
}

/**
 * How a run of equal chunks ends. The limit is checked before each chunk and after the last, and by a watchdog at
 * 1.05·max + 10 s: a run that times out has used more than its limit, and may have all its losses.
 */
export function endOf(runtime: number, max: number, evaluations: number): JobEnd {
  if (runtime <= max) return { kind: "completed", usedSeconds: runtime, evaluations };
  const chunk = runtime / evaluations;
  const chunks = Math.min(evaluations, Math.floor(max / chunk) + 1);
  const watchdog = 1.05 * max + 10;
  return chunks * chunk > watchdog
    ? { kind: "timeout", usedSeconds: watchdog, evaluations: chunks - 1 }
    : { kind: "timeout", usedSeconds: chunks * chunk, evaluations: chunks };
}

const CRASH: JobEnd = {
  kind: "unexpected",
  usedSeconds: 0,
  failure: "RuntimeError: injected by the faults file of this server",
};

function faultOf({ hash }: SimulatedJob, { shares }: JobFaults): JobFault | undefined {
  const drawn = uniform(hash, FAULT_DRAW);
  let sum = 0;
  return JOB_FAULTS.find((fault) => {
    sum += shares[fault] ?? 0;
    return drawn < sum;
  });
}

function runtimeUnder({ runtimeSeconds, slowRuntimeSeconds }: SimulatedJob, fault: JobFault | undefined, max: number) {
  if (fault === "timeout") return Math.max(runtimeSeconds, FORCED_TIMEOUT * max);
  return fault === "slow" ? slowRuntimeSeconds : runtimeSeconds;
}

function isOutOfMemory({ fits }: SimulatedJob, fault: JobFault | undefined): boolean {
  return !fits || fault === "outOfMemory";
}

function outOfMemory({ memoryBytes, hash }: SimulatedJob): JobEnd {
  const [least, most] = OUT_OF_MEMORY_SECONDS;
  const failure = `JaxRuntimeError: RESOURCE_EXHAUSTED: Out of memory while trying to allocate ${bytesText(memoryBytes)}.`;
  return { kind: "unexpected", usedSeconds: least + (most - least) * uniform(hash, MEMORY_DRAW), failure };
}

/** Bytes as XLA writes them: `274.40GiB`. */
function bytesText(bytes: number): string {
  let amount = bytes / 1024;
  let unit = 0;
  for (; amount >= 1024 && unit < 5; unit++) amount /= 1024;
  return `${amount.toFixed(unit === 0 ? 1 : 2)}${"KMGTPE"[unit]}iB`;
}
