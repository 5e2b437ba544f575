import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, expect, test } from "vitest";
import { builtCli } from "../../benchmarks/built.ts";
import { lossTarget } from "../../benchmarks/reliability/servers/asking.ts";
import { FAULTS } from "../../mock-server/faults/document.ts";
import { filesBelow, leaksOf } from "../leaks.ts";
import { exchange } from "../mock-server/raw-connection.ts";
import { runCli } from "./run-cli.ts";

const WORLD = "stanford-2025/central";
const canary = (name: string) => `CANARY/${name}+${"Kq7+/Zx=".repeat(6)}end`;
const BLOB = canary("key");
const KEY = `ssh-ed25519 ${BLOB} student@example.edu`;
const [TOKEN, HEADER, ENVIRONMENT] = [canary("admin"), canary("header"), canary("environment")];
const SECRETS = { KEY: BLOB, TOKEN, HEADER, ENVIRONMENT };

/** What people gave us is in `given`; all that we write goes to `work`, the folder of every process and of its temporary files. */
const root = mkdtempSync(join(tmpdir(), "isoflop-canary-"));
const [given, work] = [join(root, "given"), join(root, "work")];
const processes = new Set<ChildProcess>();
afterAll(() => {
  for (const child of processes) child.kill("SIGKILL");
  rmSync(root, { recursive: true, force: true });
});

/** All that was said, on whatever way out, beside the files. */
const said: { readonly name: string; readonly bytes: Buffer }[] = [];

function start(args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [builtCli(), ...args], {
    cwd: work,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      TMPDIR: work,
      NODE_OPTIONS: "",
      ISOFLOP_LOG: "trace",
      ISOFLOP_API_KEY: KEY,
      API_KEY: KEY,
      ISOFLOP_ADMIN_TOKEN: TOKEN,
      AWS_SECRET_ACCESS_KEY: ENVIRONMENT,
    },
  });
  processes.add(child);
  child.once("exit", () => processes.delete(child));
  for (const stream of ["stdout", "stderr"] as const)
    child[stream]?.on("data", (bytes: Buffer) => said.push({ name: `${stream} of ${args[0]}`, bytes }));
  return child;
}

async function isoflop(...args: string[]): Promise<number | null> {
  const child = start(args);
  return (await once(child, "close"))[0];
}

/** A call that ends in a message, in this process; the files it names are given whole. */
async function refused(...args: string[]): Promise<number> {
  const { code, out, err } = await runCli(
    ...args.map((word) => (word.endsWith(".json") || word.endsWith(".jsonl") ? resolve(work, word) : word)),
  );
  said.push({ name: `output of ${args[0]}`, bytes: Buffer.from(out + err) });
  return code;
}

interface Served {
  readonly url: string;
  readonly port: number;
  end(signal: NodeJS.Signals): Promise<unknown>;
}

async function serving(...args: string[]): Promise<Served> {
  const child = start(args);
  const ended = once(child, "close");
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout as NodeJS.ReadableStream }), "line"),
    ended.then(() => [""]),
  ]);
  const [url = ""] = /http:\/\/[^\s"]+/.exec(String(line)) ?? [];
  if (url === "") throw new Error(`${args.join(" ")} ended: ${said.at(-1)?.bytes}`);
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { url, port: Number(new URL(url).port), end };
}

/** Secrets in every place where clients have been seen to put some. */
const HEADERS = {
  authorization: `Bearer ${HEADER}`,
  cookie: `session=${HEADER}`,
  "x-api-key": HEADER,
  referer: `http://127.0.0.1/?key=${HEADER}`,
  "user-agent": HEADER,
  "x-isoflop-nonce": HEADER,
};

interface Asking {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** The answer says to the sender what it sent: the contract has it so. */
  readonly echo?: true;
}

/** Asks, and keeps all of the answer but its echoes; a stream of events is left after its first piece. */
function ask(
  { port }: Served,
  path: string,
  { method = "GET", headers = {}, body, echo }: Asking = {},
): Promise<string> {
  return new Promise((resolve) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers: { ...HEADERS, ...headers }, agent: false });
    const done = (text: string) => {
      if (!echo) said.push({ name: `${method} ${path.split("?")[0]}`, bytes: Buffer.from(text) });
      sent.destroy();
      resolve(text);
    };
    sent.on("response", (response) => {
      let text = `${response.statusCode} ${response.rawHeaders.join("\n")}\n\n`;
      response.setEncoding("latin1").on("data", (chunk) => {
        text += chunk;
        if (response.headers["content-type"]?.startsWith("text/event-stream")) done(text);
      });
      response.on("end", () => done(text));
      response.on("error", () => done(text));
    });
    // Some faults are no answer at all.
    sent.on("error", () => done(""));
    sent.end(body);
  });
}

