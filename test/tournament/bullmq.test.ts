import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bullmqExecutor } from "../../src/tournament/bullmq/executor.ts";
import { redisWorker } from "../../src/tournament/bullmq/worker.ts";
import { shippedEntrant } from "../../src/tournament/entrant.ts";
import type { Executor } from "../../src/tournament/executor.ts";
import { localExecutor } from "../../src/tournament/local-executor.ts";
import type { TournamentPlan } from "../../src/tournament/plan.ts";
import { playTournament } from "../../src/tournament/tournament.ts";
import { requires } from "../requires.ts";
import { worldsForTest } from "./world.ts";

const { skip, note } = requires("redis-server", hasRedis());
const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

function hasRedis(): boolean {
  try {
    execFileSync("redis-server", ["--version"]);
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(skip)(`a tournament over Redis${note}`, () => {
  let folder: string;
  let redis: ChildProcess;
  let url: string;
  const workers: ChildProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "isoflop-redis-"));
    const port = await freePort();
    url = `redis://127.0.0.1:${port}`;
    redis = await startRedis(port);
  });
  afterAll(() => {
    for (const child of [...workers, redis]) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  async function startRedis(port: number, ...options: string[]): Promise<ChildProcess> {
    const quiet = ["--save", "", "--appendonly", "no", "--dir", folder];
    const server = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", ...quiet, ...options]);
    await said(server, "stdout", /Ready to accept connections/);
    return server;
  }

  async function startWorker(): Promise<ChildProcess> {
    const worker = spawn(process.execPath, [MAIN, "worker", "--redis", url, "--workers", "1"]);
    workers.push(worker);
    await said(worker, "stderr", /taking jobs on 1 threads/);
    return worker;
  }

  async function play(
    plan: TournamentPlan,
    executor: Executor,
    name: string,
    signal = new AbortController().signal,
  ): Promise<Map<string, unknown>> {
    const traces = new Map<string, unknown>();
    await playTournament({
      plan,
      file: join(folder, name),
      executor,
      workers: 2,
      signal,
      onResult: ({ key, seconds: _, ...trace }) => traces.set(key, trace),
    });
    return traces;
  }

  it("gives what the local one gives, bit for bit, although a worker is killed in the middle of a job", async () => {
    const entrants = ["two-stage-isoflops", "isoflops-parametric", "isoflops-minimum"].map(shippedEntrant);
    const plan: TournamentPlan = { entrants, worlds: worldsForTest(16), repetitions: 2, seed: 3, thinkingSeconds: 2 };
    const [victim] = await Promise.all([startWorker(), startWorker()]);
    // It has finished one block, and so has begun another.
    const killed = said(victim, "stderr", /runs in/).then(() => victim.kill("SIGKILL"));
    const remote = await play(plan, await bullmqExecutor(url, () => undefined), "remote.jsonl");
    expect(await killed).toBe(true);
    expect(remote.size).toBe(16 * 2 * 3);
    expect(remote).toEqual(await play(plan, localExecutor(2), "local.jsonl"));
  });

  it("finds the work of an interrupted run instead of doing it again", async () => {
    const plan: TournamentPlan = {
      entrants: [shippedEntrant("two-stage-isoflops")],
      worlds: worldsForTest(2),
      repetitions: 2,
      seed: 4,
      thinkingSeconds: 2,
    };
    const executor = await bullmqExecutor(url, () => undefined);
    const [first, second] = await Promise.all([play(plan, executor, "a.jsonl"), play(plan, executor, "b.jsonl")]);
    expect(second).toEqual(first);
  });

  it("sends again what a Redis that comes back empty has lost, and ends while there is none", async () => {
    const port = await freePort();
    const address = `redis://127.0.0.1:${port}`;
    const entrants = [shippedEntrant("literature-only")];
    const plan = { entrants, worlds: worldsForTest(2), repetitions: 1, seed: 5, thinkingSeconds: 2 };
    let server = await startRedis(port);
    const [idle, lost] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const tell = (message: string) => {
      if (message.includes("no worker")) idle.resolve();
      if (message.includes("no longer answers")) lost.resolve();
    };
    const stop = new AbortController();
    const executor = await bullmqExecutor(address, tell);
    const stopped = expect(play({ ...plan, seed: 6 }, executor, "stopped.jsonl", stop.signal)).rejects.toThrow("stop");
    const kept = play(plan, executor, "kept.jsonl");
    // All jobs are in Redis, and no worker takes them.
    await idle.promise;
    server.kill("SIGKILL");
    await lost.promise;
    stop.abort(new Error("stop"));
    await stopped;
    server = await startRedis(port);
    const worker = await redisWorker(
      address,
      1,
      () => undefined,
      () => undefined,
    );
    expect((await kept).size).toBe(2);
    await worker.close();
    server.kill("SIGKILL");
  });

  it("shows nothing of a password, whatever is wrong with it", async () => {
    const port = await freePort();
    const server = await startRedis(port, "--requirepass", "s3cret/zebra");
    const refused = (address: string) =>
      bullmqExecutor(address, () => undefined).then(
        () => "taken",
        (error: Error) => error.message,
      );
    const host = `127.0.0.1:${port}`;
    expect(await refused(`redis://${host}`)).toMatch(/needs a password/);
    expect(await refused(`redis://:wr0ng@${host}`)).toMatch(/refuses the user or the password/);
    expect(await refused(`redis://:s3cret%2Fzebra@${host}`)).toBe("taken");
    for (const password of [
      "s3cret/zebra",
      "s3cret?zebra",
      "s3cret#zebra",
      "s3/cret@zebra",
      "12/s3cret",
      "s3cret zebra",
    ])
      for (const address of [
        `redis://:${password}@${host}`,
        `redis://me:${password}@${host}`,
        `:${password}@${host}`,
      ]) {
        const message = await refused(address);
        expect(message).not.toBe("taken");
        for (const piece of ["s3", "cret", "zebra", "12/"]) expect(message).not.toContain(piece);
      }
    server.kill("SIGKILL");
  });

  it("says where no Redis answers", async () => {
    const port = await freePort();
    await expect(bullmqExecutor(`redis://127.0.0.1:${port}`, () => undefined)).rejects.toThrow(
      `no Redis answers at redis://127.0.0.1:${port}`,
    );
    await expect(bullmqExecutor("localhost", () => undefined)).rejects.toThrow("is not an address");
  });
});

/** Resolves when a child says something; rejects when it ends without. */
function said(child: ChildProcess, stream: "stdout" | "stderr", pattern: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    child[stream]?.setEncoding("utf8").on("data", (more: string) => {
      text += more;
      if (pattern.test(text)) resolve();
    });
    child.once("exit", () => reject(new Error(`ended without saying ${pattern}: ${text}`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
