import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask } from "../../benchmarks/reliability/servers/asking.ts";
import { createProxy } from "../../mock-server/proxy/app.ts";
import { VERSION } from "../../mock-server/send.ts";
import { startServer } from "../../mock-server/server.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import type { TrainingApi } from "../../src/training-api/training-api.ts";
import { startDashboard } from "./dashboard-mock.ts";
import { lossTarget } from "./mock.ts";

const compared: [number, number][] = [];
const { timingSafeEqual } = crypto;
beforeAll(() => {
  crypto.timingSafeEqual = (a, b) => {
    compared.push([a.byteLength, b.byteLength]);
    return timingSafeEqual(a, b);
  };
  syncBuiltinESMExports();
});
afterAll(() => {
  crypto.timingSafeEqual = timingSafeEqual;
  syncBuiltinESMExports();
});

const ADMIN = "an admin token of this test";
const ORIGIN = "http://notebook.example";
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Headers that say nothing about safety; all others of an answer are in the table. */
const INDIFFERENT = new Set([
  ...["date", "connection", "keep-alive", "content-length", "transfer-encoding"],
  ...["etag", "last-modified", "accept-ranges"],
]);

const own = { "x-isoflop": VERSION, "x-content-type-options": "nosniff" };
const json = { ...own, "content-type": "application/json" };
const page = {
  ...own,
  "content-security-policy": CSP,
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};
const html = { ...page, "content-type": "text/html; charset=utf-8" };
const script = { ...page, "content-type": "text/javascript; charset=utf-8" };
const style = { ...page, "content-type": "text/css; charset=utf-8" };
const file = { "cache-control": "public, max-age=0" };
const forever = { "cache-control": "public, max-age=31536000, immutable" };
const gated = { ...json, "cache-control": "no-store", "cross-origin-resource-policy": "same-origin" };

const mock = await startDashboard({ corsOrigins: [ORIGIN] }, { adminToken: ADMIN });
const closed = await startDashboard({}, { adminToken: ADMIN });
const [asset] = /\/dashboard\/assets\/[\w.-]+\.js/.exec((await mock.ask("/dashboard")).body) ?? ["no script"];

beforeEach(() => {
  compared.length = 0;
});

test.each<[string, string, number, Record<string, string>, { headers?: Record<string, string> }?]>([
  ["GET", lossTarget(), 200, json],
  ["GET", lossTarget({ d_model: "9999" }), 404, json],
  ["GET", lossTarget({ d_model: "x" }), 422, json],
  ["GET", lossTarget({ api_key: "b3BlbnNzaC1rZXktdjEAAAA" }), 400, json],
  ["GET", `/loss?${"x".repeat(9000)}`, 414, json],
  ["POST", "/loss", 405, { ...json, allow: "GET" }],
  ["GET", "/loss/", 307, { ...own, location: "/loss" }],
  ["GET", "/total_flops_used?api_key=INVALID_API_KEY", 422, json],
  ["GET", "/previous_runs?api_key=INVALID_API_KEY", 422, json],
  ["GET", "/openapi.json", 200, json],
  ["GET", "/nowhere", 404, json],
  ["GET", "/loss", 403, json, { headers: { host: "evil.example" } }],
  ["GET", "/docs", 200, html],
  ["GET", "/docs/initializer.js", 200, script],
  ["GET", "/docs/contrast.css", 200, style],
  ["GET", "/docs/swagger-ui-bundle.js", 200, { ...script, ...file }],
  ["GET", "/docs/swagger-ui.css", 200, { ...style, ...file }],
  ["GET", "/docs/favicon-32x32.png", 200, { ...page, ...file, "content-type": "image/png" }],
  ["POST", "/docs", 405, { ...json, allow: "GET" }],
  ["POST", "/docs/contrast.css", 405, { ...json, allow: "GET" }],
  ["GET", "/dashboard", 200, { ...html, "cache-control": "no-store" }],
  ["GET", "/dashboard/", 307, { ...own, location: "/dashboard" }],
  ["GET", asset, 200, { ...script, ...forever }],
  ["GET", "/dashboard/events", 401, gated],
  ["POST", "/dashboard/ask", 401, gated],
  ["POST", "/dashboard/ask", 422, gated, { headers: { "x-isoflop-token": ADMIN } }],
  ["POST", "/dashboard/reset", 403, gated, { headers: { origin: ORIGIN, "x-isoflop-token": ADMIN } }],
  ["POST", "/dashboard", 405, { ...json, allow: "GET" }],
])("%s %.60s is a %i with these headers and no others", async (method, target, status, expected, its = {}) => {
  const answer = await closed.ask(target, { method, ...its });
  const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !INDIFFERENT.has(name)));
  expect({ status: answer.status, headers }).toEqual({ status, headers: expected });
});

describe("the Host header", () => {
  test.each([
    ["a port alone", ":8000", 400],
    ["a name that only begins like ours", "localhost.evil.example", 403],
    ["our name with a root", "localhost.", 403],
    ["our name as a user", "localhost:80@evil.example", 403],
    ["another name of the loopback interface", "127.0.0.2", 403],
    ["every address", "0.0.0.0", 403],
  ])("is checked on every route: %s", async (_what, host, status) => {
    const targets = [lossTarget(), "/total_flops_used", "/previous_runs", "/openapi.json", "/docs", asset, "/nowhere"];
    for (const target of [...targets, "/dashboard", "/dashboard/events"])
      expect((await mock.ask(target, { headers: { host } })).status).toBe(status);
    expect((await mock.ask("/dashboard/reset", { method: "POST", headers: { host } })).status).toBe(status);
  });
});

