import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { drive } from "../../src/experiment/drive.ts";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import { type LiveProgress, type LiveRunOptions, liveRun } from "../../src/flight/live-run.ts";
import { planStream } from "../../src/flight/plan.ts";
import { UserError } from "../../src/task/errors.ts";
import { toWire } from "../../src/task/stanford-2025/wire.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import type { TrainingApi } from "../../src/training-api/training-api.ts";
import {
  countingEndpoint,
  fly,
  folder,
  header,
  Killed,
  killAt,
  plan,
  RUNS,
  strategy,
  world,
  writeFast,
} from "./flight.ts";

/** The result of a flight without a fault or a journal. */
const uninterrupted = () => drive(strategy, simulatedApi(world), world.task, { stream: planStream(plan) });

describe("a live run", () => {
  it("gives the same result as an uninterrupted run in process", async () => {
    const { endpoint } = countingEndpoint();
    const { submission, runs, spent } = await fly(join(folder(), "journal.jsonl"), endpoint);
    const expected = await uninterrupted();
    expect({ submission, runs, spent }).toEqual({
      submission: expected.submission,
      runs: expected.runs,
      spent: expected.spent,
    });
  });

  it("has every question with its reason on the disk before it leaves, and its answer before the next", async () => {
    const file = join(folder(), "journal.jsonl");
    const { endpoint } = countingEndpoint();
    let [asked, answered] = [0, 0];
    const loss: TrainingApi["loss"] = (config) => {
      const records = readJournal(file)?.records ?? [];
      expect(records.at(-1)).toMatchObject({ kind: "ask", config: toWire(config) });
      expect(records.at(-1)).toMatchObject({ reason: expect.stringMatching(/^run [1-6] of 6 of the list$/) });
      expect(records.filter(({ kind }) => kind === "ask")).toHaveLength(++asked);
      expect(records.filter((record) => record.kind === "answer" && record.from === "endpoint")).toHaveLength(
        answered++,
      );
      return endpoint.loss(config);
    };
    await fly(file, { ...endpoint, loss });
    expect(asked).toBe(4);
  });

  it("that is done sends nothing", async () => {
    const file = join(folder(), "journal.jsonl");
    const { submission } = await fly(file, countingEndpoint().endpoint);
    const nobody = async () => expect.unreachable();
    const again = await fly(file, { loss: nobody, totalFlopsUsed: nobody, previousRuns: nobody });
    expect(again).toMatchObject({ submission, resumed: 5 });
  });

  it("reports for each run what was spent, and whether an earlier session asked it", async () => {
    const file = join(folder(), "journal.jsonl");
    const { endpoint } = countingEndpoint();
    await expect(fly(file, endpoint, killAt(7, 1))).rejects.toThrow(Killed);
    const told: LiveProgress[] = [];
    const journal = openJournal(file, header, { write: writeFast });
    const onRun: LiveRunOptions["onRun"] = (run, query, progress) => {
      expect(progress.runs.at(-1)).toBe(run);
      told.push({ ...progress, runs: [...progress.runs] });
      expect(query.reason).toBe(`run ${told.length} of 6 of the list`);
    };
    const { runs } = await liveRun({ plan, strategy, endpoint, journal, allowance: plan.task.cap, onRun });
    journal.close();
    expect(runs).toEqual((await uninterrupted()).runs);
    expect(told.map(({ runs: so }) => so.length)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(told.map(({ resumed }) => resumed)).toEqual([true, true, true, true, false, false]);
    expect([0, 1, 4, 5].map((i) => told[i]!.spent)).toEqual([1e16, 2e16, 1.2e17, 2.2e17]);
  });

  it("that has finished buys nothing more, even if the strategy asks", async () => {
    const file = join(folder(), "journal.jsonl");
    await fly(file, countingEndpoint().endpoint);
    const more: Strategy = {
      ...strategy,
      *queries(...args) {
        yield* strategy.queries(...args);
        yield [{ ...RUNS[0]!, dModel: 640 }];
      },
    };
    const journal = openJournal(file, header, { write: writeFast });
    const { endpoint, asked } = countingEndpoint();
    const again = liveRun({ plan, strategy: more, endpoint, journal, allowance: plan.task.cap });
    await expect(again).rejects.toThrow(UserError);
    await expect(again).rejects.toThrow("is done");
    journal.close();
    expect(asked.size).toBe(0);
  });

  it("reuses what the key has paid for before", async () => {
    const { endpoint, asked } = countingEndpoint();
    await endpoint.loss({ ...(await uninterrupted()).runs[4]! });
    const file = join(folder(), "journal.jsonl");
    await fly(file, endpoint);
    expect(Math.max(...asked.values())).toBe(1);
    const origins = readJournal(file)!.records.flatMap((record) => (record.kind === "answer" ? [record.from] : []));
    expect(origins).toEqual(["endpoint", "endpoint", "here", "previous_runs", "endpoint"]);
  });
});
