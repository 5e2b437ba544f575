// How fast a tournament goes, alone: node --import tsx benchmarks/speed/tournament.ts
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../../src/statistics/quantile.ts";
import { suiteNamed } from "../../src/surface/suites/suites.ts";
import { bullmqExecutor } from "../../src/tournament/bullmq/executor.ts";
import { redisWorker } from "../../src/tournament/bullmq/worker.ts";
import { shippedEntrant } from "../../src/tournament/entrant.ts";
import type { Executor } from "../../src/tournament/executor.ts";
import { localExecutor, threadPool } from "../../src/tournament/local-executor.ts";
import { jobsOf, type TournamentPlan } from "../../src/tournament/plan.ts";
import { playTournament } from "../../src/tournament/tournament.ts";
import { STRATEGIES } from "../../strategies/index.ts";

/** Speed of one tournament. */
export interface TournamentSpeed {
  readonly runs: number;
  readonly seconds: number;
  /** Processor seconds of all threads: what other programs on the machine do not change. */
  readonly processor: number;
}

const REDIS_PORT = 6390;
/** As many as `npm start` plays. */
const REPETITIONS = 1;

function planOf(names: readonly string[], suite: string, repetitions: number): TournamentPlan {
  const entrants = names.map(shippedEntrant);
  return { entrants, worlds: suiteNamed(suite), repetitions, seed: 0, thinkingSeconds: 60 };
}

/** Plays a plan into a folder that is thrown away. */
async function measure(
  plan: TournamentPlan,
  executor: Executor,
  workers: number,
  onResult: () => void = () => undefined,
): Promise<TournamentSpeed> {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-bench-"));
  const started = performance.now();
  const before = process.cpuUsage();
  try {
    await playTournament({
      plan,
      file: join(folder, "results.jsonl"),
      executor,
      workers,
      signal: new AbortController().signal,
      onResult,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1000;
  return { runs: jobsOf(plan).size, seconds, processor: (user + system) / 1e6 };
}

/** Between these shares of its runs a tournament is neither starting nor waiting for the last of its workers. */
const STEADY = [0.3, 0.9] as const;

/** Plays a plan with so many workers, and times its steady part too. */
async function measureSteady(plan: TournamentPlan, workers: number): Promise<TournamentSpeed & { steady: number }> {
  const times: number[] = [];
  const speed = await measure(plan, localExecutor(workers), workers, () => times.push(performance.now()));
  const [from, to] = STEADY.map((share) => times[Math.floor(share * times.length)]!) as [number, number];
  return { ...speed, steady: (to - from) / 1000 };
}

/**
 * The whole default field on the default suite, with one worker and with two, and how near two come to twice one: all in
 * all, and without what starting costs.
 */
export async function workersBench(): Promise<{
  one: TournamentSpeed;
  two: TournamentSpeed;
  efficiency: number;
  steady: number;
}> {
  const plan = planOf(
    STRATEGIES.map(({ name }) => name),
    "default",
    REPETITIONS,
  );
  // The machine may be busy with other things: of each kind the round least disturbed.
  let [one, two] = [await measureSteady(plan, 1), await measureSteady(plan, 2)];
  one = faster(await measureSteady(plan, 1), one);
  two = faster(await measureSteady(plan, 2), two);
  return { one, two, efficiency: one.seconds / two.seconds / 2, steady: one.steady / two.steady / 2 };
}

function faster<T extends TournamentSpeed>(speed: T, other: T): T {
  return other.seconds < speed.seconds ? other : speed;
}

/** Strategies that are played in milliseconds, and how often, for a tournament that is long in runs and not in time. */
const QUICK = { names: ["literature-only", "ladder", "isoflops-minimum", "hyperband"], repetitions: 30 };
const QUARTERS = [0.25, 0.5, 0.75, 1];

/** Megabytes of the process after each quarter of a long tournament: what grows with the runs shows in the later ones. */
export async function memoryBench(): Promise<{ runs: number; megabytes: readonly number[] }> {
  const plan = planOf(QUICK.names, "default", QUICK.repetitions);
  const runs = jobsOf(plan).size;
  const megabytes: number[] = [];
  let played = 0;
  await measure(plan, localExecutor(1), 1, () => {
    played++;
    if (played >= QUARTERS[megabytes.length]! * runs) megabytes.push(process.memoryUsage.rss() / 2 ** 20);
  });
  return { runs, megabytes };
}

/** Milliseconds that a block costs over Redis beyond what it costs here; undefined without a redis-server. */
export async function bullmqOverhead(): Promise<number | undefined> {
  try {
    execFileSync("redis-server", ["--version"]);
  } catch {
    return undefined;
  }
  const redis = spawn("redis-server", [
    "--port",
    String(REDIS_PORT),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
  ]);
  await new Promise<void>((resolve) => redis.stdout.on("data", (text) => String(text).includes("Ready") && resolve()));
  try {
    const url = `redis://127.0.0.1:${REDIS_PORT}`;
    const worker = await redisWorker(
      url,
      1,
      () => undefined,
      () => undefined,
    );
    // Blocks that are nothing but handing over: one run each, of a strategy that asks nothing.
    const plan = planOf(["literature-only"], "default", 12);
    const blocks = jobsOf(plan).size;
    const warm = planOf(["literature-only"], "smoke", 1);
    const remote = await bullmqExecutor(url, () => undefined);
    const pool = threadPool(1);
    const local: Executor = {
      async play(all, onLine, signal) {
        await Promise.all(all.map((block) => pool.play(block, onLine, signal)));
      },
    };
    for (const executor of [remote, local]) await measure(warm, executor, 1);
    const seconds = async (executor: Executor) => (await measure(plan, executor, blocks)).seconds;
    const differences = [];
    for (let round = 0; round < 5; round++) differences.push((await seconds(remote)) - (await seconds(local)));
    await Promise.all([worker.close(), pool.close()]);
    return (1000 * median(differences)) / blocks;
  } finally {
    redis.kill();
  }
}

export async function reportTournament(): Promise<void> {
  const { one, two, efficiency, steady } = await workersBench();
  const speed = ({ runs, seconds, processor }: TournamentSpeed) =>
    `${(runs / seconds).toFixed(1)} runs/s (${runs} in ${seconds.toFixed(1)} s, ${processor.toFixed(1)} s of processors)`;
  console.log(`tournament, ${STRATEGIES.length} strategies on the default suite, ${availableParallelism()} cores:`);
  console.log(
    `  one worker ${speed(one)}, two workers ${speed(two)}: efficiency ${efficiency.toFixed(2)}, after the start ${steady.toFixed(2)}`,
  );
  console.log(`  peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
  const { runs, megabytes } = await memoryBench();
  const growth = (megabytes[3]! - megabytes[1]!) / (runs / 2000);
  console.log(
    `  memory after each quarter of ${runs} runs: ${megabytes.map((value) => value.toFixed(0)).join(", ")} MB; growth in the second half ${growth.toFixed(1)} MB per thousand runs`,
  );
  const overhead = await bullmqOverhead();
  console.log(
    `  over Redis ${overhead === undefined ? "not measured: no redis-server" : `${overhead.toFixed(1)} ms more for each block`}`,
  );
}

if (import.meta.main) await reportTournament();
