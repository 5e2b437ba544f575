import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { type JournalContents, readJournal } from "../../src/flight/journal/read.ts";
import { checkHeader, type JournalHeader, type JournalRecord } from "../../src/flight/journal/record.ts";
import { journalStrategy, reconstruct } from "../../src/flight/reconstruct.ts";
import { submissionDocument } from "../../src/flight/submission-document.ts";
import { fromWire } from "../../src/task/stanford-2025/wire.ts";
import type { Query } from "../../src/task/strategy.ts";
import { strategyNamed } from "../../strategies/index.ts";
import { countingEndpoint, fly, folder, header, plan, strategy } from "./flight.ts";

/** The journal of a live run that is done. */
async function flownJournal(): Promise<{ contents: JournalContents; result: Awaited<ReturnType<typeof fly>> }> {
  const file = join(folder(), "journal.jsonl");
  const result = await fly(file, countingEndpoint().endpoint);
  return { contents: readJournal(file)!, result };
}

describe("a live run reconstructed from its journal", () => {
  it("is what it was, with the reason and the origin of each answer", async () => {
    const { contents, result } = await flownJournal();
    const again = await reconstruct(contents, strategy);
    expect(again).toMatchObject({ submission: result.submission, spent: result.spent, done: true });
    expect(again.runs.map(({ from: _, reason: __, ...run }) => run)).toEqual(result.runs);
    expect(again.runs.map(({ from }) => from)).toEqual([
      "endpoint",
      "endpoint",
      "endpoint",
      "here",
      "endpoint",
      "endpoint",
    ]);
    expect(again.runs[0]?.reason).toBe("run 1 of 6 of the list");
  });

  it("that did not finish submits what its runs so far suggest, and has spent what was last said", async () => {
    const { contents } = await flownJournal();
    const upTo = (kind: JournalRecord["kind"], count: number) => {
      const places = contents.records.flatMap((record, i) => (record.kind === kind ? [i] : []));
      return { ...contents, records: contents.records.slice(0, (places[count - 1] as number) + 1) };
    };
    const half = await reconstruct(upTo("answer", 2), strategy);
    expect(half).toMatchObject({
      done: false,
      spent: 2e16,
      runs: [{ status: "ok" }, { status: "ok" }, { status: "ok" }],
    });
    expect(half.submission.config.trainFlops).toBe(plan.task.target);
    expect((await reconstruct(upTo("answer", 3), strategy)).spent).toBe(2e16);
    const { records, ...head } = upTo("account", 1);
    const spentBefore = records.map((record) => (record.kind === "account" ? { ...record, total: 5e15 } : record));
    expect((await reconstruct({ ...head, records: spentBefore }, strategy)).spent).toBe(5e15);
    const unsaid = { ...contents, records: contents.records.filter(({ kind }) => kind !== "done") };
    expect(await reconstruct(unsaid, strategy)).toMatchObject({ done: false, runs: { length: 6 } });
  });

  it("by another strategy, or of a proxy, is refused", async () => {
    const { contents } = await flownJournal();
    await expect(reconstruct(contents, strategyNamed("cheapest-first"))).rejects.toThrow(
      "not the strategy that was run",
    );
    const other = {
      ...strategy,
      recommend: () => ({ config: strategyNamed("literature-only") as never, predictedLoss: 1 }),
    };
    await expect(reconstruct(contents, other)).rejects.toThrow();
    const lower = {
      ...strategy,
      recommend: (...args: Parameters<typeof strategy.recommend>) => ({
        ...strategy.recommend(...args),
        predictedLoss: 9,
      }),
    };
    await expect(reconstruct(contents, lower)).rejects.toThrow("submission differs");
    const { plan: _, ...proxied } = contents.header;
    await expect(reconstruct({ ...contents, header: proxied }, strategy)).rejects.toThrow("of a proxy");
    await expect(journalStrategy({ ...contents, header: proxied })).rejects.toThrow("of a proxy");
  });

  it("of a program is its questions and submission as recorded", async () => {
    const { contents, result } = await flownJournal();
    const program = { ...plan, strategy: { name: "mine", kind: "program", command: "gone" } as const };
    const records = contents.records.flatMap((record): JournalRecord[] =>
      record.kind === "ask" ? [record, { ...record, kind: "no-answer" as const, reason: "no answer" }] : [record],
    );
    const recorded = { ...contents, records, header: { ...contents.header, plan: program } };
    const replayed = await journalStrategy(recorded);
    const questions = replayed.queries(plan.task, () => 0).next().value as readonly Query[];
    expect(questions.map(({ reason }) => reason)).toEqual([
      "run 1 of 6 of the list",
      "run 2 of 6 of the list",
      undefined,
      "run 5 of 6 of the list",
      "run 6 of 6 of the list",
    ]);
    expect(replayed.recommend([], plan.task, () => 0)).toEqual(result.submission);
    const unfinished = { ...recorded, records: contents.records.filter(({ kind }) => kind !== "done") };
    const half = await journalStrategy(unfinished);
    expect(() => half.recommend([], plan.task, () => 0)).toThrow("has not submitted yet");
    expect(await journalStrategy(contents)).toMatchObject({ name: "runs.csv", summary: expect.stringContaining("6") });
  });
});

