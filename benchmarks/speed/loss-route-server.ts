import express from "express";
import { createApp } from "../../mock-server/app.ts";
import { startServer } from "../../mock-server/server.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { ledgerWorld } from "../../src/ledger/record.ts";
import { SqliteLedger } from "../../src/ledger/sqlite.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { DEFAULT_WORLD, presetDocument } from "../../src/surface/presets.ts";

/** What a server of the `/loss` benchmark serves: the bare route, or the mock with its ledger in memory or on disk. */
export type Served = "bare" | "memory" | "durable";

// The process that the benchmark starts: says where it listens, and answers any message with its CPU time in
// microseconds.
if (import.meta.main) {
  const [served, ledger] = process.argv.slice(2) as [Served, string];
  const { url } = await startServer(appOf(served, ledger), "127.0.0.1", 0);
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.send?.(url);
}

function appOf(served: Served, file: string): express.Express {
  if (served === "bare") {
    const app = express();
    app.get("/loss", (_request, response) => {
      response.json({ loss: 9.07103488440561, total_flops_used: 10000000000000000 });
    });
    return app;
  }
  const world = buildWorld(presetDocument(DEFAULT_WORLD));
  const onDamage = (line: string) => {
    throw new Error(line);
  };
  const ledger =
    served === "memory" ? new MemoryLedger() : new SqliteLedger(file, ledgerWorld(world.document), onDamage);
  return createApp({ world, ledger });
}
