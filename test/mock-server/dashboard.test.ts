import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { NextAnswer, RunsEvent, State } from "../../mock-server/dashboard/wire.ts";
import { loadWorld } from "../../src/cli/load-world.ts";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { startDashboard } from "./dashboard-mock.ts";
import { lossTarget, type Mock } from "./mock.ts";

const API_KEY = "ssh-ed25519 AAAA+/= student@example.edu";
const ADMIN_TOKEN = "a secret of sixteen or more";
const CONFIG: RunConfig = {
  dModel: 256,
  numLayers: 4,
  numHeads: 4,
  batchSize: 128,
  learningRate: 0.001,
  trainFlops: 1e16,
};

async function tokenOf(mock: Mock): Promise<string> {
  const { body } = await mock.ask("/dashboard");
  return /<meta name="isoflop-token" content="([^"]*)">/.exec(body)?.[1] ?? "no meta element";
}

function post(mock: Mock, action: string, body: unknown, token: string, headers: Record<string, string> = {}) {
  return fetch(`${mock.url}/dashboard/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-isoflop-token": token, ...headers },
    body: JSON.stringify(body),
  });
}

/** The events of the dashboard as they come. */
async function* events(mock: Mock, token: string): AsyncGenerator<{ name: string; data: unknown; text: string }> {
  const response = await fetch(`${mock.url}/dashboard/events`, { headers: { "x-isoflop-token": token } });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^text\/event-stream/);
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const event = text.slice(0, end);
      text = text.slice(end + 2);
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      if (name && data) yield { name, data: JSON.parse(data), text: event };
    }
  }
}

async function stateOf(mock: Mock, token: string): Promise<State> {
  for await (const { data } of events(mock, token)) return data as State;
  throw new Error("the stream ended before its first event");
}

describe("access", async () => {
  const local = await startDashboard({ allowedHosts: ["lab.example"], corsOrigins: ["http://notebook.example"] });
  const guarded = await startDashboard({ allowedHosts: ["lab.example"] }, { adminToken: ADMIN_TOKEN });

  test("the page carries a token for this machine, a new one at each start", async () => {
    const token = await tokenOf(local);
    expect(token.length).toBeGreaterThanOrEqual(32);
    expect(token).not.toBe(await tokenOf(await startDashboard()));
    expect(await stateOf(local, token)).toMatchObject({ world: { name: "handout/smooth" } });
  });

  test.each([
    ["another name of this machine", { host: "lab.example" }],
    ["a proxy in front of it", { "x-forwarded-for": "192.0.2.7" }],
    ["a proxy that says so in the standard way", { forwarded: "for=192.0.2.7" }],
  ])("the page carries no token to %s, and the token does not open", async (_who, headers) => {
    const { body } = await local.ask("/dashboard", { headers });
    expect(body).toContain('<meta name="isoflop-token" content="">');
    const token = await tokenOf(local);
    const answer = await local.ask("/dashboard/events", { headers: { ...headers, "x-isoflop-token": token } });
    expect(answer.status).toBe(403);
  });

  test.each([
    ["without a token", {}, 401],
    ["with a wrong token", { "x-isoflop-token": "x".repeat(32) }, 401],
  ])("%s nothing is shown or done", async (_how, headers, status) => {
    expect((await local.ask("/dashboard/events", { headers })).status).toBe(status);
    for (const action of ["ask", "next", "reset", "world", "grade"])
      expect((await local.ask(`/dashboard/${action}`, { method: "POST", headers })).status).toBe(status);
  });

  test.each([
    ["another site", { "sec-fetch-site": "cross-site" }],
    ["another port of this machine", { "sec-fetch-site": "same-site" }],
    ["an old browser on another site", { origin: "http://evil.example" }],
    ["an origin that may read the API", { origin: "http://notebook.example" }],
  ])("a page of %s can do nothing, even with the token", async (_who, headers) => {
    const token = await tokenOf(local);
    const answer = await local.ask("/dashboard/reset", {
      method: "POST",
      headers: { ...headers, "x-isoflop-token": token },
    });
    expect(answer.status).toBe(403);
  });

  test("an origin that may read the API may not read the page, which carries the token", async () => {
    const headers = { origin: "http://notebook.example" };
    const api = await local.ask("/total_flops_used?api_key=me", { headers });
    expect(api.headers["access-control-allow-origin"]).toBe("http://notebook.example");
    const page = await local.ask("/dashboard", { headers });
    expect(page.headers["access-control-allow-origin"]).toBeUndefined();
    expect(page.headers["cross-origin-resource-policy"]).toBe("same-origin");
  });

  test("with an admin token the page carries none, here neither, and that token opens from anywhere", async () => {
    expect(await tokenOf(guarded)).toBe("");
    const headers = { host: "lab.example", "x-forwarded-for": "192.0.2.7" };
    const body = { headers: { ...headers, "x-isoflop-token": ADMIN_TOKEN, "content-type": "application/json" } };
    expect((await guarded.ask("/dashboard/reset", { method: "POST", ...body })).status).toBe(422);
    expect((await guarded.ask("/dashboard/reset", { method: "POST", headers })).status).toBe(401);
    expect(await stateOf(guarded, ADMIN_TOKEN)).toMatchObject({ keys: [] });
  });

  test("the page allows nothing from elsewhere, nothing inline and no frame", async () => {
    const { headers, body } = await local.ask("/dashboard");
    const policy = String(headers["content-security-policy"]);
    for (const rule of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'"])
      expect(policy).toContain(rule);
    expect(policy).not.toContain("unsafe");
    expect(headers["cache-control"]).toBe("no-store");
    expect(body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(body).not.toMatch(/<style|style=|<script(?![^>]* src=)/);
  });

  test("page, script, style and worker weigh less than 500 kB together", async () => {
    const { body } = await local.ask("/dashboard");
    const names = [...body.matchAll(/\/dashboard\/assets\/[\w.-]+/g)].map(([name]) => name);
    const files = await Promise.all(names.map((name) => local.ask(name)));
    expect(files.map(({ status }) => status)).toEqual([200, 200]);
    const worker = /assets\/fits\.worker-[\w-]+\.js/.exec(files.map((file) => file.body).join(""))?.[0];
    files.push(await local.ask(`/dashboard/${worker}`));
    const weight = [body, ...files.map((file) => file.body)].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    expect(weight).toBeLessThan(500_000);
  });

  test("what is no file of the page is not found", async () => {
    for (const path of ["/dashboard/assets/../../package.json", "/dashboard/assets/%2e%2e/index.html", "/dashboard/x"])
      expect((await local.ask(path)).status).toBe(404);
  });
});

describe("events and actions", async () => {
  const mock = await startDashboard();
  const token = await tokenOf(mock);
  const key = fingerprintOf(API_KEY);

  test("a run shows up as it is paid for, under the SHA-256 of its key; the key itself never does", async () => {
    const seen: string[] = [];
    for await (const { name, data, text } of events(mock, token)) {
      seen.push(text);
      if (name === "state") {
        const { loss } = JSON.parse((await mock.ask(lossTarget({ api_key: API_KEY }))).body) as { loss: number };
        seen.push(String(loss));
        continue;
      }
      const loss = Number(seen[1]);
      expect(data).toEqual({
        key,
        used: 1e16,
        from: 0,
        runs: [[1024, 24, 16, 128, 0.001, 1e16, loss]],
      } satisfies RunsEvent);
      break;
    }
    expect(seen.join("\n")).not.toContain(API_KEY);
    expect(seen.join("\n")).not.toContain("student@example.edu");
  });

  test("a query from the dashboard and from the API get the same answer and one charge", async () => {
    const asked = (await (await post(mock, "ask", { key, config: CONFIG }, token)).json()) as { loss: number };
    const target = lossTarget({ d_model: "256", num_layers: "4", num_heads: "4", api_key: API_KEY });
    expect(JSON.parse((await mock.ask(target)).body)).toEqual({ loss: asked.loss, total_flops_used: 2e16 });
  });

  test.each([
    ["is empty", ""],
    ["is the handout's invalid one", "INVALID_API_KEY"],
    ["holds a private key", "-----BEGIN OPENSSH PRIVATE KEY-----"],
    ["is longer than any", "x".repeat(10_000)],
  ])("a key that %s buys nothing and is not repeated", async (_what, apiKey) => {
    const response = await post(mock, "ask", { apiKey, config: CONFIG }, token);
    expect(response.status).toBe(422);
    const { message } = (await response.json()) as { message: string };
    expect(message).toMatch(/api_?key/i);
    if (apiKey !== "") expect(message).not.toContain(apiKey);
  });

  test("a server with listed keys sells to those only", async () => {
    const listed = await startDashboard({ registration: [fingerprintOf("listed")] });
    const buy = async (apiKey: string) =>
      (await post(listed, "ask", { apiKey, config: CONFIG }, await tokenOf(listed))).status;
    expect(await buy("listed")).toBe(200);
    expect(await buy("another")).toBe(422);
  });

  test.each([
    ["a range", { ...CONFIG, dModel: 9999 }, "d_model must be in range [64, 1024], got 9999"],
    ["a whole number", { ...CONFIG, numLayers: 2.5 }, "num_layers must be in range [2, 24], got 2.5"],
    ["a number", { ...CONFIG, numHeads: "4" }, 'config.numHeads: must be a number, got "4"'],
  ])("%s is asked for where it is missing", async (_what, config, message) => {
    const response = await post(mock, "ask", { key, config }, token);
    expect(response.status).toBe(422);
    expect(await response.json()).toEqual({ message: expect.stringContaining(message) });
  });

  test("an unknown key is refused", async () => {
    const stranger = fingerprintOf("nobody");
    for (const [action, body] of [
      ["ask", { key: stranger, config: CONFIG }] as const,
      ["reset", { key: stranger }] as const,
    ])
      expect((await post(mock, action, body, token)).status).toBe(422);
    expect((await stateOf(mock, token)).keys.map((rows) => rows.key)).not.toContain(stranger);
  });

  test("the budget limits queries from the dashboard too", async () => {
    const big = { ...CONFIG, trainFlops: 1e18 };
    expect((await post(mock, "ask", { key, config: big }, token)).status).toBe(200);
    const response = await post(mock, "ask", { key, config: { ...big, dModel: 512 } }, token);
    expect(response.status).toBe(422);
    expect(((await response.json()) as { message: string }).message).toContain("FLOPs budget exceeded");
  });

  test("a submission is graded as the tournament grades it", async () => {
    const world = await loadWorld("handout/smooth");
    const submission = {
      config: { ...CONFIG, dModel: 1024, numLayers: 16, numHeads: 16, trainFlops: 1e19 },
      predictedLoss: 2.9,
      interval: { level: 0.9, low: 2.8, high: 3 },
    };
    const grade = await (await post(mock, "grade", submission, token)).json();
    expect(grade).toEqual(scoreSubmission(world, submission));
    const best = { config: optimumOf(world).config, predictedLoss: optimumOf(world).loss };
    expect(await (await post(mock, "grade", best, token)).json()).toMatchObject({
      regret: 0,
      lossError: 0,
      lnNError: 0,
    });
  });

  test("an inadmissible submission is not graded", async () => {
    const small = { config: { ...CONFIG, trainFlops: 1e18 }, predictedLoss: 3 };
    const response = await post(mock, "grade", small, token);
    expect(response.status).toBe(422);
    expect(((await response.json()) as { message: string }).message).toContain("train_flops must be the target");
    const backwards = { ...small, interval: { level: 0.9, low: 3, high: 2 } };
    expect(await (await post(mock, "grade", backwards, token)).json()).toEqual({
      message: expect.stringContaining("interval.low: must not be above high"),
    });
  });

  test("a form of another page, which can only send text, is refused", async () => {
    const response = await post(mock, "reset", { key }, token, { "content-type": "text/plain" });
    expect(response.status).toBe(422);
    expect((await stateOf(mock, token)).keys[0]?.runs.length).toBeGreaterThan(0);
  });

  test("another world answers with runs and budgets of its own, and the first one's are there on return", async () => {
    const before = await stateOf(mock, token);
    expect((await post(mock, "world", { name: "stanford-2025/central" }, token)).status).toBe(200);
    expect(await stateOf(mock, token)).toMatchObject({ world: { name: "stanford-2025/central" }, keys: [] });
    const { loss } = JSON.parse((await mock.ask(lossTarget({ api_key: API_KEY }))).body) as { loss: number };
    expect(loss).not.toBe(before.keys[0]?.runs[0]?.[6]);
    expect(JSON.parse((await mock.ask("/openapi.json")).body).info.description).toContain("stanford-2025/central");
    expect((await post(mock, "world", { name: "handout/smooth" }, token)).status).toBe(200);
    expect((await stateOf(mock, token)).keys).toEqual(before.keys);
  });

  test("an unknown world is refused with the nearest name", async () => {
    const response = await post(mock, "world", { name: "handout/smoth" }, token);
    expect(response.status).toBe(422);
    expect(((await response.json()) as { message: string }).message).toContain('did you mean "handout/smooth"?');
  });

  test("a reset forgets a key's runs and gives the budget back", async () => {
    expect((await post(mock, "reset", { key }, token)).status).toBe(200);
    expect((await stateOf(mock, token)).keys).toEqual([{ key, used: 0, runs: [] }]);
    expect((await mock.ask(`/total_flops_used?${new URLSearchParams({ api_key: API_KEY })}`)).body).toBe("0.0");
  });
});

test("a first run is bought with the key in full, which the answer does not repeat", async () => {
  const mock = await startDashboard();
  const typed = "a key that no program has used";
  const response = await post(mock, "ask", { apiKey: typed, config: CONFIG }, await tokenOf(mock));
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ key: fingerprintOf(typed), used: 1e16 });
  expect(text).not.toContain(typed);
  expect((await mock.ask(`/total_flops_used?${new URLSearchParams({ api_key: typed })}`)).body).toBe("1e+16");
});

describe("what to buy next", async () => {
  const mock = await startDashboard();
  const token = await tokenOf(mock);
  const key = fingerprintOf(API_KEY);
  const wanted = { key, budget: 1e17, target: 1e19, parallel: 3 };
  const ask = async (body: unknown) => {
    const response = await post(mock, "next", body, token);
    return { status: response.status, body: (await response.json()) as NextAnswer & { message: string } };
  };

  test("is refused with few runs, and without any", async () => {
    expect((await ask(wanted)).body.message).toContain("no such key");
    await mock.ask(lossTarget({ api_key: API_KEY }));
    expect((await ask(wanted)).body.message).toContain("too few");
  });

  test("are runs that the key can buy, while the server goes on answering", async () => {
    for (const [trainFlops, sizes] of [
      [1e15, [96, 128, 192, 256]],
      [1e16, [128, 192, 256, 384]],
    ] as const)
      for (const dModel of sizes)
        await post(mock, "ask", { key, config: { ...CONFIG, dModel, numHeads: 2, trainFlops } }, token);
    const planning = ask(wanted);
    let answered = 0;
    let done = false;
    void planning.then(() => {
      done = true;
    });
    while (!done) {
      await mock.ask("/total_flops_used?api_key=me");
      answered++;
    }
    // A plan takes a second or more, a look a millisecond.
    expect(answered).toBeGreaterThan(5);
    const { status, body } = await planning;
    expect(status).toBe(200);
    expect(body.runs).toHaveLength(3);
    expect(body.runs.reduce((sum, { config }) => sum + config.trainFlops, 0)).toBeLessThanOrEqual(wanted.budget);
    for (const { config } of body.runs) expect((await post(mock, "ask", { key, config }, token)).status).toBe(200);
    expect((await ask(wanted)).body.runs).not.toEqual(body.runs);
  });

  test.each([
    ["budget", 0],
    ["target", "1e19"],
    ["parallel", 1000],
  ])("names the field %s that is wrong", async (field, value) => {
    const { status, body } = await ask({ ...wanted, [field]: value });
    expect(status).toBe(422);
    expect(body.message).toContain(field);
  });

  test("names no option of the command line where it is refused", async () => {
    const { body } = await ask({ ...wanted, target: 1e12 });
    expect(body.message).toContain("the target 1e12 is not above the runs");
    expect(body.message).not.toContain("--");
  });
});

test("a ledger in a file belongs to its world, which then stays", async () => {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const mock = await startDashboard({}, { ledger: join(folder, "practice.ledger") });
  const token = await tokenOf(mock);
  expect((await stateOf(mock, token)).fixed).toContain("belongs to this world");
  expect((await post(mock, "world", { name: "stanford-2025/central" }, token)).status).toBe(422);
});
