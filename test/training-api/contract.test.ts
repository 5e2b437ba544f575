import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../mock-server/app.ts";
import { type RunningServer, startServer } from "../../mock-server/server.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { httpApi } from "../../src/training-api/http.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import type { TrainingApi } from "../../src/training-api/training-api.ts";

const world = buildWorld(presetDocument("stanford-2025/central"));
const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 0.0005, trainFlops: 1e16 };

let server: RunningServer;
beforeAll(async () => {
  server = await startServer(createApp({ world, ledger: new MemoryLedger() }), "127.0.0.1", 0);
});
afterAll(() => server.stop());

let keys = 0;
const overHttp = (): TrainingApi =>
  httpApi({ baseUrl: server.url, apiKey: `ssh-ed25519 AAAA+/${keys++}== someone@example`, source: "simulated" });

describe.each([
  ["in process", () => simulatedApi(world)],
  ["over HTTP", overHttp],
])("a training API %s", (_name, open) => {
  it("charges a configuration once and answers it the same again", async () => {
    const api = open();
    const first = await api.loss(config);
    expect(first).toEqual({ status: "ok", loss: world.answer(config, 0), totalFlopsUsed: 1e16, source: "simulated" });
    expect(await api.loss(config)).toEqual(first);
    expect(await api.totalFlopsUsed()).toBe(1e16);
    expect(await api.previousRuns()).toEqual([{ ...config, status: "ok", loss: world.answer(config, 0) }]);
  });

  it("reports no spending for a key without runs", async () => {
    const api = open();
    expect([await api.totalFlopsUsed(), await api.previousRuns()]).toEqual([0, []]);
  });

  it("returns a refusal and an invalid question as answers, in the same words", async () => {
    const api = open();
    const large = { ...config, trainFlops: 1e18 };
    for (const dModel of [512, 640]) await api.loss({ ...large, dModel });
    expect(await api.loss({ ...large, dModel: 768 })).toEqual({
      status: "refused",
      message: "FLOPs budget exceeded: used 2000000000000000000 + requested 1000000000000000000 > 2000000000000000000",
      source: "simulated",
    });
    expect(await api.loss({ ...config, learningRate: 5e-5 })).toEqual({
      status: "invalid",
      message: "learning_rate must be in range [0.0001, 0.001], got 5e-05",
      source: "simulated",
    });
    expect(await api.totalFlopsUsed()).toBe(2e18);
  });
});
