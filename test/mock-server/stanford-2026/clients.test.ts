import { describe, expect, test } from "vitest";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import { runPython, withPython } from "../python.ts";
import { startJobsMock } from "./server.ts";

const { skip, note } = withPython;

async function seenByClients(): Promise<Record<string, unknown>> {
  const ledger = new MemoryLedger(SECOND_JOBS);
  const mock = await startJobsMock({ ledger, clock: new VirtualClock(600, ledger) });
  return JSON.parse(await runPython("clients_2026.py", mock.url));
}

describe.skipIf(skip)(`a Python client of 2026${note}`, async () => {
  const seen = skip ? {} : await seenByClients();

  test.each<[string, unknown]>([
    ["no_status_checks", { again: "'experiment_id'", poor: "'experiment_id'", left: 43_160 }],
    ["conflict_by_text", true],
    ["polling_without_limit", { type: "completed", losses: 16, falling: true, charged: true }],
    ["bulk_polling", 5],
    ["timeout_as_a_result", { reason: "timeout", usable: true, over: true, charged: 10 }],
    ["hard_coded_key", 43_200],
    ["key_that_is_none", [{ detail: "invalid API key" }, { detail: "invalid API key" }]],
    ["parallel_submissions", { accepted: 2, used: 40_000 }],
    ["final_submission_replaced", { before: null, after: 3.25, used: 0 }],
  ])("with %s sees what it expects", (behavior, expected) => {
    expect(seen[behavior]).toEqual(expected);
  });
});
