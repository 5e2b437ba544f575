import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import { runPython, withPython } from "../python.ts";
import { BEHAVIORS } from "./client-behaviors.ts";
import { startJobsMock } from "./server.ts";

const { skip, note } = withPython;

async function seenByClients(): Promise<Record<string, unknown>> {
  const ledger = new MemoryLedger(SECOND_JOBS);
  const mock = await startJobsMock({ ledger, clock: new VirtualClock(600, ledger) });
  return JSON.parse(await runPython("clients_2026.py", mock.url));
}

describe.skipIf(skip)(`a Python client of 2026${note}`, async () => {
  const seen = skip ? {} : await seenByClients();

  test.each(BEHAVIORS)("with %s sees what it expects", (behavior, expected) => {
    expect(seen[behavior]).toEqual(expected);
  });
});
