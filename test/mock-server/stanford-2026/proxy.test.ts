import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { startServer } from "../../../mock-server/server.ts";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import { createJobsProxy } from "../../../mock-server/stanford-2026/proxy.ts";
import { readJournal } from "../../../src/flight/journal/read.ts";
import type { JobRecord } from "../../../src/flight/stanford-2026/record.ts";
import { type UpstreamJobsOptions, upstreamJobs } from "../../../src/flight/stanford-2026/upstream-jobs.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { BUDGET_SECONDS } from "../../../src/task/stanford-2026/budget.ts";
import { configurationText, type TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import { config } from "../../surface/stanford-2026/configs.ts";
import { runPython, withPython } from "../python.ts";
import { BEHAVIORS } from "./client-behaviors.ts";
import { startJobsMock } from "./server.ts";

const KEY = "12345678";
const folder = () => mkdtempSync(join(tmpdir(), "isoflop-jobs-proxy-"));

/** A mock whose clock runs, behind a proxy; `restart` starts another proxy on the same journal. */
async function proxied(options: Partial<UpstreamJobsOptions> = {}, scale = 0) {
  const ledger = new MemoryLedger(SECOND_JOBS);
  const mock = await startJobsMock({ ledger, clock: new VirtualClock(scale, ledger) });
  const { cap = BUDGET_SECONDS } = options;
  const journal = join(folder(), "journal.jsonl");
  const upstream = { url: `${mock.url}/`, source: "simulated", cap, journal, allowFinal: false } as const;
  const start = async () => {
    const { open, close } = upstreamJobs({ ...upstream, timeoutMs: 5_000, pauseMs: 1, ...options });
    const server = await startServer(
      createJobsProxy({ open, cap, simulated: true, onFailure: () => undefined }),
      "127.0.0.1",
      0,
    );
    return {
      url: server.url,
      stop: async () => {
        await server.stop();
        await close();
      },
    };
  };
  let running = await start();
  onTestFinished(() => running.stop());
  const ask = async (path: string, body?: unknown, key = KEY) => {
    const text = typeof body === "object" ? JSON.stringify(body) : body;
    const sent = text === undefined ? {} : { method: "POST", body: String(text) };
    const headers = { "x-api-key": key, "content-type": "application/json", connection: "close" };
    const response = await fetch(running.url + path, { ...sent, headers });
    return { status: response.status, body: await response.text() };
  };
  const submit = (job: TrainingConfig) => ask("/submit", configurationText(job));
  const restart = async () => {
    await running.stop();
    running = await start();
  };
  return { mock, journal, ask, submit, restart };
}

describe("a proxy of jobs", () => {
  test("answers as the server does, submits each configuration once, and says 409 also after a restart", async () => {
    const { mock, ask, submit, restart } = await proxied();
    expect(await submit(config())).toEqual({
      status: 200,
      body: '{"experiment_id":1,"budget_summary":{"used_seconds":40.0,"remaining_seconds":43160.0,"total_budget_seconds":43200.0}}',
    });
    for (const path of ["/experiments", "/experiment/1", "/budget", "/final_submission"]) {
      const direct = await fetch(mock.url + path, { headers: { "x-api-key": KEY } });
      expect(await ask(path)).toEqual({ status: 200, body: await direct.text() });
    }
    const duplicate = { status: 409, body: '{"detail":"experiment already exists for this training config"}' };
    expect(await submit(config())).toEqual(duplicate);
    await restart();
    expect(await submit(config())).toEqual(duplicate);
    expect(JSON.parse((await ask("/experiments")).body)).toHaveLength(1);
  });

  test("of many equal submissions at the same time accepts one", async () => {
    const { submit } = await proxied();
    const answers = await Promise.all(Array.from({ length: 8 }, () => submit(config())));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
  });

  test("never lets a student's seconds exceed the cap, and follows refunds", async () => {
    const { mock, ask, submit } = await proxied({ cap: 100 });
    const answers = await Promise.all([0, 1, 2, 3].map((seed) => submit(config({ seed }))));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 400, 400]);
    expect(JSON.parse((await ask("/budget")).body)).toMatchObject({ remaining_seconds: 20, total_budget_seconds: 100 });
    mock.clock.advance(600);
    expect(JSON.parse((await ask("/budget")).body).remaining_seconds).toBeGreaterThan(40);
    expect((await submit(config({ seed: 4 }))).status).toBe(200);
  });

  test("sends nothing that is not valid, for no unknown key, and to no web page", async () => {
    const { mock, journal, ask, submit } = await proxied();
    expect((await ask("/submit", "{")).status).toBe(422);
    expect((await ask("/submit", { n_evals: 0 })).status).toBe(422);
    expect(await ask("/budget", undefined, "me")).toEqual({ status: 401, body: '{"detail":"invalid API key"}' });
    expect((await submit(config())).status).toBe(200);
    expect((await ask("/budget", undefined, "87654321")).status).toBe(403);
    expect((await ask("/nowhere")).status).toBe(404);
    expect(mock.ledger.keys()).toHaveLength(1);
    expect(readFileSync(journal, "latin1")).not.toContain(KEY);
  });

  test("passes a final submission on only when it may", async () => {
    const final = { training_config: JSON.parse(configurationText(config())), predicted_final_loss: 3 };
    const closed = await proxied();
    expect(await closed.ask("/final_submission", final)).toMatchObject({
      status: 403,
      body: expect.stringContaining("--submit-final"),
    });
    expect((await closed.ask("/final_submission")).body).toBe("null");
    const open = await proxied({ allowFinal: true });
    expect((await open.ask("/final_submission", final)).status).toBe(200);
    expect(JSON.parse((await open.ask("/final_submission")).body)).toMatchObject({ predicted_final_loss: 3 });
  });

  test("has a job on the disk before it is sent", async () => {
    const { journal, submit } = await proxied();
    await submit(config());
    const kinds = readJournal<JobRecord>(journal)?.records.map(({ kind }) => kind);
    expect(kinds).toEqual(["account", "submit", "accepted"]);
  });
});

/** A proxy in front of a mock whose clock runs fast, with a journal for every key. */
async function clientsThroughProxy(): Promise<Record<string, unknown>> {
  const ledger = new MemoryLedger(SECOND_JOBS);
  const mock = await startJobsMock({ ledger, clock: new VirtualClock(600, ledger) });
  const upstreams = new Map<string, ReturnType<typeof upstreamJobs>>();
  const open = (key: string) => {
    const journal = join(folder(), "journal.jsonl");
    const options = {
      source: "simulated",
      cap: BUDGET_SECONDS,
      timeoutMs: 20_000,
      pauseMs: 1,
      allowFinal: true,
    } as const;
    const upstream = upstreams.get(key) ?? upstreamJobs({ ...options, url: `${mock.url}/`, journal });
    upstreams.set(key, upstream);
    return upstream.open(key);
  };
  const app = createJobsProxy({ open, cap: BUDGET_SECONDS, simulated: true, onFailure: () => undefined });
  const server = await startServer(app, "127.0.0.1", 0);
  afterAll(async () => {
    await server.stop();
    for (const { close } of upstreams.values()) await close();
  });
  return JSON.parse(await runPython("clients_2026.py", server.url));
}

const { skip, note } = withPython;

describe.skipIf(skip)(`a Python client of 2026 through the proxy${note}`, async () => {
  const seen = skip ? {} : await clientsThroughProxy();

  test.each(BEHAVIORS)("with %s sees what it expects", (behavior, expected) => {
    expect(seen[behavior]).toEqual(expected);
  });
});
