import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bootstrapFits } from "../../src/fit/bootstrap.ts";
import type { Fitter } from "../../src/fit/fitter.ts";
import { parametric } from "../../src/fit/methods/parametric.ts";
import { variableProjection } from "../../src/fit/methods/variable-projection.ts";
import { median } from "../../src/statistics/quantile.ts";
import { randomStream } from "../../src/task/random.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

const REPEATS = 15;

/** Medians in milliseconds, memory in MB, and the objectives reached. */
export interface FitSpeed {
  readonly multiStart: number;
  readonly objective: number;
  readonly projection: number;
  readonly projectionObjective: number;
  readonly refit: number;
  readonly refits4000: number;
  readonly memory: number;
}

export interface ScipySpeed {
  readonly multiStart: number;
  readonly objective: number;
  readonly refit: number;
  readonly memory: number;
}

/** Times the fitters on one table: medians of 15 after 5 to warm up. */
export function measureFits(runs: readonly RunPoint[]): FitSpeed {
  const huber = { objective: "log-huber" } as const;
  const fit = parametric.fit(runs, huber);
  const refits = (draws: number) =>
    bootstrapFits(parametric, runs, fit, { resampling: "runs", draws, rng: randomStream("bench"), options: huber });
  const multiStart = medianTime(() => parametric.fit(runs, huber));
  const projection = medianTime(() => variableProjection.fit(runs, huber));
  const refit = medianTime(() => refits(20)) / 20;
  const before = performance.now();
  refits(4000);
  const refits4000 = performance.now() - before;
  return {
    multiStart,
    objective: objectiveReached(parametric, runs),
    projection,
    projectionObjective: objectiveReached(variableProjection, runs),
    refit,
    refits4000,
    memory: process.resourceUsage().maxRSS / 1024,
  };
}

/** The same with SciPy; undefined where python3 has none. */
export function measureScipy(runs: readonly RunPoint[]): ScipySpeed | undefined {
  const input = JSON.stringify({
    N: runs.map(({ N }) => N),
    D: runs.map(({ D }) => D),
    loss: runs.map(({ loss }) => loss),
    repeats: 7,
  });
  const script = fileURLToPath(new URL("scipy_reference.py", import.meta.url));
  // One thread, as everything here has.
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const { status, stdout } = spawnSync("python3", [script], { input, encoding: "utf8", env });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

function objectiveReached(fitter: Fitter, runs: readonly RunPoint[]): number {
  return fitter.fit(runs, { objective: "log-huber" }).objective?.value ?? Number.NaN;
}

function medianTime(work: () => void): number {
  const times: number[] = [];
  for (let i = 0; i < REPEATS + 5; i++) {
    const before = performance.now();
    work();
    if (i >= 5) times.push(performance.now() - before);
  }
  return median(times);
}
