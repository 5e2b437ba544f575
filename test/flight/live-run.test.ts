import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { drive } from "../../src/experiment/drive.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import { planStream } from "../../src/flight/plan.ts";
import { toWire } from "../../src/task/stanford-2025/wire.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import type { TrainingApi } from "../../src/training-api/training-api.ts";
import { countingEndpoint, fly, folder, plan, strategy, world } from "./flight.ts";

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
