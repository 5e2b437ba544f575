import { once } from "node:events";
import { connect } from "node:net";
import { pino } from "pino";
import { expect, test } from "vitest";
import { createApp } from "../../mock-server/app.ts";
import { startServer } from "../../mock-server/server.ts";
import { loadWorld } from "../../src/cli/load-world.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import type { World } from "../../src/surface/world.ts";
import { ask, lossTarget, startMock } from "./mock.ts";

const mock = await startMock();
const world = await loadWorld("handout/smooth");

/** Sends bytes on a connection of its own; resolves with all that comes back until the server hangs up. */
function send(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    let text = "";
    socket.setEncoding("latin1");
    socket.on("data", (data) => {
      text += data;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
}

test.each([
  ["what is not HTTP", "HELLO\r\n\r\n", 400, "Bad Request"],
  [
    "headers too large",
    `GET /loss HTTP/1.1\r\nhost: localhost\r\nx: ${"a".repeat(20_000)}\r\n\r\n`,
    431,
    "Request Header Fields Too Large",
  ],
  [
    "a target too large",
    `GET /loss?${"a".repeat(20_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
    431,
    "Request Header Fields Too Large",
  ],
  ["no host", "GET /loss HTTP/1.1\r\nconnection: close\r\n\r\n", 400, "Missing Host header"],
])("%s is refused in JSON", async (_what, bytes, status, detail) => {
  const [head = "", body = ""] = (await send(mock.port, bytes)).split("\r\n\r\n");
  expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(head.toLowerCase()).toContain("content-type: application/json");
  expect(head.toLowerCase()).toContain("x-isoflop: ");
  expect(JSON.parse(body)).toEqual({ detail });
});

test("pipelined requests are answered in order", async () => {
  const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n${more}\r\n`;
  const text = await send(mock.port, get("/nope") + get(lossTarget()) + get("/", "connection: close\r\n"));
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["404", "200", "404"]);
});

test("an unknown Expect header does not change the answer", async () => {
  const bytes = "GET /nope HTTP/1.1\r\nhost: localhost\r\nexpect: tea\r\nconnection: close\r\n\r\n";
  const [head = "", body] = (await send(mock.port, bytes)).split("\r\n\r\n");
  expect([head.split("\r\n")[0], body]).toEqual(["HTTP/1.1 404 Not Found", '{"detail":"Not Found"}']);
});

test("a precondition that a file cannot meet gets its own status", async () => {
  const beyond = await mock.ask("/docs/swagger-ui.css", { headers: { range: "bytes=999999999-" } });
  expect([beyond.status, beyond.body]).toEqual([416, '{"detail":"Range Not Satisfiable"}']);
  const other = await mock.ask("/docs/swagger-ui.css", { headers: { "if-match": '"another"' } });
  expect([other.status, other.body]).toEqual([412, '{"detail":"Precondition Failed"}']);
});

test("a malformed request is refused after the answer to the request before it", async () => {
  const answer = "a".repeat(100_000);
  const server = await startServer(
    (_request, response) => {
      response.writeHead(200, { "content-length": answer.length });
      response.write(answer.slice(0, 10));
      // The rest comes once the server has read what follows.
      socket.write("BROKEN\r\n\r\n", () => setImmediate(() => setImmediate(() => response.end(answer.slice(10)))));
    },
    "127.0.0.1",
    0,
  );
  const socket = connect(server.port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (data) => {
    text += data;
  });
  socket.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await once(socket, "close");
  await server.stop();
  const [, body = "", refusal = ""] = text.split("\r\n\r\n");
  expect(body.slice(0, answer.length)).toBe(answer);
  expect(body.slice(answer.length)).toMatch(/^HTTP\/1\.1 400 Bad Request/);
  expect(refusal).toBe('{"detail":"Bad Request"}');
});

test("a body that ends before its length is refused, behind the answers to what came before it", async () => {
  const server = await startServer(
    (request, response) => {
      request.resume();
      request.on("end", () => setImmediate(() => response.end("heard")));
    },
    "127.0.0.1",
    0,
  );
  const socket = connect(server.port, "127.0.0.1");
  let text = "";
  socket.setEncoding("latin1").on("data", (data) => {
    text += data;
  });
  const head = "HTTP/1.1\r\nhost: localhost\r\n";
  socket.write(`GET / ${head}\r\n`);
  await once(socket, "data");
  socket.end(`POST / ${head}content-length: 20\r\n\r\nten bytes.`);
  await once(socket, "close");
  await server.stop();
  expect([...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(["200", "400"]);
  expect(text).toMatch(/\{"detail":"Bad Request"\}$/);
});

test("an internal failure is a 500 without a stack or a key, and is logged without the key", async () => {
  const lines: string[] = [];
  const broken: World = {
    ...world,
    answer: () => {
      throw new Error("the surface failed");
    },
  };
  const logger = pino({ level: "info" }, { write: (line: string) => lines.push(line) });
  const answer = await (await startMock({ world: broken, logger })).ask(lossTarget({ api_key: "CANARY" }));
  expect([answer.status, answer.body]).toEqual([500, '{"detail":"Internal Server Error"}']);
  expect(lines.join("")).toContain("the surface failed");
  expect(lines.join("")).not.toContain("CANARY");
});

test("a request is logged with method, path, status and time, never with its query or an unknown path", async () => {
  const lines: string[] = [];
  const logger = pino({ level: "info" }, { write: (line: string) => lines.push(line) });
  const logged = await startMock({ logger });
  for (const path of [lossTarget({ api_key: "CANARY" }), "/total_flops_used?api_key=CANARY", "/CANARY?CANARY"])
    await logged.ask(path);
  const entries = lines.map((line) => JSON.parse(line));
  expect(entries.map(({ method, path, status }) => [method, path, status])).toEqual([
    ["GET", "/loss", 200],
    ["GET", "/total_flops_used", 200],
    ["GET", "other", 404],
  ]);
  expect(entries.every(({ ms }) => ms >= 0)).toBe(true);
  expect(lines.join("")).not.toContain("CANARY");
});

test("stopping frees the port, also with connections that are kept alive", async () => {
  const server = await startServer(createApp({ world, ledger: new MemoryLedger() }), "127.0.0.1", 0);
  const socket = connect(server.port, "127.0.0.1");
  socket.write("GET /nope HTTP/1.1\r\nhost: localhost\r\n\r\n");
  await new Promise((resolve) => socket.once("data", resolve));
  await server.stop();
  const next = await startServer(createApp({ world, ledger: new MemoryLedger() }), "127.0.0.1", server.port);
  expect((await ask(next.port, "/nope")).status).toBe(404);
  await next.stop();
});

test("a stop frees the port at once and waits for open answers, which close their connections", async () => {
  let release: (() => void) | undefined;
  const server = await startServer(
    (request, response) => {
      if (request.url !== "/held") return void response.end("at once");
      release = () => response.end("whole");
    },
    "127.0.0.1",
    0,
  );
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
  const socket = connect(server.port, "127.0.0.1");
  socket.setEncoding("latin1").write(get("/"));
  await once(socket, "data");
  const held = send(server.port, get("/held"));
  await expect.poll(() => release, { interval: 1 }).toBeDefined();
  const stopping = server.stop();
  socket.write(get("/"));
  const [last] = await once(socket, "data");
  expect(last.toLowerCase()).toContain("connection: close");
  const bound = () => startServer(() => undefined, "127.0.0.1", server.port).then((next) => next.stop());
  await expect
    .poll(
      () =>
        bound().then(
          () => true,
          () => false,
        ),
      { interval: 1 },
    )
    .toBe(true);
  release?.();
  expect(await held).toMatch(/whole$/);
  await stopping;
});
