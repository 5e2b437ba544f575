import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startServe } from "../../benchmarks/reliability/servers/serve-process.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { ask, lossTarget } from "../mock-server/mock.ts";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "isoflop-serve-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe("isoflop serve", () => {
  test("prints its address, docs, dashboard, a working call, the other worlds, and how to start over", async () => {
    const server = await startServe();
    expect(server.lines[0]).toMatch(/^isoflop listening on http:\/\/127\.0\.0\.1:\d+$/);
    const answer = await ask(server.port, "/openapi.json");
    expect(JSON.parse(answer.body).info.description).toContain('"handout/smooth"');
    expect(server.lines[1]).toContain(`${server.url}/docs`);
    expect(server.lines[2]).toContain(`${server.url}/dashboard`);
    const [, target = ""] = /'http:\/\/[^/]+(\/loss[^']+)'/.exec(server.lines[3] ?? "") ?? [];
    expect((await ask(server.port, target)).status).toBe(200);
    expect(server.lines[5]).toContain("stanford-2025/central");
    expect(server.lines[6]).toContain("another api_key");
    expect(await server.end("SIGTERM")).toBe(0);
    expect(server.errors()).toBe("");
  });

  test("keeps its ledger after a stop, writes no key into it, and exits with 130 on Ctrl-C", async () => {
    const ledger = join(folder, "ledger");
    const first = await startServe("--ledger", ledger, "--world", "stanford-2025/central");
    const answer = await ask(first.port, lossTarget({ api_key: "CANARY" }));
    expect(answer.status).toBe(200);
    expect(await first.end("SIGINT")).toBe(130);
    expect(readFileSync(ledger, "latin1")).not.toContain("CANARY");
    const second = await startServe("--ledger", ledger, "--world", "stanford-2025/central");
    expect((await ask(second.port, lossTarget({ api_key: "CANARY" }))).body).toBe(answer.body);
    await second.end("SIGTERM");
    const other = await runCli("serve", "--port", "0", "--ledger", ledger);
    expect(other.code).toBe(2);
    expect(other.err).toBe(
      'isoflop: the ledger holds runs of world "stanford-2025/central", and this is world "handout/smooth": serve the world it belongs to, or give another --ledger\n',
    );
  });

  test("reports a damaged ledger in one line, and starts", async () => {
    const ledger = join(folder, "damaged");
    const first = await startServe("--ledger", ledger);
    const answer = await ask(first.port, lossTarget());
    await first.end("SIGTERM");
    const bytes = readFileSync(ledger);
    bytes[3] = (bytes[3] as number) ^ 8;
    writeFileSync(ledger, bytes);
    const second = await startServe("--ledger", ledger);
    expect((await ask(second.port, lossTarget())).body).toBe(answer.body);
    await second.end("SIGTERM");
    expect(second.errors()).toMatch(/^isoflop: ledger ".*" is damaged .*: set aside as ".*corrupt-1"; .*\n$/);
  });

  test("--keys accepts only the listed keys and fingerprints", async () => {
    const keys = file("keys", `# the class\nssh-ed25519 AAAA one\n${fingerprintOf("two")}\n\n`);
    const server = await startServe("--keys", keys);
    for (const [api_key, status] of [
      ["ssh-ed25519 AAAA one", 200],
      ["two", 200],
      ["three", 422],
    ] as const)
      expect((await ask(server.port, lossTarget({ api_key }))).status).toBe(status);
    await server.end("SIGTERM");
  });

  test("--host beyond this machine needs a token; --allow-host allows its name", async () => {
    const token = file("token", "0123456789abcdef\n");
    const server = await startServe("--host", "0.0.0.0", "--admin-token-file", token, "--allow-host", "lab.example");
    expect(server.lines[0]).toBe(`isoflop listening on http://0.0.0.0:${server.port}`);
    expect((await ask(server.port, "/docs", { headers: { host: "lab.example" } })).status).toBe(200);
    expect((await ask(server.port, "/docs", { headers: { host: "evil.example" } })).status).toBe(403);
    await server.end("SIGTERM");
  });

  test("--json prints one document, --seed another draw of the noise", async () => {
    const [one, two] = await Promise.all([startServe(), startServe("--seed", "1", "--json")]);
    const bodies = await Promise.all([one, two].map(({ port }) => ask(port, lossTarget())));
    expect(bodies[0]?.body).not.toBe(bodies[1]?.body);
    expect(two.lines.map((line) => JSON.parse(line))).toEqual([
      {
        url: two.url,
        docs: `${two.url}/docs`,
        dashboard: `${two.url}/dashboard`,
        world: "handout/smooth",
        ledger: null,
      },
    ]);
    await Promise.all([one.end("SIGTERM"), two.end("SIGTERM")]);
  });
});

describe("a wrong call of isoflop serve is one line, and exit code 2", () => {
  test.each([
    [["--world", "handout/smoth"], 'unknown world "handout/smoth"; did you mean "handout/smooth"?'],
    [["--host", "0.0.0.0"], "--host 0.0.0.0 is open to other machines: add an --admin-token-file"],
    [["--host", "0.0.0.0", "--admin-token-file", file("short", "secret")], "shorter than 16 characters"],
    [["--port", "70000"], "a port is at most 65535"],
    [["--allow-host", "lab.example:8000"], "a host is a name or an address without scheme and port"],
    [["--allow-host", "*"], "a host is a name or an address without scheme and port"],
    [["--cors", "*"], "an origin is a scheme and a host"],
    [["--keys", join(folder, "missing")], "no keys file"],
    [["--keys", file("empty", "# nobody\n")], "lists no key"],
    [["--keys", file("private", `-----BEGIN OPENSSH PRIVATE ${"KEY-----"}\nCANARY\n`)], "holds a private key"],
    [["--ledger", file("runs.csv", "d_model,loss\n64,3.2\n")], "is not a ledger"],
    [["--prot", "1"], "--port"],
  ])("%j", async (options, message) => {
    const { code, out, err } = await runCli("serve", "--port", "0", ...options);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(message);
    expect(err).toMatch(/^isoflop: [^\n]+\n$/);
    expect(err).not.toContain("CANARY");
  });

  test("a port in use", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const { port } = taken.address() as { port: number };
    const { code, err } = await runCli("serve", "--port", String(port));
    taken.close();
    expect([code, err]).toEqual([
      2,
      `isoflop: port ${port} of 127.0.0.1 is in use: stop the program there, or pass --port 0 for a free one\n`,
    ]);
  });
});
