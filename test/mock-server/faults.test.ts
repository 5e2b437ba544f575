import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { startServe } from "../../benchmarks/reliability/servers/serve-process.ts";
import { type Fault, type FaultsDocument, parseFaults } from "../../mock-server/faults/document.ts";
import { fateOf, faultsMiddleware } from "../../mock-server/faults/middleware.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { UserError } from "../../src/task/errors.ts";
import { runCli } from "../cli/run-cli.ts";
import { temporaryFolder } from "../ledger/temporary.ts";
import { ask, lossTarget, startMock } from "./mock.ts";

const temporary = temporaryFolder();

function faults(rules: object[], seed = 0): FaultsDocument {
  return parseFaults(JSON.stringify({ schema: "isoflop-faults/1", seed, rules }), "faults.json");
}

/** A mock of which every answer meets one fault, and its ledger. */
async function always(fault: Fault, rule: object = {}) {
  const ledger = new MemoryLedger();
  const document = faults([{ ...rule, shares: { [fault]: 1 } }]);
  return { ledger, mock: await startMock({ ledger, faults: faultsMiddleware(document) }) };
}

const paid = (ledger: MemoryLedger) => ledger.keys().reduce((sum, key) => sum + ledger.entries(key).length, 0);

describe("a fault", () => {
  test.each([
    ["error", 0],
    ["errorAfterCharge", 1],
  ] as const)("%s answers with a status of its list, %d charged", async (fault, charged) => {
    const { ledger, mock } = await always(fault, { statuses: [599] });
    const { status, body } = await mock.ask(lossTarget());
    expect([status, body, paid(ledger)]).toEqual([599, '{"detail":"Server Error"}', charged]);
  });

  test.each([
    ["reset", "ECONNRESET", 0],
    ["resetAfterCharge", "ECONNRESET", 1],
    ["cut", "ECONNRESET", 1],
  ] as const)("%s ends the connection, %d charged", async (fault, code, charged) => {
    const { ledger, mock } = await always(fault);
    await expect(mock.ask(lossTarget())).rejects.toMatchObject({ code });
    expect(paid(ledger)).toBe(charged);
  });

  test.each(["garbled", "html", "empty"] as const)("%s is a 200 without JSON, charged", async (fault) => {
    const { ledger, mock } = await always(fault);
    for (const target of [lossTarget(), "/total_flops_used?api_key=k", "/previous_runs?api_key=k"]) {
      const { status, body } = await mock.ask(target);
      expect(status).toBe(200);
      expect(() => JSON.parse(body)).toThrow(SyntaxError);
    }
    expect(paid(ledger)).toBe(1);
  });

  test("touches the three routes of the API alone, and every answer still proves to be the mock's", async () => {
    const { mock } = await always("error");
    for (const path of ["/openapi.json", "/docs", "/nowhere"]) expect((await mock.ask(path)).status).toBeLessThan(500);
    const { headers } = await mock.ask("/previous_runs?api_key=k", { headers: { "x-isoflop-nonce": "n" } });
    expect(headers["x-isoflop-proof"]).toMatch(/^[0-9a-f]{64}$/);
  });
});

test("a late answer has the same bytes, and is charged when the client has left", async () => {
  const ledger = new MemoryLedger();
  const late = await startMock({ ledger, faults: faultsMiddleware(faults([{ latencyMs: 2, jitterMs: 3 }])) });
  const prompt = await startMock();
  const wrong = lossTarget({ d_model: "x" });
  for (const target of [lossTarget(), wrong, "/total_flops_used?api_key=k", "/previous_runs", "/loss?api_key=%FF"]) {
    const [one, two] = [await late.ask(target), await prompt.ask(target)];
    const { date: _, ...headers } = one.headers;
    expect([one.status, one.body, headers]).toEqual([two.status, two.body, { ...two.headers, date: undefined }]);
  }
  const slow = await startMock({ ledger, faults: faultsMiddleware(faults([{ latencyMs: 600_000 }])) });
  const before = paid(ledger);
  const client = new AbortController();
  const gone = fetch(`${slow.url}${lossTarget({ d_model: "65" })}`, { signal: client.signal });
  await vi.waitUntil(() => paid(ledger) > before, { timeout: 60_000 });
  client.abort();
  await expect(gone).rejects.toThrow();
  expect(paid(ledger)).toBe(before + 1);
});

test("a rule with a fingerprint is for that key alone; the first rule that fits counts", async () => {
  const document = faults([{ key: fingerprintOf("unlucky"), shares: { error: 1 } }, {}]);
  const mock = await startMock({ faults: faultsMiddleware(document) });
  expect((await mock.ask(lossTarget({ api_key: "unlucky" }))).status).toBeGreaterThanOrEqual(500);
  expect((await mock.ask(lossTarget({ api_key: "lucky" }))).status).toBe(200);
  expect((await mock.ask("/loss")).status).toBe(422);
});

