import type { RequestListener } from "node:http";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createApp } from "../../mock-server/app.ts";
import { startServer } from "../../mock-server/server.ts";
import { loadWorld } from "../../src/cli/load-world.ts";
import { ledgerWorld } from "../../src/ledger/record.ts";
import { SqliteLedger } from "../../src/ledger/sqlite.ts";
import { temporaryFolder } from "../ledger/temporary.ts";
import { startMock } from "./mock.ts";
import { runPython, withPython } from "./python.ts";

const { skip, note } = withPython;
const folder = temporaryFolder();
const REAL_HOST = "hyperturing.stanford.edu";

/** A server over a ledger in a file, whose path /restart opens both anew. */
async function restartingServer(): Promise<string> {
  const world = await loadWorld("handout/smooth");
  const file = join(folder, "ledger");
  const open = () => {
    const ledger = new SqliteLedger(file, ledgerWorld(world.document), (line) => expect.fail(line));
    return { ledger, app: createApp({ world, ledger }) };
  };
  let current = open();
  const listener: RequestListener = (request, response) => {
    if (request.url !== "/restart") return current.app(request, response);
    current.ledger.close();
    current = open();
    response.end();
  };
  const server = await startServer(listener, "127.0.0.1", 0);
  afterAll(async () => {
    await server.stop();
    current.ledger.close();
  });
  return server.url;
}

async function seenByClients(): Promise<Record<string, unknown>> {
  const [open, strict, named] = await Promise.all([
    startMock(),
    startMock({ strictHandout: true }),
    startMock({ allowedHosts: [REAL_HOST] }),
  ]);
  const servers = { open: open.url, strict: strict.url, named: named.url, stored: await restartingServer() };
  return JSON.parse(await runPython("clients.py", JSON.stringify(servers)));
}

describe.skipIf(skip)(`a Python client${note}`, async () => {
  const seen = skip ? {} : await seenByClients();

  test.each<[string, unknown]>([
    ["status_before_first_run", { status: 200, text: "0.0", share: 0 }],
    [
      "total_before_each_query",
      [
        [0, 1e15],
        [1e15, 2e15],
        [2e15, 3e15],
      ],
    ],
    ["previous_runs_of_fresh_key", { before: {}, after: true }],
    ["float_text", { small: 1e15, large: "1e+16", hint: expect.stringContaining("int(1e16)"), cast: 1.1e16 }],
    ["parallel_repeats", { distinct: 1, total: 1e15, runs: 1 }],
    ["restart_on_a_ledger", { total: 1e15, same: true, runs: 1 }],
    [
      "refusal_by_cap",
      { missing: "'loss'", message: expect.stringContaining("budget exceeded"), total: 2e18, paid: true },
    ],
    ["newline_in_key", { status: 200, hint: expect.stringContaining("newline"), with: 1e15, without: 0 }],
    ["sorted_params", { same: true, total: 1e15 }],
    ["connection_reuse", { connections: 1, total: 5e16 }],
    [
      "hard_coded_host",
      {
        refused: { detail: expect.anything(), message: expect.stringContaining("--allow-host") },
        admitted: 1e15,
      },
    ],
    ["missing_total_read_as_zero", [0, 1e15]],
  ])("with %s sees what it expects", (behavior, expected) => {
    expect(seen[behavior]).toEqual(expected);
  });
});
