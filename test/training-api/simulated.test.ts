import { describe, expect, it } from "vitest";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import { HEAD, sweep, worldsIn } from "../surface/replay/tables.ts";

/** A sweep whose top level is hidden; what costs more than a fifth of it is not offered. */
const world = buildWorld(worldsIn(`${HEAD}\n${sweep()}`).at(-1) ?? expect.unreachable());
const [row] = world.task.candidates ?? [];
const asked = row ?? expect.unreachable();

describe("a table of finished runs behind the API", () => {
  it("answers a question that is a row with its loss, and names no substitute", async () => {
    const api = simulatedApi(world);
    expect(await api.totalFlopsUsed()).toBe(0);
    const answer = await api.loss(asked);
    expect(answer).toEqual({
      status: "ok",
      loss: world.answer(asked, 0),
      totalFlopsUsed: asked.trainFlops,
      source: "replay",
    });
    expect(await api.loss(asked)).toEqual(answer);
    expect(await api.totalFlopsUsed()).toBe(asked.trainFlops);
    expect(await api.previousRuns()).toEqual([{ ...asked, loss: world.answer(asked, 0), status: "ok" }]);
  });

  it("names the whole row that stands in for another question, also where only the learning rate differs", async () => {
    const api = simulatedApi(world);
    const answer = await api.loss({ ...asked, learningRate: asked.learningRate * 1.001 });
    expect(answer).toMatchObject({ status: "ok", loss: world.answer(asked, 0) });
    expect("substitute" in answer && answer.substitute).toEqual(asked);
  });

  it("keeps its account in the ledger it is given", async () => {
    const ledger = new MemoryLedger();
    await simulatedApi(world, 0, ledger).loss(asked);
    expect(await simulatedApi(world, 0, ledger).totalFlopsUsed()).toBe(asked.trainFlops);
  });

  it("refuses a budget that no row has, and one that is hidden, and charges neither", async () => {
    const api = simulatedApi(world);
    for (const trainFlops of [3e16, 1e18]) {
      const answer = await api.loss({ ...asked, trainFlops });
      expect(answer).toEqual({
        status: "invalid",
        message: `train_flops must be one of [10000000000000000, 20000000000000000, 40000000000000000, 100000000000000000], got ${BigInt(trainFlops)}`,
        source: "replay",
      });
    }
    expect([await api.totalFlopsUsed(), await api.previousRuns()]).toEqual([0, []]);
  });
});