const query = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();
const file = (name: string, text: string) => {
  writeFileSync(join(given, name), text);
  return join(given, name);
};

test("no file, output or answer contains a secret", async () => {
  for (const folder of [given, work]) mkdirSync(folder, { recursive: true });
  const keyFile = file("key.pub", `${KEY}\n`);
  const keys = file("keys", `${KEY}\n`);
  const token = file("token", `${TOKEN}\n`);

  // The mock with all that it can be told, and every way to be wrong.
  const closed = ["--port", "0", "--ledger", "closed.ledger", "--keys", keys, "--admin-token-file", token];
  const local = await serving("serve", ...closed, "--cors", "http://notebook.example");
  const me = query({ api_key: KEY });
  for (const target of [
    lossTarget({ api_key: KEY }),
    `/total_flops_used?${me}`,
    `/previous_runs?${me}`,
    "/openapi.json",
  ])
    expect(await ask(local, target)).toMatch(/^200/);
  const other = KEY.replace("student", "other");
  for (const target of [
    lossTarget({ api_key: KEY, d_model: "9999" }),
    lossTarget({ api_key: KEY, d_model: undefined }),
    lossTarget({ api_key: KEY, train_flops: "1e16" }),
    lossTarget({ api_key: `-----BEGIN OPENSSH PRIVATE ${"KEY-----"} ${BLOB}` }),
    `/nowhere/${encodeURIComponent(BLOB)}?${me}`,
    `/loss?${query({ api_key: BLOB.repeat(99) })}`,
    `/${BLOB}`,
  ])
    await ask(local, target);
  for (const target of [
    `/total_flops_used?${query({ api_key: other })}`,
    lossTarget({ api_key: other }),
    lossTarget({ api_key: KEY, d_model: BLOB }),
    `/loss/?${me}`,
  ])
    expect(leaksOf(BLOB, Buffer.from(await ask(local, target, { echo: true })))).not.toEqual([]);
  for (const method of ["POST", "TRACE", "OPTIONS", "DELETE"])
    await ask(local, lossTarget({ api_key: KEY }), { method });
  await ask(local, lossTarget({ api_key: KEY }), {
    headers: { host: "evil.example", origin: "http://evil.example" },
  });
  for (const bytes of [
    `GET /loss?${me} HTTP/1.1\r\nx: \0${HEADER}\r\n\r\n`,
    `${KEY}\r\n\r\n`,
    `CONNECT ${BLOB} HTTP/1.1\r\n\r\n`,
  ])
    said.push({ name: "raw", bytes: Buffer.from(JSON.stringify(await exchange(local.port, bytes))) });

  // The dashboard, its gate and its actions.
  const inside = { "x-isoflop-token": TOKEN, "content-type": "application/json" };
  const page = await ask(local, "/dashboard");
  for (const [asset] of page.matchAll(/\/dashboard\/assets\/[\w.-]+/g)) await ask(local, asset);
  expect(await ask(local, "/dashboard/events", { headers: inside })).toMatch(/event: state/);
  for (const guess of ["", TOKEN.slice(1), HEADER])
    expect(await ask(local, "/dashboard/events", { headers: { "x-isoflop-token": guess } })).toMatch(/^401/);
  await ask(local, `/dashboard/events?${query({ token: TOKEN })}`);
  for (const action of ["ask", "reset", "grade", "world", "nothing"])
    for (const body of [
      "{}",
      JSON.stringify({ key: KEY, config: KEY }),
      `{"key": "${KEY}`,
      JSON.stringify({ [BLOB]: 1 }),
    ])
      await ask(local, `/dashboard/${action}`, { method: "POST", headers: inside, body });

  // Killed, damaged, started again.
  await local.end("SIGKILL");
  copyFileSync(join(work, "closed.ledger"), join(work, "before.ledger"));
  const bytes = readFileSync(join(work, "closed.ledger"));
  bytes[3] = (bytes[3] as number) ^ 8;
  writeFileSync(join(work, "closed.ledger"), bytes);
  const again = await serving("serve", ...closed);
  await ask(again, `/previous_runs?${me}`);
  await again.end("SIGTERM");
  expect(readdirSync(work)).toContain("closed.ledger.corrupt-1");

  // Every fault.
  const shares = Object.fromEntries(FAULTS.map((fault) => [fault, 1 / FAULTS.length - 1e-6]));
  const faults = file("faults.json", JSON.stringify({ schema: "isoflop-faults/1", rules: [{ shares }] }));
  const spoilt = await serving("serve", "--port", "0", "--faults", faults);
  for (let i = 0; i < 60; i++) await ask(spoilt, lossTarget({ api_key: KEY, d_model: `${64 + i}` }));
  await spoilt.end("SIGINT");

  // A flight, its write-up and grade; flights that fail.
  const mock = await serving("serve", "--port", "0", "--world", WORLD, "--ledger", "flight.ledger", "--json");
  const flight = ["--url", mock.url, "--key-file", keyFile];
  expect(
    await isoflop("dry-run", "two-stage-isoflops", "--suite", "smoke", "--repetitions", "1", "--out", "plan.json"),
  ).toBe(0);
  expect(await isoflop("run", "plan.json", ...flight, "--journal", "run/journal.jsonl", "--json")).toBe(0);
  expect(await isoflop("writeup", "run")).toBe(0);
  expect(await isoflop("grade", "run/writeup/submission.json", "--world", WORLD)).toBe(0);
  const refusing = await serving("serve", "--port", "0", "--keys", file("others", "someone else\n"));
  expect(
    await isoflop("run", "plan.json", "--url", refusing.url, "--key-file", keyFile, "--journal", "refused.jsonl"),
  ).toBe(1);
  await refusing.end("SIGTERM");
  for (const wrong of [
    ["run", "plan.json", "--url", mock.url, "--key-file", KEY],
    ["run", "plan.json", "--url", `${mock.url}/?${me}`, "--key-file", keyFile],
    ["run", "plan.json", "--url", `http://me:${encodeURIComponent(HEADER)}@127.0.0.1:1`, "--key-file", keyFile],
    ["run", "plan.json", "--url", refusing.url, "--key-file", keyFile, "--journal", "nobody.jsonl", "--timeout", "1"],
    ["serve", "--port", "0", "--keys", file("private", `-----BEGIN OPENSSH PRIVATE ${"KEY-----"}\n${BLOB}\n`)],
    [
      "serve",
      "--port",
      "0",
      "--faults",
      file("faults-key.json", JSON.stringify({ schema: "isoflop-faults/1", rules: [{ key: KEY }] })),
    ],
  ])
    expect(await refused(...wrong)).not.toBe(0);

  // The proxy: in front of the mock, for an unknown key, in front of no server.
  const proxy = await serving(
    "proxy",
    "--upstream",
    mock.url,
    "--cap",
    "2e18",
    "--port",
    "0",
    "--journal",
    "proxy.jsonl",
    "--timeout",
    "1",
  );
  for (const target of [lossTarget({ api_key: KEY, d_model: "64" }), `/total_flops_used?${me}`, `/previous_runs?${me}`])
    expect(await ask(proxy, target)).toMatch(/^200/);
  expect(await ask(proxy, lossTarget({ api_key: other }))).toMatch(/^403/);
  await mock.end("SIGKILL");
  expect(await ask(proxy, lossTarget({ api_key: KEY, d_model: "65" }))).toMatch(/^502/);
  await proxy.end("SIGTERM");

  // A tournament with a program of the user's own that tells of its environment as it fails.
  const program = file(
    "program.mjs",
    "console.error(process.env.ISOFLOP_API_KEY, process.env.ISOFLOP_URL); process.exit(3);",
  );
  const entrants = `isoflops-minimum,exec:"${process.execPath}" ${program}`;
  expect(
    await isoflop(
      "compare",
      "--suite",
      "smoke",
      "--repetitions",
      "1",
      "--workers",
      "1",
      "--strategies",
      entrants,
      "--out",
      "results",
    ),
  ).toBe(0);
  expect(await isoflop("report", "results")).toBe(0);

  // What only computes.
  expect(await isoflop("fit", "run/journal.jsonl", "--json")).not.toBe(null);
  expect(await isoflop("try", "isoflops-minimum", "--world", WORLD)).toBe(0);
  expect(await isoflop("worlds")).toBe(0);

  const written = filesBelow(work);
  const names = written.map(({ name }) => name);
  for (const expected of [
    "before.ledger",
    "flight.ledger",
    "flight.ledger-wal",
    "journal.jsonl",
    "proxy.jsonl",
    "writeup.pdf",
    "code.zip",
    "plan.json",
  ])
    expect(names).toContain(expected);
  expect(names.some((name) => name.startsWith("writeup.pdf at "))).toBe(true);
  expect(said.some(({ name, bytes }) => name === "stderr of serve" && bytes.includes('"answered"'))).toBe(true);
  // What was given lies where nothing is written, and is found by the same search.
  expect(filesBelow(given).filter(({ bytes }) => leaksOf(BLOB, bytes).length > 0)).not.toEqual([]);
  const found = [...said, ...written].flatMap(({ name, bytes }) =>
    Object.entries(SECRETS).flatMap(([secret, text]) =>
      leaksOf(text, bytes).map((form) => `${name}: ${secret}, ${form}`),
    ),
  );
  expect([...new Set(found)]).toEqual([]);
});
