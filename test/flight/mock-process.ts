// A mock in a process of its own, for tests that kill others. Prints its address, then `question` for every question;
// each waits for a line on stdin before it is looked at, so that a test decides what happens in between.
import { createInterface } from "node:readline";
import { createApp } from "../../mock-server/app.ts";
import { startServer } from "../../mock-server/server.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";

const world = buildWorld(presetDocument(process.argv[2] as string));
const app = createApp({ world, ledger: new MemoryLedger() });
const waiting: (() => void)[] = [];
createInterface({ input: process.stdin }).on("line", () => waiting.shift()?.());
const server = await startServer(
  (request, response) => {
    if (!request.url?.startsWith("/loss")) return app(request, response);
    waiting.push(() => app(request, response));
    process.stdout.write("question\n");
  },
  "127.0.0.1",
  0,
);
process.stdout.write(`${server.url}\n`);
