import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import { Contradiction } from "../../src/flight/known-account.ts";
import { checkProxyJournal, type UpstreamOptions, upstreamFor, upstreamOf } from "../../src/flight/upstream.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import type { TrainingApi } from "../../src/training-api/training-api.ts";
import { folder, RUNS } from "./flight.ts";
import { hostileEndpoint } from "./hostile-endpoint.ts";

const url = "http://127.0.0.1:1/";

/** An upstream whose API says "mine", or throws what the test tells it to. */
function upstream(journal = join(folder(), "journal.jsonl")) {
  const state: { failing?: Error; connects: number; waits?: Promise<void>; signal?: AbortSignal } = { connects: 0 };
  const say = async () => {
    await state.waits;
    if (state.failing) throw state.failing;
    return "mine";
  };
  const opened = upstreamFor<never, { say: () => Promise<string> }>(
    { url, source: "simulated", journal },
    {
      async connect(_journal, _key, signal) {
        state.connects++;
        state.signal = signal;
        if (state.failing) throw state.failing;
        return { say };
      },
      guarded: (api, ask) => ({ say: () => ask(() => api.say()) }),
    },
  );
  return { opened, state, journal };
}

describe("the upstream of a proxy", () => {
  it("is opened once for its key, and refused to another, also after a restart", async () => {
    const { opened, state, journal } = upstream();
    const [one, two] = [await opened.open("k"), await opened.open("k")];
    expect([await one.say(), await two.say(), state.connects]).toEqual(["mine", "mine", 1]);
    await expect(opened.open("other")).rejects.toMatchObject({
      status: 403,
      message: expect.stringContaining("another API key"),
    });
    await opened.close();
    expect(state.signal?.aborted).toBe(true);
    const again = upstream(journal).opened;
    await expect(again.open("other")).rejects.toMatchObject({ status: 403 });
    await again.open("k");
    await again.close();
  });

  it("connects again after it could not", async () => {
    const { opened, state } = upstream();
    state.failing = new Error("no answer");
    await expect(opened.open("k")).rejects.toThrow("no answer");
    delete state.failing;
    expect(await (await opened.open("k")).say()).toBe("mine");
    expect(state.connects).toBe(2);
    await opened.close();
  });

  it("stops for good at a contradiction, and not at another error", async () => {
    const { opened, state } = upstream();
    const api = await opened.open("k");
    state.failing = new Error("no answer");
    await expect(api.say()).rejects.toThrow("no answer");
    state.failing = new Contradiction("two truths");
    await expect(api.say()).rejects.toMatchObject({ status: 503, message: "the proxy stops: two truths" });
    delete state.failing;
    await expect(api.say()).rejects.toMatchObject({ status: 503, message: "the proxy has stopped: two truths" });
    await expect(opened.open("k")).rejects.toMatchObject({ status: 503 });
    await opened.close();
  });

  it("closes its journal only when the answers on their way have come", async () => {
    const { opened, state, journal } = upstream();
    const api = await opened.open("k");
    const { promise, resolve } = Promise.withResolvers<void>();
    state.waits = promise;
    const answer = api.say();
    const closed = opened.close();
    await setImmediate();
    const header = { endpoint: { url, source: "simulated" as const }, key: fingerprintOf("k") };
    expect(() => openJournal(journal, header)).toThrow("in use");
    resolve();
    expect(await answer).toBe("mine");
    await closed;
    openJournal(journal, header).close();
  });

  it("has a journal of its own: not one of another endpoint, source, edition or live run", async () => {
    const { opened, journal } = upstream();
    checkProxyJournal(journal, url, "simulated");
    await opened.open("k");
    await opened.close();
    checkProxyJournal(journal, url, "simulated");
    expect(() => checkProxyJournal(journal, "http://x/", "simulated")).toThrow("endpoint");
    expect(() => checkProxyJournal(journal, url, "real")).toThrow("never mixed");
    expect(() => checkProxyJournal(journal, url, "simulated", "stanford-2026")).toThrow("edition");
    const other = upstreamFor({ url: "http://x/", source: "simulated", journal }, { connect: never, guarded: never });
    await expect(other.open("k")).rejects.toThrow("belongs to the endpoint");
    await upstreamFor(
      { url, source: "simulated", journal: `${journal}.jobs` },
      { edition: "stanford-2026", connect: async () => "api", guarded: (api) => api },
    ).open("k");
    expect(readJournal(`${journal}.jobs`)!.header.edition).toBe("stanford-2026");
    // It was released.
    checkProxyJournal(journal, url, "simulated");
    await other.close();
  });
});

describe("the upstream of a proxy of the 2025 API", () => {
  const [first] = RUNS as [RunConfig];
  const opened = async (options: Partial<UpstreamOptions> = {}) => {
    const endpoint = await hostileEndpoint(() => 3);
    const journal = join(folder(), "journal.jsonl");
    const its = upstreamOf({ url: endpoint.url, source: "real", cap: 2.5e16, journal, timeoutMs: 300, ...options });
    onTestFinished(() => its.close());
    return { endpoint, its, journal };
  };

  it("asks each configuration once, over a connection that fails, and journals it", async () => {
    const { endpoint, its, journal } = await opened({ pauseMs: 1 });
    endpoint.schedule = ["reset before", "reset after charging", "none"];
    const api = await its.open("k");
    for (const _ of [1, 2])
      expect(await api.loss(first)).toMatchObject({ status: "ok", loss: 3, totalFlopsUsed: 1e16 });
    expect(await api.totalFlopsUsed()).toBe(1e16);
    expect(await api.previousRuns()).toMatchObject([{ dModel: first.dModel, loss: 3 }]);
    expect([...endpoint.asked.values()]).toEqual([2]);
    expect(readJournal(journal)!.header).toMatchObject({ endpoint: { url: endpoint.url, source: "real" } });
    expect(readJournal(journal)!.header).not.toHaveProperty("edition");
  });

  it("sends nothing above the cap or outside the ranges", async () => {
    const { endpoint, its } = await opened();
    const api = await its.open("k");
    for (const dModel of [512, 640]) expect(await api.loss({ ...first, dModel })).toMatchObject({ status: "ok" });
    expect(await api.loss({ ...first, dModel: 768 })).toMatchObject({ status: "refused" });
    expect(await api.loss({ ...first, dModel: 9999 })).toMatchObject({ status: "invalid" });
    expect(endpoint.asked.size).toBe(2);
  });

  it("stops at the first contradiction", async () => {
    const { endpoint, its } = await opened();
    const api = await its.open("k");
    endpoint.lies.loss = ({ loss }) => ({ loss, total_flops_used: 7e16 });
    await expect(api.loss(first)).rejects.toMatchObject({ status: 503 });
    await expect(api.loss({ ...first, dModel: 640 })).rejects.toMatchObject({ status: 503 });
    expect(endpoint.asked.size).toBe(1);
  });

  it("is no simulation where the endpoint does not prove to be one", async () => {
    const { endpoint, its } = await opened({ source: "simulated" });
    const api = await its.open("k").catch((error: unknown) => error);
    if (!(api instanceof Error)) await expect((api as TrainingApi).loss(first)).rejects.toThrow();
    expect(endpoint.asked.size).toBe(0);
  });
});

function never(): never {
  return expect.unreachable();
}
