// A mock in a process of its own, for tests that kill others: prints its address, serves until it is told to stop.
// Argument: the world.
import { createApp } from "../../mock-server/app.ts";
import { startServer } from "../../mock-server/server.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";

const [name = "stanford-2025/central"] = process.argv.slice(2);
const world = buildWorld(presetDocument(name));
const server = await startServer(createApp({ world, ledger: new MemoryLedger() }), "127.0.0.1", 0);
process.stdout.write(`${server.url}\n`);
