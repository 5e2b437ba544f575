import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { playBlock } from "../../src/tournament/block.ts";
import { type Entrant, loadEntrants, programEntrant, shippedEntrant } from "../../src/tournament/entrant.ts";
import type { Executor } from "../../src/tournament/executor.ts";
import { localExecutor } from "../../src/tournament/local-executor.ts";
import { blocksOf, jobsOf, type TournamentPlan } from "../../src/tournament/plan.ts";
import { programExecutor } from "../../src/tournament/program-executor.ts";
import { resultLine, type StoredResult } from "../../src/tournament/result.ts";
import { playTournament, type TournamentStart } from "../../src/tournament/tournament.ts";
import { worldsForTest } from "./world.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isoflop-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const FIELD = ["two-stage-isoflops", "literature-only"].map(shippedEntrant);

function planOf(changes: Partial<TournamentPlan> = {}): TournamentPlan {
  return { entrants: FIELD, worlds: worldsForTest(3), repetitions: 2, seed: 0, thinkingSeconds: 2, ...changes };
}

const modules = (...names: string[]): Promise<Entrant[]> =>
  loadEntrants(names.map((name) => `test/tournament/strategies/${name}.ts`).join(","));

/** Plays in this thread: what is stored does not depend on where it was played, and a thread takes longer to start. */
const HERE: Executor = {
  async play(blocks, onLine, signal) {
    for (const block of blocks)
      await playBlock(block, (line) => {
        signal.throwIfAborted();
        onLine(line);
      });
  },
};

async function play(
  plan: TournamentPlan,
  {
    name = "results.jsonl",
    workers = 0,
    retryFailed = false,
    signal = new AbortController().signal,
    onResult = () => {},
  } = {},
): Promise<{ results: StoredResult[]; start: TournamentStart; file: string }> {
  const file = join(folder, name);
  const results: StoredResult[] = [];
  let start: TournamentStart | undefined;
  await playTournament({
    plan,
    file,
    executor: workers === 0 ? HERE : localExecutor(workers),
    workers: Math.max(1, workers),
    retryFailed,
    signal,
    onStart: (report) => {
      start = report;
    },
    onResult: (result) => {
      results.push(result);
      onResult();
    },
  });
  return { results, start: start as TournamentStart, file };
}

/** How many results of a tournament the file already holds; nothing is played. */
async function storedOf(plan: TournamentPlan): Promise<number | undefined> {
  let stored: number | undefined;
  await playTournament({
    plan,
    file: join(folder, "results.jsonl"),
    executor: { play: async () => undefined },
    workers: 1,
    signal: new AbortController().signal,
    onResult: () => undefined,
    onStart: (start) => {
      stored = start.stored;
    },
  });
  return stored;
}

/** Everything of a result that must be the same wherever it is played, by key. */
function traces(results: readonly StoredResult[]): Map<string, unknown> {
  return new Map(results.map(({ key, seconds: _, ...trace }) => [key, trace]));
}

