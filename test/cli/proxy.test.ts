import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createProxy } from "../../mock-server/proxy/app.ts";
import { startServer } from "../../mock-server/server.ts";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import { upstreamOf } from "../../src/flight/upstream.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { fromWire } from "../../src/task/stanford-2025/wire.ts";
import { NONCE_HEADER, PROOF_HEADER } from "../../src/training-api/proof.ts";
import { CANARY, leaksOf } from "../canary.ts";
import { hostileEndpoint } from "../flight/hostile-endpoint.ts";
import { isoflopProcess, mockProcess } from "./flight-process.ts";
import { runCli } from "./run-cli.ts";

const world = buildWorld(presetDocument("stanford-2025/central"));
const config = {
  d_model: "512",
  num_layers: "8",
  num_heads: "8",
  batch_size: "128",
  learning_rate: "0.001",
  train_flops: "10000000000000000",
};

/** A proxy in front of an endpoint taken for real; `restart` starts another on the same journal. */
async function proxied(cap = 5e16) {
  const endpoint = await hostileEndpoint((asked) => world.answer(asked, 0));
  const journal = join(mkdtempSync(join(tmpdir(), "isoflop-proxy-")), "journal.jsonl");
  const failures: string[] = [];
  const start = async () => {
    const upstream = upstreamOf({ url: endpoint.url, source: "real", cap, journal, timeoutMs: 200, pauseMs: 1 });
    const { searchSpace } = STANFORD_2025_TASK;
    const app = createProxy({
      open: upstream.open,
      searchSpace,
      simulated: false,
      onFailure: (line) => failures.push(line),
    });
    const server = await startServer(app, "127.0.0.1", 0);
    const stop = async () => {
      await server.stop();
      await upstream.close();
    };
    return { server, stop };
  };
  let running = await start();
  onTestFinished(() => running.stop());
  const get = async (path: string, parameters: object = {}, key = CANARY, headers: Record<string, string> = {}) => {
    const query = new URLSearchParams({ ...parameters, api_key: key });
    const response = await fetch(`${running.server.url}${path}?${query}`, {
      headers: { connection: "close", ...headers },
    });
    return { status: response.status, body: await response.text(), headers: response.headers };
  };
  const restart = async () => {
    await running.stop();
    running = await start();
  };
  return { endpoint, journal, failures, get, restart };
}