describe("a journal's header", () => {
  const its: JournalHeader = { kind: "journal", schema: 1, at: "", ...header };
  const use = { plan, url: its.endpoint.url, key: its.key, source: "simulated" } as const;

  it("passes for what it belongs to, also where key and source are not known yet", () => {
    checkHeader(its, use, "j");
    checkHeader(its, { plan, url: its.endpoint.url }, "j");
    const { plan: _, ...proxied } = its;
    checkHeader(proxied, { url: its.endpoint.url }, "j");
  });

  it.each<[object, string]>([
    [{ edition: "stanford-2026" }, "is of the edition stanford-2025, not stanford-2026"],
    [{ url: "http://x/" }, "belongs to the endpoint http://127.0.0.1:1/, not http://x/"],
    [{ key: "other" }, "belongs to another API key"],
    [{ source: "real" }, "has simulated answers, and http://127.0.0.1:1/ is real now"],
    [{ plan: { ...plan, fingerprint: "f".repeat(64) } }, "belongs to another plan (runs.csv, fingerprint "],
    [{ plan: undefined }, "belongs to a live run of runs.csv"],
  ])("is refused with %j", (change, words) => {
    expect(() => checkHeader(its, { ...use, ...change }, "j")).toThrow(`journal "j" ${words}`);
  });

  it("of a proxy is refused for a plan", () => {
    const { plan: _, ...proxied } = its;
    expect(() => checkHeader(proxied, use, "j")).toThrow('journal "j" is of a proxy');
    expect(() => checkHeader({ ...its, edition: "stanford-2026" }, use, "j")).toThrow(
      "stanford-2026, not stanford-2025",
    );
  });
});

it("a submission is written under the API's names, with its interval where it has one", async () => {
  const { result } = await flownJournal();
  const { config, predictedLoss } = result.submission;
  const document = submissionDocument({ config, predictedLoss });
  expect(fromWire(document)).toEqual(config);
  expect(document).toMatchObject({
    predicted_loss: predictedLoss,
    model_size: 12 * config.numLayers * config.dModel ** 2,
  });
  expect("interval" in document).toBe(false);
  const interval = { level: 0.9, low: 1, high: 2 };
  expect(submissionDocument({ config, predictedLoss, interval }).interval).toEqual(interval);
});

it("a strategy that asks otherwise than its journal sends nothing", async () => {
  const file = join(folder(), "journal.jsonl");
  const journal = openJournal(file, header);
  journal.append({ kind: "answer", config: plan.strategy.runs![1]!, from: "here", status: "invalid", message: "" });
  journal.close();
  const { endpoint, asked } = countingEndpoint();
  await expect(fly(file, endpoint)).rejects.toThrow(/query 1 of the strategy is .*Nothing was sent/);
  expect(asked.size).toBe(0);
});