describe("the fate of a request", () => {
  const rule = faults([{ latencyMs: 10, jitterMs: 5, shares: { error: 0.2, reset: 0.3, html: 0.1 } }]).rules[0]!;

  test("is the same for the same seed and number, and comes in the shares of the rule", () => {
    const counts = new Map<string | undefined, number>();
    const total = 4000;
    for (let request = 0; request < total; request++) {
      const fate = fateOf(rule, 7, 0, request);
      expect(fateOf(rule, 7, 0, request)).toEqual(fate);
      expect(fate.delayMs).toBeGreaterThanOrEqual(10);
      expect(fate.delayMs).toBeLessThan(15);
      counts.set(fate.fault, (counts.get(fate.fault) ?? 0) + 1);
    }
    const shares = { error: 0.2, reset: 0.3, html: 0.1, none: 0.4 };
    for (const [fault, share] of Object.entries(shares)) {
      const seen = (counts.get(fault === "none" ? undefined : fault) ?? 0) / total;
      // Four standard deviations of a share in 4000.
      expect(Math.abs(seen - share)).toBeLessThan(0.033);
    }
    expect(counts.size).toBe(4);
  });

  test("differs between seeds", () => {
    const day = (seed: number) => Array.from({ length: 50 }, (_, request) => fateOf(rule, seed, 0, request).fault);
    expect(day(1)).not.toEqual(day(2));
  });

  test("two servers with one file spoil the same requests, whatever happened to other keys in between", async () => {
    const document = faults([{ key: fingerprintOf("me"), shares: { error: 0.5 } }, { shares: { error: 0.5 } }]);
    const day = async (others: number) => {
      const mock = await startMock({ faults: faultsMiddleware(document) });
      const statuses: number[] = [];
      for (let i = 0; i < 20; i++) {
        for (let other = 0; other < others; other++) await mock.ask("/total_flops_used?api_key=other");
        statuses.push((await mock.ask("/total_flops_used?api_key=me")).status);
      }
      return statuses;
    };
    const one = await day(0);
    expect(await day(2)).toEqual(one);
    expect(new Set(one).size).toBeGreaterThan(1);
  });
});

describe("a faults file", () => {
  test("spoils the answers of `isoflop serve`, which says so", async () => {
    const file = join(temporary, "day.json");
    const rules = [{ key: fingerprintOf("unlucky"), shares: { error: 1 } }];
    writeFileSync(file, JSON.stringify({ schema: "isoflop-faults/1", rules }));
    const server = await startServe("--faults", file);
    const statuses = await Promise.all(
      ["unlucky", "lucky"].map(async (api_key) => (await ask(server.port, lossTarget({ api_key }))).status),
    );
    await server.end("SIGTERM");
    expect([statuses[0]! >= 500, statuses[1]]).toEqual([true, 200]);
    expect(server.lines.at(-1)).toContain(file);
    writeFileSync(file, "{}");
    const { code, err } = await runCli("serve", "--port", "0", "--faults", file);
    expect(code).toBe(2);
    expect(err).toMatch(/^isoflop: [^\n]*day\.json: schema: [^\n]*\n$/);
  });

  test("of the documentation is one", () => {
    const text = readFileSync(new URL("../../docs/faults.example.json", import.meta.url), "utf8");
    expect(parseFaults(text, "example").rules).toHaveLength(2);
  });

  test.each([
    ["{", "not JSON"],
    ["[]", "(the document)"],
    [{ rules: [{}] }, "schema"],
    [{ schema: "isoflop-faults/1", rules: [] }, "rules"],
    [{ schema: "isoflop-faults/1", rules: [{}, { key: "ssh-ed25519 CANARY" }] }, "rules.1.key"],
    [{ schema: "isoflop-faults/1", rules: [{ latencyMs: -1 }] }, "rules.0.latencyMs"],
    [{ schema: "isoflop-faults/1", rules: [{ statuses: [404] }] }, "rules.0.statuses.0"],
    [{ schema: "isoflop-faults/1", rules: [{ shares: { error: 0.6, reset: 0.6 } }] }, "rules.0.shares"],
    [{ schema: "isoflop-faults/1", rules: [{ shares: { eror: 0.1 } }] }, "rules.0.shares"],
    [{ schema: "isoflop-faults/1", rules: [{ latency: 1 }] }, "rules.0"],
  ])("that is wrong is refused by the path of what is: %j", (document, path) => {
    const text = typeof document === "string" ? document : JSON.stringify(document);
    let error: unknown;
    try {
      parseFaults(text, "day.json");
    } catch (reason) {
      error = reason;
    }
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toMatch(/^day\.json: [^\n]+$/);
    expect((error as Error).message).toContain(`day.json: ${path}: `);
    expect((error as Error).message).not.toContain("CANARY");
  });
});
