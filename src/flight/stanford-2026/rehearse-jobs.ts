import type { Play } from "../../experiment/dry-run.ts";
import type { AnyStrategy } from "../../experiment/session.ts";
import type { AnyWorld } from "../../surface/world.ts";
import { UserError } from "../../task/errors.ts";
import type { JobPort } from "../../training-api/stanford-2026/job-port.ts";
import { simulatedJobs } from "../../training-api/stanford-2026/simulated-jobs.ts";
import type { Plan } from "../plan.ts";
import { playPlan } from "./play-plan.ts";

/** Plays of a plan of jobs on simulated clusters. */
export interface JobsPlay {
  readonly play: Play;
  /** The most seconds that were spent and reserved at once in any play that granted the whole cap. */
  peak(): number;
}

/** Rehearses a plan of jobs as its flight will run: the same batches, over a port. */
export function jobsPlay(plan: Pick<Plan, "strategy" | "task">, strategy: AnyStrategy): JobsPlay {
  let peak = 0;
  return {
    peak: () => peak,
    async play(world, repetition, granted, options) {
      const inner = simulatedJobs(clusterOf(world).jobs, repetition);
      const cap = granted * plan.task.cap;
      const port: JobPort = {
        ...inner,
        async submit(config, reason) {
          const used = await inner.used();
          if (used + config.max_runtime_seconds > cap)
            return {
              outcome: "insufficient",
              message: `${config.max_runtime_seconds} s of ${(cap - used).toFixed(1)} s left`,
            };
          const submitted = await inner.submit(config, reason);
          if (granted === 1) peak = Math.max(peak, await inner.used());
          return submitted;
        },
      };
      const { runs, submission, spent, note } = await playPlan(plan, strategy, port, options);
      return { runs, submission, spent, repeats: 0, stuck: false, ...(note !== undefined && { note }) };
    },
  };
}

function clusterOf({ cluster, document }: AnyWorld): NonNullable<AnyWorld["cluster"]> {
  if (cluster) return cluster;
  throw new UserError(
    `world "${document.name}" costs FLOPs: a plan of jobs needs worlds of jobs, such as stanford-2026`,
  );
}