describe("a proxy", () => {
  it("answers as the contract says and asks upstream once per configuration, also after a restart", async () => {
    const { endpoint, get, restart } = await proxied();
    const first = await get("/loss", config);
    expect(JSON.parse(first.body)).toEqual({ loss: endpoint.runs.values().next().value?.loss, total_flops_used: 1e16 });
    // As floats in another spelling it is the same configuration.
    expect((await get("/loss", { ...config, learning_rate: "1e-3", d_model: "+512" })).body).toBe(first.body);
    await restart();
    expect((await get("/loss", config)).body).toBe(first.body);
    expect([...endpoint.asked.values()]).toEqual([1]);
    expect((await get("/total_flops_used")).body).toBe("1e+16");
    expect(JSON.parse((await get("/previous_runs")).body).previous_runs).toHaveLength(1);
  });

  it("asks upstream once when many clients ask the same at the same time", async () => {
    const { endpoint, get } = await proxied();
    const answers = await Promise.all(Array.from({ length: 12 }, () => get("/loss", config)));
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1);
    expect([...endpoint.asked.values()]).toEqual([1]);
  });

  it("refuses above the cap and outside the ranges before anything is sent", async () => {
    const { endpoint, get } = await proxied();
    expect(await get("/loss", { ...config, train_flops: "60000000000000000" })).toMatchObject({
      status: 422,
      body: '{"message":"FLOPs budget exceeded: used 0 + requested 60000000000000000 > 50000000000000000"}',
    });
    expect(await get("/loss", { ...config, d_model: 9999 })).toMatchObject({ status: 404 });
    expect(await get("/loss", { ...config, train_flops: "1e16" })).toMatchObject({
      status: 422,
      body: expect.stringMatching(/int_parsing/),
    });
    expect(endpoint.asked.size).toBe(0);
  });

  it("serves one key, refuses private ones, and shows none", async () => {
    const { endpoint, journal, failures, get } = await proxied();
    const seen = [await get("/loss", config), await get("/total_flops_used")];
    const other = await get("/loss", config, "ssh-ed25519 AAAAother");
    expect(other).toMatchObject({ status: 403, body: expect.stringMatching(/belongs to another API key/) });
    expect(await get("/loss", config, "-----BEGIN OPENSSH PRIVATE KEY-----")).toMatchObject({ status: 400 });
    endpoint.refuseKey = true;
    seen.push(await get("/loss", { ...config, d_model: 640 }));
    expect(seen.at(-1)).toMatchObject({ status: 502, body: expect.stringMatching(/does not know the API key/) });
    const written = [...seen.map(({ body }) => body), ...failures, readFileSync(journal, "latin1")].join("\n");
    expect(leaksOf(CANARY, Buffer.from(written))).toEqual([]);
  });

  it("that is stopped during a query reads its answer from the account afterwards", async () => {
    const endpoint = await hostileEndpoint((asked) => world.answer(asked, 0));
    const journal = join(mkdtempSync(join(tmpdir(), "isoflop-proxy-")), "journal.jsonl");
    const options = { url: endpoint.url, source: "real", cap: 5e16, journal, timeoutMs: 60_000, pauseMs: 1 } as const;
    const asked = fromWire(Object.fromEntries(Object.entries(config).map(([k, v]) => [k, Number(v)])) as never);
    const first = upstreamOf(options);
    const api = await first.open(CANARY);
    endpoint.schedule = ["stall after charging"];
    const unanswered = expect(api.loss(asked)).rejects.toThrow(/aborted|stopped/);
    await expect.poll(() => endpoint.runs.size, { interval: 5 }).toBe(1);
    await first.close();
    await unanswered;
    expect(["ask", "no-answer"]).toContain(readJournal(journal)?.records.at(-1)?.kind);
    const second = upstreamOf(options);
    expect(await (await second.open(CANARY)).loss(asked)).toMatchObject({ status: "ok", totalFlopsUsed: 1e16 });
    await second.close();
    expect([...endpoint.asked.values()]).toEqual([1]);
  });

  it("does not serve a journal that another process began meanwhile for another upstream", async () => {
    const { endpoint, journal, get } = await proxied();
    openJournal(journal, { endpoint: { url: endpoint.url, source: "simulated" }, key: fingerprintOf(CANARY) }).close();
    expect(await get("/loss", config)).toMatchObject({
      status: 502,
      body: expect.stringMatching(/has simulated answers, and .* is real now/),
    });
    expect(endpoint.asked.size).toBe(0);
  });

  it("never proves to be a simulation in front of a real one", async () => {
    const { get } = await proxied();
    expect((await get("/loss", config, CANARY, { [NONCE_HEADER]: "n" })).headers.get(PROOF_HEADER)).toBeNull();
  });

  it("follows no redirect, and stops asking after a contradiction", async () => {
    const { endpoint, get } = await proxied();
    await get("/loss", config);
    endpoint.schedule = ["html after charging"];
    expect(await get("/loss", { ...config, d_model: 640 })).toMatchObject({ status: 502 });
    endpoint.lies.loss = (answer) => ({ ...answer, total_flops_used: 7e16 });
    const stopped = await get("/loss", { ...config, d_model: 768 });
    expect(stopped).toMatchObject({
      status: 503,
      body: expect.stringMatching(/the proxy stops: the endpoint's \/loss says/),
    });
    const asked = endpoint.asked.size;
    expect(await get("/loss", { ...config, d_model: 896 })).toMatchObject({
      status: 503,
      body: expect.stringMatching(/the proxy has stopped/),
    });
    expect(endpoint.asked.size).toBe(asked);
  });
});

describe("isoflop proxy", () => {
  it("needs --live for a real upstream, and a cap within the budget", async () => {
    const endpoint = await hostileEndpoint(() => 3);
    const proxy = (...args: string[]) => runCli("proxy", "--upstream", endpoint.url, ...args);
    expect(await proxy("--cap", "1e17")).toMatchObject({ code: 2, err: expect.stringMatching(/Add --live/) });
    expect(await proxy("--cap", "3e18", "--live")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--cap must be at most 2e18/),
    });
    expect(await proxy()).toMatchObject({ code: 2, err: expect.stringMatching(/--cap/) });
  });

  it("serves until it is stopped", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-proxy-"));
    const mock = await mockProcess("stanford-2025/central");
    const { child, ended } = isoflopProcess(
      ...["proxy", "--upstream", mock.url, "--cap", "1e17", "--port", "0", "--journal", join(folder, "journal.jsonl")],
    );
    const line = await new Promise<string>((resolve) => child.stdout?.once("data", (chunk) => resolve(String(chunk))));
    const url = /listening on (\S+)/.exec(line)?.[1];
    const response = await fetch(`${url}/loss?${new URLSearchParams({ ...config, api_key: CANARY })}`, {
      headers: { connection: "close" },
    });
    expect(await response.json()).toMatchObject({ total_flops_used: 1e16 });
    child.kill("SIGTERM");
    expect(await ended).toMatchObject({ code: 0, err: "" });
  });
});
