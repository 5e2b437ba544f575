import type { RunConfig } from "../../task/configuration.ts";
import { jobOf } from "../../task/stanford-2026/job.ts";
import { STANFORD_2026_TASK } from "../../task/stanford-2026/task.ts";
import type { Task } from "../../task/task.ts";
import type { FinalRun, World } from "../world.ts";
import { buildJobWorld, type JobWorld } from "./build-world.ts";
import { bestJobs, expectedTokens } from "./optimum.ts";
import { type JobPoint, jobPoint } from "./point.ts";
import type { JobWorldDocument } from "./world-document.ts";

/**
 * A world of jobs as a world that strategies play: the assignment of 2026 on it. Its truth is the loss that a
 * configuration is expected to show when its seconds are over; one without tokens has the most that are expected to fit.
 */
export function clockWorld(document: JobWorldDocument, task: Task = STANFORD_2026_TASK): World<JobWorldDocument> {
  const jobs = buildJobWorld(document);
  const expectedLoss = (config: RunConfig): number => {
    const point = pointOf(jobs, config);
    return point ? lossWithin(jobs, point, config.trainFlops, jobs.runtimeAt(point)) : Number.POSITIVE_INFINITY;
  };
  const final = (config: RunConfig, repetition: number) => finalRun(jobs, config, repetition);
  const answer = (config: RunConfig, repetition: number) => final(config, repetition).loss;
  return {
    document,
    task,
    expectedLoss,
    expectedLosses: (configs) => Float64Array.from(configs, expectedLoss),
    quantizedLoss: expectedLoss,
    answer,
    answers: (configs, repetition) => Float64Array.from(configs, (config) => answer(config, repetition)),
    recordedLoss: () => undefined,
    cluster: { jobs, final, ...bestJobs(jobs, task) },
  };
}

/** The job of a configuration; undefined where the API would not take it. */
function pointOf(jobs: JobWorld, config: RunConfig): JobPoint | undefined {
  if (config.tokens !== undefined) {
    const job = jobOf({ ...config, tokens: config.tokens });
    return typeof job === "string" ? undefined : jobPoint(job);
  }
  const job = jobOf({ ...config, tokens: 16 * 512 * config.batchSize });
  return typeof job === "string" ? undefined : expectedTokens(jobs, jobPoint(job), config.trainFlops);
}

/** The run at the target with the noise of a repetition in its seconds, and without any in its loss. */
function finalRun(jobs: JobWorld, config: RunConfig, repetition: number): FinalRun {
  const point = pointOf(jobs, config);
  const job = point && jobOf({ ...config, tokens: point.tokens });
  if (!job || typeof job === "string") return { seconds: 0, finished: false, loss: Number.POSITIVE_INFINITY };
  const { runtimeSeconds, fits } = jobs.job(job, repetition);
  const loss = lossWithin(jobs, point, config.trainFlops, runtimeSeconds);
  return { seconds: runtimeSeconds, finished: fits && runtimeSeconds <= config.trainFlops, loss };
}

/** The expected loss at the last evaluation that a job of this runtime reaches in time; untrained where there is none. */
function lossWithin(jobs: JobWorld, point: JobPoint, seconds: number, runtime: number): number {
  const { fits, lossAt } = jobs.expectedAt(point);
  const { evaluations } = point;
  const reached = runtime <= seconds ? evaluations : Math.floor((evaluations * seconds) / runtime);
  return fits && reached > 0 ? lossAt(reached - 1) : jobs.document.layers.loss.untrained;
}
