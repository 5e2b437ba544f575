import type { AnyWorld, World } from "../surface/world.ts";
import { simulatedApi } from "./simulated.ts";
import { jobsApi } from "./stanford-2026/jobs-api.ts";
import { simulatedJobs } from "./stanford-2026/simulated-jobs.ts";
import type { JobsApi, TrainingApi } from "./training-api.ts";

/** A world of either kind as an API in this process. */
export function apiOf(world: AnyWorld, repetition = 0): TrainingApi | JobsApi {
  const { cluster, task } = world;
  return cluster && task.clock
    ? jobsApi(simulatedJobs(cluster.jobs, repetition), task.clock)
    : simulatedApi(world as World, repetition);
}
