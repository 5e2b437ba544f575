import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp } from "../../mock-server/app.ts";
import { type RunningServer, startServer } from "../../mock-server/server.ts";
import { drive } from "../../src/experiment/drive.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { httpApi } from "../../src/training-api/http.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import { STRATEGIES } from "../../strategies/index.ts";

const world = buildWorld(presetDocument("stanford-2025/central"));

let server: RunningServer;
beforeAll(async () => {
  server = await startServer(createApp({ world, ledger: new MemoryLedger() }), "127.0.0.1", 0);
});
afterAll(() => server.stop());

describe("a strategy", () => {
  it.each(STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
    "%s does over HTTP exactly what it does in process",
    async (name, strategy) => {
      const stream = "seed/strategy/0";
      const overHttp = httpApi({ baseUrl: server.url, apiKey: `ssh-ed25519 AAAA+/${name}==`, source: "simulated" });
      const inProcess = await drive(strategy, simulatedApi(world), world.task, { stream });
      expect(await drive(strategy, overHttp, world.task, { stream })).toEqual(inProcess);
    },
  );
});
