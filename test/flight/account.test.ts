import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import type { JournalRecord } from "../../src/flight/journal/record.ts";
import { journaledApi } from "../../src/flight/journaled-api.ts";
import { contradictionOf, isClose, isDoubtCharged, knownAccountOf } from "../../src/flight/known-account.ts";
import { liveRun } from "../../src/flight/live-run.ts";
import { identityOf, type RunConfig } from "../../src/task/configuration.ts";
import { toWire } from "../../src/task/stanford-2025/wire.ts";
import { EndpointError } from "../../src/training-api/request.ts";
import type { TrainingApi } from "../../src/training-api/training-api.ts";
import { countingEndpoint, folder, header, plan, shape, strategy, writeFast } from "./flight.ts";

const at = "";
const [one, two, three] = [1e16, 3e16, 1e17].map((trainFlops): RunConfig => ({ ...shape, trainFlops })) as [
  RunConfig,
  RunConfig,
  RunConfig,
];
const listed = (config: RunConfig, loss: number) => ({ ...toWire(config), loss });
const ask = (config: RunConfig): JournalRecord => ({ at, kind: "ask", config: toWire(config) });

describe("what a journal says of its key's account", () => {
  const records: JournalRecord[] = [
    { at, kind: "account", total: 1e16, runs: [listed(one, 5)] },
    ask(two),
    { at, kind: "answer", config: toWire(two), from: "endpoint", status: "ok", loss: 4, total: 4e16 },
    ask(three),
    { at, kind: "no-answer", config: toWire(three), reason: "" },
  ];

  it("is what was listed and answered, and what is in doubt", () => {
    const { paid, doubts, total } = knownAccountOf(records);
    expect([...paid.values()]).toEqual([
      { config: one, loss: 5 },
      { config: two, loss: 4 },
    ]);
    expect([[...doubts.keys()], total]).toEqual([[identityOf(three)], 4e16]);
    const refused: JournalRecord = {
      at,
      kind: "answer",
      config: toWire(three),
      from: "here",
      status: "refused",
      message: "",
    };
    const after = knownAccountOf([...records, refused, { at, kind: "account", total: 7, runs: [listed(one, 9)] }]);
    expect([after.doubts.size, after.total, after.paid.size]).toEqual([0, 7, 2]);
    expect(after.paid.get(identityOf(one))?.loss).toBe(5);
  });

  it("holds a doubt that was charged when the total has its cost beside the listed runs", () => {
    const account = knownAccountOf(records);
    expect(isDoubtCharged(account, three)).toBe(false);
    account.total = 4e16 + 1e17;
    expect([isDoubtCharged(account, three), isDoubtCharged(account, one)]).toEqual([true, false]);
    account.total = 5e16;
    expect(isDoubtCharged(account, three)).toBe(false);
  });

  it("agrees with totals that are the sum of what is listed, give or take one in doubt", () => {
    const known = knownAccountOf(records);
    const both = [listed(one, 5), listed(two, 4)];
    expect(contradictionOf(known, 4e16, both)).toBeUndefined();
    expect(contradictionOf(known, 4e16 + 1e17, both)).toBeUndefined();
    expect(contradictionOf(known, 4e16 + 1e17, [...both, listed(three, 3)])).toBeUndefined();
    expect(contradictionOf(known, 4e16 + 2e17, [...both, listed(three, 3)])).toContain("2.4e17 FLOPs; the 3 runs");
    expect(contradictionOf(known, 4e16 + 1e6, both)).toBeDefined();
    expect(contradictionOf(known, 123_456_789, both)).toContain("says 123456789 FLOPs; the 2 runs");
    expect(contradictionOf(known, 4e16, [listed(one, 5)])).toContain("does not list it");
    expect(contradictionOf(known, 4e16, [listed(one, 5), listed(two, 3)])).toContain("lists it with loss 3");
    expect(contradictionOf(known, 5e16, [...both, listed(one, 5)])).toContain("lists one configuration twice");
  });

  it("counts totals that differ in their last digit as one", () => {
    expect([isClose(0, 0), isClose(1e18, 1e18 + 256), isClose(1e18 + 256, 1e18), isClose(1e13, 1e13 + 100)]).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});

describe("a question behind a journal", () => {
  /** The API over an endpoint whose answers to `loss` fail with these errors first. */
  function api(errors: Error[]) {
    const { endpoint, asked } = countingEndpoint();
    const file = join(folder(), "journal.jsonl");
    const journal = openJournal(file, header, { write: writeFast });
    expect(existsSync(`${file}.new`)).toBe(false);
    const loss: TrainingApi["loss"] = async (config) => {
      const error = errors.shift();
      if (error) throw error;
      return endpoint.loss(config);
    };
    const { searchSpace, cap } = plan.task;
    const journaled = journaledApi({
      endpoint: { ...endpoint, loss },
      journal,
      searchSpace,
      cap: () => cap,
      pauseMs: 0,
    });
    const records = () => readJournal(file)!.records.map(({ at: _, ...record }) => record);
    return { journaled, records, asked, close: () => journal.close() };
  }
  const wire = toWire(one);

  it("that gets no answer is journaled as such, asked again after the account was read, and answered once", async () => {
    const { journaled, records, asked, close } = api([new EndpointError("lost", true)]);
    const answer = await journaled.loss(one);
    expect(await journaled.loss(one)).toEqual(answer);
    expect(records()).toEqual([
      { kind: "ask", config: wire },
      { kind: "no-answer", config: wire, reason: "lost" },
      { kind: "account", total: 0, runs: [] },
      { kind: "ask", config: wire },
      { kind: "answer", config: wire, from: "endpoint", status: "ok", loss: expect.any(Number), total: 1e16 },
    ]);
    expect([...asked.values()]).toEqual([1]);
    expect(journaled.questions).toEqual([identityOf(one)]);
    expect(await journaled.totalFlopsUsed()).toBe(1e16);
    expect(await journaled.previousRuns()).toMatchObject([{ ...one, status: "ok" }]);
    close();
  });

  it("that fails otherwise is not said to have got no answer", async () => {
    const { journaled, records, close } = api([new RangeError("mine")]);
    await expect(journaled.loss(one, "why")).rejects.toThrow(new RangeError("mine"));
    expect(records()).toEqual([{ kind: "ask", config: wire, reason: "why" }]);
    expect(await journaled.loss(one)).toMatchObject({ status: "ok" });
    close();
  });
});

describe("a live run on a key that has spent before", () => {
  async function fly(before: readonly number[], allowance: number) {
    const { endpoint, asked } = countingEndpoint();
    for (const trainFlops of before) await endpoint.loss({ ...shape, dModel: 64, trainFlops });
    asked.clear();
    const journal = openJournal(join(folder(), "journal.jsonl"), header, { write: writeFast });
    const { runs, spent } = await liveRun({ plan, strategy, endpoint, journal, allowance, retries: 0, pauseMs: 0 });
    journal.close();
    return { statuses: runs.map(({ status }) => status).join(" "), spent, asked: asked.size };
  }

  it("may spend its allowance on top of that", async () => {
    expect(await fly([1e17], 2.2e17)).toEqual({
      statuses: "ok ok ok invalid ok ok",
      spent: 3.2e17,
      asked: 4,
    });
    expect(await fly([1e17], 1.3e17)).toEqual({
      statuses: "ok ok ok invalid ok refused",
      spent: 2.2e17,
      asked: 3,
    });
  });

  it("never passes the cap of the task, and asks nothing above it", async () => {
    expect(await fly([1e18, 6e17, 3e17], 1e30)).toEqual({
      statuses: "ok ok ok invalid refused refused",
      spent: 1.92e18,
      asked: 2,
    });
  });
});