describe("a tournament", () => {
  it("plays every strategy on every world in every repetition, the same whatever the number of workers", async () => {
    const one = await play(planOf(), { name: "one.jsonl", workers: 1 });
    const two = await play(planOf(), { name: "two.jsonl", workers: 2 });
    expect(one.results).toHaveLength(12);
    expect(one.results.every(({ status }) => status === "ok")).toBe(true);
    expect(traces(two.results)).toEqual(traces(one.results));
  });

  it("plays nothing again, and of a grown one only what is new", async () => {
    await play(planOf());
    const again = await play(planOf());
    expect(again.start).toMatchObject({ jobs: 12, stored: 12 });
    expect(again.results).toHaveLength(12);
    const grown = await play(planOf({ worlds: worldsForTest(4), repetitions: 3 }));
    expect(grown.start).toMatchObject({ jobs: 24, stored: 12 });
    expect(grown.results).toHaveLength(24);
    expect(readFileSync(grown.file, "utf8").trimEnd().split("\n")).toHaveLength(24);
  });

  it("ends with the error of a result that cannot be stored", async () => {
    const full = () => {
      throw new Error("no space left");
    };
    await expect(play(planOf(), { workers: 1, onResult: full })).rejects.toThrow("no space left");
    const program = programEntrant(`"${process.execPath}" -e 0`);
    const blocks = blocksOf(planOf({ entrants: [program] }), jobsOf(planOf({ entrants: [program] })), 1);
    let asked = 0;
    const unstorable = () => {
      asked++;
      full();
    };
    const { signal } = new AbortController();
    await expect(programExecutor(1, {}).play(blocks, unstorable, signal)).rejects.toThrow("no space left");
    expect(asked).toBe(1);
  });

  it("takes another seed, cap or thinking time for another tournament", async () => {
    await play(planOf());
    const worlds = worldsForTest(3).map((world) => ({ ...world, seed: 99 }));
    for (const changes of [{ seed: 1 }, { thinkingSeconds: 3 }, { worlds }])
      expect(await storedOf(planOf(changes))).toBe(0);
    expect(await storedOf(planOf())).toBe(12);
  });

  it("goes on where it was interrupted", async () => {
    const controller = new AbortController();
    let seen = 0;
    const plan = planOf({ worlds: worldsForTest(8), repetitions: 3 });
    const stopped = play(plan, {
      workers: 2,
      signal: controller.signal,
      onResult: () => {
        if (++seen === 10) controller.abort(new Error("stop"));
      },
    });
    await expect(stopped).rejects.toThrow("stop");
    const { start, results } = await play(plan);
    expect(start.stored).toBeGreaterThanOrEqual(10);
    expect(start.stored).toBeLessThan(48);
    expect(traces(results)).toEqual(traces((await play(plan, { name: "whole.jsonl" })).results));
  });

  it("plays failed runs again where that is asked for, and keeps the others", async () => {
    const { file, results } = await play(planOf());
    const { key, strategy, world, repetition } = results[4] as StoredResult;
    const protocol = { spent: 0, queries: 0, repeats: 0, refused: 0, invalid: 0, seconds: 2 };
    const job = { strategy, world, repetition, ...protocol };
    const failed = resultLine(key, { ...job, status: "failed", failure: "timed out", timedOut: true });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    writeFileSync(file, `${[...lines.slice(0, 4), failed, ...lines.slice(5)].join("\n")}\n`);
    const kept = await play(planOf());
    expect(kept.start).toMatchObject({ stored: 12, failed: 1 });
    expect(kept.results.filter(({ status }) => status === "failed")).toHaveLength(1);
    const retried = await play(planOf(), { retryFailed: true });
    expect(retried.start).toMatchObject({ stored: 11, failed: 1 });
    expect(traces(retried.results)).toEqual(traces(results));
    const again = await play(planOf(), { retryFailed: true });
    expect(again.start).toMatchObject({ stored: 12, failed: 0 });
    expect(readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(12);
  });

  it("drops a torn last line, reports a corrupt one, and plays both again", async () => {
    const { file, results } = await play(planOf());
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const corrupt = (lines[3] as string).replace(/"spent":\d/, '"spent":7');
    writeFileSync(file, `${[...lines.slice(0, 3), corrupt, ...lines.slice(4, 11)].join("\n")}\n`);
    appendFileSync(file, (lines[11] as string).slice(0, 40));
    const mended = await play(planOf());
    expect(mended.start).toEqual({ jobs: 12, stored: 10, failed: 0, corruptLines: [4], tornLine: true });
    expect(traces(mended.results)).toEqual(traces(results));
    expect((await play(planOf())).start.stored).toBe(12);
  });
});

describe("a strategy that misbehaves", () => {
  it("fails alone: throwing, hanging, looking at the clock, or connecting", async () => {
    const entrants = await modules("hangs", "steady", "throws", "hangs-asking", "clock", "connects", "replaces-math");
    const plan = planOf({ entrants, worlds: worldsForTest(2), repetitions: 1, thinkingSeconds: 0.2 });
    const { results } = await play(plan, { workers: 2 });
    expect(results).toHaveLength(14);
    for (const result of results) {
      // One that asks for nothing without end is stopped, and submits.
      if (["steady", "hangs-asking"].includes(result.strategy)) expect(result.status).toBe("ok");
      else
        expect(result).toMatchObject({
          status: "failed",
          failure: expect.stringMatching(FAILURES[result.strategy] as RegExp),
        });
    }
    const timedOut = results.filter((result) => result.status === "failed" && result.timedOut);
    expect(new Set(timedOut.map(({ strategy }) => strategy))).toEqual(new Set(["hangs"]));
  });

  it("that uses up the memory fails, and the others play on", async () => {
    const entrants = await modules("eats-memory", "steady");
    const { results } = await play(
      planOf({ entrants, worlds: worldsForTest(1), repetitions: 1, thinkingSeconds: 60 }),
      { workers: 1 },
    );
    const byName = new Map(results.map((result) => [result.strategy, result]));
    expect(byName.get("eats-memory")).toMatchObject({ status: "failed", failure: expect.stringContaining("memory") });
    expect(byName.get("steady")?.status).toBe("ok");
  });
});

const FAILURES: Readonly<Record<string, RegExp>> = {
  hangs: /^timed out: thought for more than 0\.2 s$/,
  throws: /^out of ideas$/,
  "replaces-math": /^Cannot assign to read only property 'log'/,
  connects: /^WebSocket is not available .*network/,
  clock: /^Date\.now is not available .*clock/,
};