describe("pages of other origins", () => {
  const api = [lossTarget(), "/total_flops_used?api_key=me", "/previous_runs?api_key=me", "/openapi.json", "/nowhere"];
  const dashboard = ["/dashboard", "/dashboard/", "/dashboard/events", "/dashboard/ask", asset];
  const readable = async (server: typeof mock, target: string, method: string, origin: string) => {
    const preflight = { "access-control-request-method": method, "access-control-request-headers": "x-isoflop-token" };
    const headers = { origin, ...(method === "OPTIONS" ? preflight : {}) };
    return (await server.ask(target, { method, headers })).headers["access-control-allow-origin"];
  };
  const rows = [...api, ...dashboard].flatMap((target) =>
    ["GET", "POST", "OPTIONS"].flatMap((method) =>
      [ORIGIN, "http://evil.example", `${ORIGIN}:8080`, `${ORIGIN}.evil.example`, "null"].map(
        (origin) => [method, target, origin] as const,
      ),
    ),
  );

  test.each(rows)("%s %.40s from %s", async (method, target, origin) => {
    // A preflight says yes or no to what follows; the dashboard's own routes refuse that.
    const allowed = origin === ORIGIN && (method === "OPTIONS" || api.includes(target));
    expect(await readable(mock, target, method, origin)).toBe(allowed ? ORIGIN : undefined);
    expect(await readable(closed, target, method, origin)).toBeUndefined();
  });

  test("a preflight allows reading and the nonce, not the token, no other method, no credentials", async () => {
    const headers = { origin: ORIGIN, "access-control-request-method": "DELETE" };
    for (const target of [lossTarget(), "/dashboard/reset"]) {
      const answer = await mock.ask(target, { method: "OPTIONS", headers });
      expect(answer.status).toBe(204);
      expect(answer.headers["access-control-allow-methods"]).toBe("GET");
      expect(answer.headers["access-control-allow-headers"]).toBe("x-isoflop-nonce");
      expect(answer.headers["access-control-allow-credentials"]).toBeUndefined();
    }
  });

  test.each([
    [{ "sec-fetch-site": "cross-site" }, 403],
    [{ "sec-fetch-site": "same-site" }, 403],
    [{ origin: "http://evil.example" }, 403],
    [{ "sec-fetch-site": "none" }, 200],
    [{}, 200],
  ])("the proxy pays for no question of a page, which could not read the answer: %j", async (headers, status) => {
    let asked = 0;
    const upstream = {
      loss: async () => {
        asked++;
        return { status: "ok", loss: 3, totalFlopsUsed: 1e16, source: "simulated" } as const;
      },
    } as unknown as TrainingApi;
    const app = createProxy({
      open: async () => upstream,
      searchSpace: STANFORD_2025_TASK.searchSpace,
      simulated: true,
      onFailure: () => undefined,
    });
    const server = await startServer(app, "127.0.0.1", 0);
    const answer = await ask(server.port, lossTarget(), { headers });
    await server.stop();
    expect([answer.status, asked]).toEqual([status, status === 200 ? 1 : 0]);
  });
});

test("a server for this machine is not reached by its other addresses", async () => {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outer = addresses.filter(({ internal, family }) => !internal && family === "IPv4").map((its) => its.address);
  // All of 127/8 is the loopback interface on Linux; one address of it was taken.
  const others = process.platform === "linux" ? ["127.0.0.2", ...outer] : outer;
  expect(others.length).toBeGreaterThan(0);
  for (const address of others) {
    const code = await new Promise((resolve) => {
      const socket = connect({ port: mock.port, host: address }, () => resolve("connected"));
      socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(code).not.toBe("connected");
  }
});

describe("the admin token", () => {
  test("is compared in constant time: two digests of one length, whatever was sent", async () => {
    const guesses = ["", ...Array.from({ length: 80 }, (_, i) => "x".repeat(i + 1))];
    for (let length = 1; length < ADMIN.length; length++) guesses.push(ADMIN.slice(0, length), ADMIN.slice(length));
    for (const guess of guesses) {
      const answer = await mock.ask("/dashboard/reset", { method: "POST", headers: { "x-isoflop-token": guess } });
      expect(answer.status).toBe(401);
    }
    expect(compared).toEqual(guesses.map(() => [32, 32]));
    const right = await mock.ask("/dashboard/reset", { method: "POST", headers: { "x-isoflop-token": ADMIN } });
    expect([right.status, compared.at(-1)]).toEqual([422, [32, 32]]);
  });

  test("is in no page and no answer, and opens nothing from the query or as a password", async () => {
    const query = `?${new URLSearchParams({ token: ADMIN, "x-isoflop-token": ADMIN })}`;
    const basic = { authorization: `Basic ${Buffer.from(`admin:${ADMIN}`).toString("base64")}` };
    const attempts = [
      await mock.ask(`/dashboard/events${query}`),
      await mock.ask("/dashboard/events", { headers: basic }),
    ];
    expect(attempts.map(({ status }) => status)).toEqual([401, 401]);
    const seen = [...attempts, await mock.ask("/dashboard"), await mock.ask("/openapi.json"), await mock.ask(asset)];
    expect(JSON.stringify(seen)).not.toContain(ADMIN);
  });
});
