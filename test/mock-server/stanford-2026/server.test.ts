import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startServe } from "../../../benchmarks/reliability/servers/serve-process.ts";
import { parseFaults } from "../../../mock-server/faults/document.ts";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import type { TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { config } from "../../surface/stanford-2026/configs.ts";
import { ADMIN_TOKEN, startJobsMock } from "./server.ts";

const folder = mkdtempSync(join(tmpdir(), "isoflop-jobs-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what is expected of it is what the tests say
  readonly body: any;
  readonly headers: Headers;
}

interface Listed {
  readonly experiment_id: number;
  readonly status: { readonly status_type: string };
}

async function ask(url: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const sent = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const all = { "X-API-Key": "12345678", "Content-Type": "application/json", ...headers };
  const response = await fetch(url + path, { ...sent, headers: all });
  return { status: response.status, body: await response.json(), headers: response.headers };
}

const admin = { "X-Isoflop-Token": ADMIN_TOKEN };

describe("the clock of a server", () => {
  test("is set ahead by the admin token only, and everything due has happened then", async () => {
    const { url } = await startJobsMock();
    const { experiment_id: id } = (await ask(url, "/submit", config())).body;
    expect((await ask(url, "/admin/advance", { seconds: 600 })).status).toBe(401);
    expect((await ask(url, `/experiment/${id}`)).body.status.status_type).toBe("queued");
    const before = (await ask(url, "/admin/clock")).body.now;
    expect((await ask(url, "/admin/advance", { seconds: 600 }, admin)).body).toMatchObject({ time_scale: 0 });
    const after = (await ask(url, "/admin/clock")).body.now;
    expect(Date.parse(after) - Date.parse(before)).toBe(600_000);
    expect((await ask(url, `/experiment/${id}`)).body.status.status_type).toBe("completed");
    expect((await ask(url, "/admin/advance", { seconds: -1 }, admin)).status).toBe(422);
  });

  test("of an instant server has passed every job's end by the next request", async () => {
    const { url } = await startJobsMock({ instant: true });
    await ask(url, "/submit", config());
    await ask(url, "/submit", config({ seed: 1 }));
    const statuses = (await ask(url, "/experiments")).body.map(({ status }: Listed) => status.status_type);
    expect(statuses).toEqual(["completed", "completed"]);
    expect((await ask(url, "/admin/clock")).body.instant).toBe(true);
  });

  test("goes on while the server is down, and at another pace from then on if asked to", () => {
    const notes = new Map<string, string>();
    const store = {
      note: (name: string) => notes.get(name),
      setNote: (name: string, text: string) => notes.set(name, text),
    };
    let real = 1e15;
    const first = new VirtualClock(600, store, () => real);
    first.advance(10);
    real += 1e6;
    expect(first.now()).toBe(1e15 + 610e6);
    real += 1e6;
    const second = new VirtualClock(2, store, () => real);
    expect(second.now()).toBe(1e15 + 1210e6);
    real += 1e6;
    expect(second.now()).toBe(1e15 + 1212e6);
  });
});

test("the final submission is trained for 48 hours on an admin's word, which reveals its loss or that it times out", async () => {
  const { url } = await startJobsMock();
  const run = () => ask(url, "/admin/final_run", { api_key: "12345678" }, admin);
  expect((await run()).status).toBe(422);
  const submit = (its: TrainingConfig) =>
    ask(url, "/final_submission", { training_config: its, predicted_final_loss: 3.2 });
  await submit(config({ width: 1024, depth: 16, intermediate: 2816, batch: 64, tokens: 64 * 512 * 16 * 20_000 }));
  const finished = (await run()).body;
  expect(finished).toMatchObject({ status: "completed", predicted_final_loss: 3.2 });
  expect(finished.final_loss).toBeLessThan(3.6);
  await submit(config({ width: 2048, depth: 32, intermediate: 8192, batch: 32, tokens: 32 * 512 * 16 * 800_000 }));
  expect((await run()).body).toMatchObject({ status: "timeout" });
});

test("a final submission without an end is refused, where a job without one exceeds every budget", async () => {
  const { url } = await startJobsMock();
  const endless = { ...config(), max_runtime_seconds: "inf" };
  const final = await ask(url, "/final_submission", { training_config: endless, predicted_final_loss: 3 });
  expect(final).toMatchObject({ status: 422, body: { detail: [{ type: "finite_number" }] } });
  expect((await ask(url, "/submit", endless)).status).toBe(400);
});

test("an optimizer without a key of AdamW's own is stored as SGD, with a hint", async () => {
  const { url } = await startJobsMock();
  const optimizer_config = { lr_scheduler: { peak_value: 0.003 } };
  const { headers } = await ask(url, "/submit", { ...config(), optimizer_config });
  expect(headers.get("x-isoflop-hint")).toContain("SGD");
});

test("a faults file may name faults of jobs, alone or beside rules, and is told what is wrong with them", () => {
  const parse = (its: object) => parseFaults(JSON.stringify({ schema: "isoflop-faults/1", ...its }), "faults.json");
  expect(parse({ jobs: { shares: { lost: 0.5 } } }).jobs).toEqual({ shares: { lost: 0.5 }, queueSeconds: 0 });
  expect(() => parse({ jobs: { shares: { lost: 0.6, slow: 0.6 } } })).toThrow("jobs.shares: the shares add up");
});

test("a server killed at any moment has lost no accepted job, no reservation and no key", async () => {
  const file = join(folder, "jobs.ledger");
  const start = () => startServe("--edition", "2026", "--ledger", file, "--time-scale", "20");
  const first = await start();
  const accepted: number[] = [];
  // Killed while submissions are under way: what was answered counts.
  const submissions = Array.from({ length: 40 }, async (_, seed) => {
    const { body } = await ask(first.url, "/submit", config({ seed }));
    accepted.push(body.experiment_id);
    if (accepted.length === 15) first.end("SIGKILL");
  });
  await Promise.allSettled(submissions);
  await first.end("SIGKILL");
  const second = await start();
  const { body: list } = await ask(second.url, "/experiments");
  const ids = list.map(({ experiment_id: id }: Listed) => id);
  expect(ids).toEqual(expect.arrayContaining(accepted));
  expect(accepted.length).toBeGreaterThanOrEqual(15);
  expect(list.every(({ status }: Listed) => status.status_type !== "failed")).toBe(true);
  const used = (await ask(second.url, "/budget")).body.used_seconds;
  expect(used).toBeGreaterThan(20 * ids.length);
  expect(used).toBeLessThanOrEqual(40 * ids.length);
  await expect(start()).rejects.toThrow("in use by another process");
  await second.end("SIGTERM");
  expect(readFileSync(file, "latin1")).not.toContain("12345678");
});

test("a ledger of one edition is refused by the other", async () => {
  const file = join(folder, "other.ledger");
  const server = await startServe("--ledger", file);
  await server.end("SIGTERM");
  await expect(startServe("--edition", "2026", "--ledger", file)).rejects.toThrow("holds runs of world");
  await expect(startServe("--world", "stanford-2026/central")).rejects.toThrow("add --edition 2026");
  await expect(startServe("--edition", "2026", "--quirks")).rejects.toThrow("--quirks means nothing to --edition 2026");
  writeFileSync(join(folder, "faults.json"), '{"schema":"isoflop-faults/1","jobs":{}}');
  await expect(startServe("--faults", join(folder, "faults.json"))).rejects.toThrow("serve --edition 2026");
});
