import { MemoryLedger } from "../../ledger/memory.ts";
import type { JobWorld } from "../../surface/stanford-2026/build-world.ts";
import { BUDGET_SECONDS } from "../../task/stanford-2026/budget.ts";
import { configurationText, type TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import { type JobFaults, NO_JOB_FAULTS } from "./course.ts";
import type { JobPort } from "./job-port.ts";
import { SECOND_JOBS } from "./job-record.ts";
import { type Experiment, TrainingJobs } from "./jobs.ts";

/** The one student of an in-process cluster. */
const STUDENT = "in-process";

/**
 * A cluster in this process on a clock of its own, which runs ahead to the end of every job: hours pass in milliseconds.
 *
 * @param repetition which fixed draw of the noise.
 */
export function simulatedJobs(world: JobWorld, repetition = 0, faults: JobFaults = NO_JOB_FAULTS): JobPort {
  let clock = 0;
  const jobs = new TrainingJobs({
    world,
    ledger: new MemoryLedger(SECOND_JOBS),
    repetition,
    faults,
    now: () => clock,
  });
  const ids = new Map<string, number>();
  return {
    source: "simulated",
    async submit(config: TrainingConfig) {
      const submitted = jobs.submit(STUDENT, config);
      if (submitted.outcome === "insufficient") {
        const left = BUDGET_SECONDS - submitted.used;
        return { outcome: "insufficient", message: `${config.max_runtime_seconds} s of ${left.toFixed(1)} s left` };
      }
      const text = configurationText(config);
      if (submitted.outcome === "accepted") ids.set(text, submitted.id);
      return { outcome: submitted.outcome, id: ids.get(text) as number };
    },
    async ended(wanted) {
      clock = Math.max(clock, jobs.runUntilIdle() ?? 0);
      return wanted.map((id) => jobs.experiment(STUDENT, id) as Experiment);
    },
    used: async () => jobs.used(STUDENT),
  };
}
