import { clockWorld } from "../../src/surface/stanford-2026/clock-world.ts";
import { drawnJobWorlds } from "../../src/surface/suites/job-suites.ts";
import type { ClockBudget } from "../../src/task/clock.ts";
import { STANFORD_2026_TASK } from "../../src/task/stanford-2026/task.ts";
import type { Query } from "../../src/task/strategy.ts";
import { play } from "../../src/tournament/play.ts";
import { jobsApi } from "../../src/training-api/stanford-2026/jobs-api.ts";
import { simulatedJobs } from "../../src/training-api/stanford-2026/simulated-jobs.ts";
import { strategyNamed } from "../../strategies/index.ts";

const clock = STANFORD_2026_TASK.clock as ClockBudget;
/** The jobs of half a day, and the seconds of each: a few long ones, and as many as a minute each allows. */
const HALF_DAYS = [
  { jobs: 60, seconds: 720 },
  { jobs: 720, seconds: 60 },
];
const FIELD = ["literature-only", "wall-clock-isoflops", "isoflops-parabola", "ladder", "champion"];
const WORLDS = 12;
const MANY = { worlds: 1000, cores: 2 };

/** Prints how long jobs of the 2026 edition take on the virtual clock, and a tournament on them. */
export async function reportJobs(): Promise<void> {
  for (const { jobs, seconds } of HALF_DAYS) {
    const took = await secondsFor(jobs, seconds);
    console.log(
      `jobs       ${jobs} jobs of ${seconds} s on the virtual clock: ${took.toFixed(2)} s (aim: twelve hours in 2 s)`,
    );
  }
  const began = process.cpuUsage();
  for (const document of drawnJobWorlds(WORLDS)) {
    const world = clockWorld(document);
    // The control is always played with them.
    for (const name of [...FIELD, "random-affordable"]) await play(strategyNamed(name), world, 0, 0, { anytime: true });
  }
  const { user, system } = process.cpuUsage(began);
  const each = (user + system) / 1e6 / WORLDS;
  const minutes = (each * MANY.worlds) / MANY.cores / 60;
  console.log(
    `           ${FIELD.length} strategies and the control on one world: ${each.toFixed(2)} s of a core, so on ${MANY.worlds} worlds with ${MANY.cores} idle cores: ${minutes.toFixed(1)} minutes (aim: 10)`,
  );
}

/** Seconds until so many jobs that reserve the whole cap together have all ended. */
async function secondsFor(jobs: number, seconds: number): Promise<number> {
  const world = clockWorld(drawnJobWorlds(1)[0]!);
  const began = performance.now();
  const shape = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 32, trainFlops: seconds };
  const queries = Array.from({ length: jobs }, (_, i): Query => {
    const tokens = 16 * 16_384 * Math.round(seconds / 2);
    return { ...shape, learningRate: 0.003 * (1 + i / 1000), tokens };
  });
  const answers = await jobsApi(simulatedJobs(world.cluster!.jobs), clock).answers(queries);
  if (!answers.every(({ status }) => status === "ok")) throw new Error("a job did not end in time");
  return (performance.now() - began) / 1000;
}
