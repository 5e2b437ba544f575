import { expect, test } from "vitest";
import { proofOf } from "../../src/training-api/proof.ts";
import { lossTarget, startMock } from "./mock.ts";

const mock = await startMock();

test.each(["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000"])("the host name %s is served", async (host) => {
  expect((await mock.ask("/openapi.json", { headers: { host } })).status).toBe(200);
});

test.each([
  "evil.example",
  "localhost.evil.example:80",
  "127.0.0.1.evil.example",
  "10.0.0.1",
  "[::2]",
  "localhost@evil",
])("the host name %s is refused on every path, and not echoed", async (host) => {
  for (const path of [lossTarget(), "/docs", "/nowhere"]) {
    const answer = await mock.ask(path, { headers: { host } });
    expect(answer.status).toBe(403);
    expect(answer.headers["content-type"]).toBe("application/json");
    expect(JSON.stringify(answer)).not.toContain(host);
    const { detail, message } = JSON.parse(answer.body);
    expect(message).toContain("--allow-host");
    expect(detail).toBe(message);
  }
});

test("a host name that was allowed is served", async () => {
  const named = await startMock({ allowedHosts: ["Lab.example"] });
  expect((await named.ask("/openapi.json", { headers: { host: "lab.example:8000" } })).status).toBe(200);
});

test("an IPv6 address that was allowed is served in the brackets that requests put around it", async () => {
  const named = await startMock({ allowedHosts: ["FD00::5"] });
  for (const host of ["[fd00::5]", "[FD00::5]:8000"])
    expect((await named.ask("/openapi.json", { headers: { host } })).status).toBe(200);
});

test("the host of a target that is a whole URL counts more than the header", async () => {
  expect((await mock.ask("http://evil.example/openapi.json")).status).toBe(403);
  expect((await mock.ask("http://LOCALHOST:1/openapi.json", { headers: { host: "evil.example" } })).status).toBe(200);
});

test("a nonce is answered with its proof; without one there is none", async () => {
  for (const path of ["/nowhere", "/total_flops_used?api_key=k", "/docs"]) {
    const answer = await mock.ask(path, { headers: { "x-isoflop-nonce": "n-1" } });
    expect(answer.headers["x-isoflop-proof"]).toBe(proofOf("n-1"));
    expect((await mock.ask(path)).headers["x-isoflop-proof"]).toBeUndefined();
  }
  expect(proofOf("n-1")).toBe("feba7a0f0adff32a6fa55e380a8fd38a392839b7bf6a6c6af7fe36a728aa48f6");
});

test("a target beyond its bound is a 414, in JSON", async () => {
  const answer = await mock.ask(`/loss?api_key=${"k".repeat(9000)}`);
  expect([answer.status, answer.body]).toEqual([414, '{"detail":"URI Too Long"}']);
});

test("no page of another origin may read the answers, unless its origin was allowed", async () => {
  const origin = "http://localhost:5173";
  const closed = await mock.ask("/openapi.json", { headers: { origin } });
  expect(Object.keys(closed.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  const preflight = {
    origin,
    "access-control-request-method": "GET",
    "access-control-request-headers": "x-isoflop-nonce",
  };
  expect((await mock.ask("/loss", { method: "OPTIONS", headers: preflight })).status).toBe(405);

  const open = await startMock({ corsOrigins: [origin] });
  const allowed = await open.ask("/openapi.json", { headers: { origin } });
  expect(allowed.headers["access-control-allow-origin"]).toBe(origin);
  expect(allowed.headers.vary).toBe("origin");
  expect((await open.ask("/loss", { method: "OPTIONS", headers: preflight })).status).toBe(204);
  const other = await open.ask("/openapi.json", { headers: { origin: "http://evil.example" } });
  expect(other.headers["access-control-allow-origin"]).toBeUndefined();
  expect(other.headers.vary).toBe("origin");
});
