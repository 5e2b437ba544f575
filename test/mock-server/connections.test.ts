import { once } from "node:events";
import type { RequestListener, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import express from "express";
import { afterAll, describe, expect, test } from "vitest";
import { ask, lossTarget } from "../../benchmarks/reliability/servers/asking.ts";
import { createApp } from "../../mock-server/app.ts";
import { CONNECTION_LIMITS, type ConnectionLimits } from "../../mock-server/connections.ts";
import { EventStreams, eventText } from "../../mock-server/dashboard/event-stream.ts";
import { type RunningServer, startServer } from "../../mock-server/server.ts";
import { loadWorld } from "../../src/cli/load-world.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { exchange, openConnection, rawAnswers } from "./raw-connection.ts";

const world = await loadWorld("handout/smooth");
const mockApp = () => createApp({ world, ledger: new MemoryLedger() });
/** ConnectionLimits in which the patience of a server ends soon, and not before what is sent at once has come. */
const SHORT = { headersMs: 1_000, requestMs: 1_500, idleMs: 50, unreadMs: 50, closeGraceMs: 10, pollMs: 10 };

async function serve(app: RequestListener = mockApp(), bounds: Partial<ConnectionLimits> = {}): Promise<RunningServer> {
  const server = await startServer(app, "127.0.0.1", 0, { ...CONNECTION_LIMITS, ...bounds });
  afterAll(() => server.stop());
  return server;
}

/** The server's own end of the next connection on which a request comes. */
function serverEnds(app: RequestListener): { readonly app: RequestListener; readonly next: Promise<Socket> } {
  const { promise, resolve } = Promise.withResolvers<Socket>();
  return {
    next: promise,
    app: (request, response) => {
      resolve(request.socket);
      app(request, response);
    },
  };
}

const HOST = "host: localhost\r\n";
const LAST = `${HOST}connection: close\r\n`;
const get = (target: string, headers = HOST) => `GET ${target} HTTP/1.1\r\n${headers}\r\n`;
const post = (headers: string, body: string) => `POST /nope HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;

describe("malformed requests", async () => {
  const mock = await serve();

  test.each<[string, string | Buffer, number[], string]>([
    ["HTTP/1.0, which does without a host", "GET /nope HTTP/1.0\r\n\r\n", [400], "Missing Host header"],
    ["HTTP/1.0 with a host", `GET /nope HTTP/1.0\r\n${HOST}\r\n`, [404], "Not Found"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400], "Bad Request"],
    ["a version there is none of", `GET /nope HTTP/3.7\r\n${LAST}\r\n`, [400], "Bad Request"],
    ["TLS", Buffer.from("16030100a5010000a10303", "hex"), [400], "Bad Request"],
    ["an empty Host header", get("/nope", "host:\r\nconnection: close\r\n"), [400], "Missing Host header"],
    ["two hosts, a stranger first", get("/nope", `host: evil.example\r\n${LAST}`), [403], "not served here"],
    ["two hosts, a stranger second", get("/nope", `${LAST}host: evil.example\r\n`), [404], "Not Found"],
    ["CONNECT", "CONNECT evil.example:443 HTTP/1.1\r\nhost: evil.example:443\r\n\r\n", [405], "Method Not Allowed"],
    ["CONNECT behind a request", `${get("/nope")}CONNECT localhost HTTP/1.1\r\n${HOST}\r\n`, [404, 405], "Not Allowed"],
    ["TRACE", `TRACE /loss HTTP/1.1\r\n${LAST}\r\n`, [405], "Method Not Allowed"],
    ["PROPFIND", `PROPFIND /loss HTTP/1.1\r\n${LAST}\r\n`, [405], "Method Not Allowed"],
    ["QUERY", `QUERY /loss HTTP/1.1\r\n${LAST}\r\n`, [405], "Method Not Allowed"],
    ["an unknown method", `BREW /loss HTTP/1.1\r\n${LAST}\r\n`, [400], "Bad Request"],
    ["a method in small letters", `get /loss HTTP/1.1\r\n${LAST}\r\n`, [400], "Bad Request"],
    ["OPTIONS of everything", `OPTIONS * HTTP/1.1\r\n${LAST}\r\n`, [404], "Not Found"],
    ["another protocol", get("/nope", `${HOST}connection: upgrade, close\r\nupgrade: h2c\r\n`), [404], "Not Found"],
    ["a whole URL", get("http://localhost/nope", LAST), [404], "Not Found"],
    ["a whole URL of somewhere else", get("http://evil.example/nope", LAST), [403], "not served here"],
    ["a whole URL of no host", get("http:///nope", LAST), [400], "Missing Host header"],
    ["a whole URL of another scheme", get("ftp://localhost/nope", LAST), [404], "Not Found"],
    ["a target with two slashes", get("//evil.example/loss", LAST), [404], "Not Found"],
    ["a null byte in the target", get("/lo\0ss", LAST), [400], "Bad Request"],
    ["a null byte in a header", get("/nope", `${HOST}x: a\0b\r\n`), [400], "Bad Request"],
    ["bytes beyond ASCII in the target", get("/n\xff\xfe", LAST), [400], "Bad Request"],
    [
      "headers too large",
      get("/nope", `${LAST}x: ${"a".repeat(20_000)}\r\n`),
      [431],
      "Request Header Fields Too Large",
    ],
    ["3000 headers", get("/nope", `${LAST}${"ab: c\r\n".repeat(3000)}`), [431], "Request Header Fields Too Large"],
    ["a target too long", get(`/loss?x=${"a".repeat(8200)}`, LAST), [414], "URI Too Long"],
    ["a target of megabytes", get(`/loss?x=${"a".repeat(5e6)}`), [431], "Request Header Fields Too Large"],
    ["100,000 parameters", get(`/loss?${"a=1&".repeat(1e5)}`), [431], "Request Header Fields Too Large"],
    ["as many parameters as there is room for", get(`/loss?${"&a".repeat(4090)}`, LAST), [422], "Field required"],
    ["a folded header", get("/nope", `${HOST}x: a\r\n b\r\n`), [400], "Bad Request"],
    ["a blank before a colon", get("/nope", `${HOST}content-length : 5\r\n`), [400], "Bad Request"],
    ["lines that end in a line feed alone", "GET /nope HTTP/1.1\nhost: localhost\n\n", [400], "Bad Request"],
    [
      "a length and chunks",
      post("content-length: 5\r\ntransfer-encoding: chunked\r\n", "0\r\n\r\n"),
      [400],
      "Bad Request",
    ],
    ["two lengths", post("content-length: 5\r\ncontent-length: 6\r\n", "abcdef"), [400], "Bad Request"],
    ["a negative length", post("content-length: -5\r\n", ""), [400], "Bad Request"],
    ["a length beyond counting", post(`content-length: ${"9".repeat(30)}\r\n`, ""), [400], "Bad Request"],
    ["more than its length", post("content-length: 3\r\n", "abcdef"), [404, 400], "Bad Request"],
    ["a chunk without a length", post("transfer-encoding: chunked\r\n", "zz\r\n"), [404, 400], "Bad Request"],
    [
      "a chunk beyond counting",
      post("transfer-encoding: chunked\r\n", `${"f".repeat(30)}\r\n`),
      [404, 400],
      "Bad Request",
    ],
    ["a chunk longer than it says", post("transfer-encoding: chunked\r\n", "1\r\nabc\r\n"), [404, 400], "Bad Request"],
    ["chunks that are not the last coding", post("transfer-encoding: chunked, gzip\r\n", ""), [400], "Bad Request"],
    [
      "endless words in a chunk",
      post("transfer-encoding: chunked\r\n", `1;${"a".repeat(2e4)}\r\n`),
      [404, 413],
      "Too Large",
    ],
    [
      "headers too large behind chunks",
      post("transfer-encoding: chunked\r\n", `0\r\n${`t: ${"a".repeat(999)}\r\n`.repeat(30)}`),
      [404, 431],
      "Request Header Fields Too Large",
    ],
  ])("%s is answered in JSON, and others are served on", async (_what, bytes, statuses, words) => {
    const answers = await exchange(mock.port, bytes);
    expect(answers.map(({ status }) => status)).toEqual(statuses);
    for (const { head, body } of answers) {
      expect(head).toContain("\r\ncontent-type: application/json\r\n");
      expect(head).toContain("\r\nx-content-type-options: nosniff\r\n");
      expect(() => JSON.parse(body)).not.toThrow();
    }
    expect(answers.at(-1)?.body).toContain(words);
    if (statuses.includes(405)) expect(answers.at(-1)?.head).toContain("\r\nallow: get\r\n");
    expect((await ask(mock.port, lossTarget())).status).toBe(200);
  });

  test("the content of a TRACE or OPTIONS request is not repeated", async () => {
    for (const method of ["TRACE", "OPTIONS"]) {
      const [answer] = await exchange(mock.port, `${method} /loss HTTP/1.1\r\n${LAST}x-secret: CANARY\r\n\r\n`);
      expect(JSON.stringify(answer)).not.toMatch(/canary/i);
    }
  });

  test("a null byte in a key is a part of it", async () => {
    const target = lossTarget({ api_key: "a\0b" });
    expect((await ask(mock.port, target)).status).toBe(200);
    expect((await ask(mock.port, "/total_flops_used?api_key=a%00b")).body).toBe("1e+16");
    expect((await ask(mock.port, "/total_flops_used?api_key=a")).body).toBe("0.0");
  });

  test("a client that resets its refused tunnel ends no other connection", async () => {
    const { socket, closed } = await openConnection(mock.port);
    socket.write(`CONNECT localhost HTTP/1.1\r\n${HOST}\r\n`);
    socket.resetAndDestroy();
    await closed;
    expect((await ask(mock.port, "/nope")).status).toBe(404);
  });
});

describe("pipelined requests", () => {
  // They come in several reads of the socket, each of 64 KiB at most.
  test("1000 on one connection are answered in order, each as it would be alone", async () => {
    const [many, single] = [await serve(), await serve()];
    const targets = Array.from({ length: 1000 }, (_, i) =>
      i % 7 === 0 ? `/nope/${i}` : lossTarget({ d_model: `${64 + (i % 900)}`, train_flops: "10000000000000" }),
    );
    const bytes = targets.map((target, i) => get(target, i === targets.length - 1 ? LAST : HOST)).join("");
    const answers = await exchange(many.port, bytes);
    const alone = [];
    for (const target of targets) alone.push(await ask(single.port, target));
    expect(answers.map(({ status, body }) => [status, body])).toEqual(alone.map(({ status, body }) => [status, body]));
  });

  test("of a client that does not read are dropped with its connection", async () => {
    let answered = 0;
    const app = mockApp();
    const { app: watched, next } = serverEnds((request, response) => {
      answered++;
      app(request, response);
    });
    const server = await serve(watched, { unreadMs: 50, pollMs: 10 });
    const { socket } = await openConnection(server.port);
    socket.pause();
    // Half a gigabyte of answers.
    const sent = 50_000;
    socket.write(get("/openapi.json").repeat(sent));
    const end = await next;
    await once(end, "close");
    socket.destroy();
    expect(end.bytesWritten).toBeLessThan(100e6);
    expect(answered).toBeLessThan(sent / 2);
    expect((await ask(server.port, "/nope")).status).toBe(404);
  });
});

describe("slow clients", () => {
  const refused = { status: 408, body: '{"detail":"Request Timeout"}' };

  test("nothing sent: a 408", async () => {
    const server = await serve(mockApp(), SHORT);
    const { text, closed } = await openConnection(server.port);
    await closed;
    expect(rawAnswers(text())).toEqual([expect.objectContaining(refused)]);
  });

  test.each([
    ["a head", `GET /nope HTTP/1.1\r\n${HOST}`, [408]],
    ["a head behind an answer", `${get("/nope")}GET /nope HTTP/1.1\r\n`, [404, 408]],
    ["a body", post("content-length: 1000000\r\n", ""), [404, 408]],
    ["a body in chunks", post("transfer-encoding: chunked\r\n", ""), [404, 408]],
  ])("%s that comes byte by byte: a 408, and the end", async (what, start, statuses) => {
    const server = await serve(mockApp(), SHORT);
    const { socket, text, closed } = await openConnection(server.port);
    socket.write(start);
    const drop = what.endsWith("chunks") ? "1\r\nx\r\n" : "x";
    const trickle = setInterval(() => socket.write(drop), 5);
    await closed;
    clearInterval(trickle);
    expect(rawAnswers(text()).map(({ status }) => status)).toEqual(statuses);
    expect(rawAnswers(text()).at(-1)).toMatchObject(refused);
    expect((await ask(server.port, "/nope")).status).toBe(404);
  });

  test("a body that never comes, to an app that waits for it: a 408", async () => {
    const app = express().use(express.json(), (_request, response) => void response.end("never"));
    const server = await serve(app, SHORT);
    const { socket, text, closed } = await openConnection(server.port);
    socket.write(post("content-type: application/json\r\ncontent-length: 20\r\n", '{"key":'));
    await closed;
    expect(rawAnswers(text())).toEqual([expect.objectContaining(refused)]);
  });

  test("no request behind an answer: the end", async () => {
    const server = await serve(mockApp(), { idleMs: 20 });
    const { socket, text, closed } = await openConnection(server.port);
    socket.write(get("/nope"));
    await closed;
    expect(rawAnswers(text()).map(({ status }) => status)).toEqual([404]);
  });

  test("no end from their side when they were refused: the server's", async () => {
    const { app, next } = serverEnds(mockApp());
    const server = await serve(app, { closeGraceMs: 10 });
    const { socket } = await openConnection(server.port, { allowHalfOpen: true });
    socket.write(`${get("/nope")}NONSENSE\r\n\r\n`);
    await once(await next, "close");
    socket.destroy();
  });

  test("an answer that is read late, and read, arrives whole, and the connection goes on", async () => {
    const body = "x".repeat(32e6);
    const { app, next } = serverEnds((_request, response) => {
      response.writeHead(200, { "content-length": body.length });
      response.end(body);
    });
    const server = await serve(app, { unreadMs: 45_678, pollMs: 5 });
    const { socket, text, closed } = await openConnection(server.port);
    socket.pause();
    socket.write(get("/"));
    const end = await next;
    while (end.timeout !== 45_678) await setImmediate();
    socket.resume();
    while (socket.bytesRead < body.length) await once(socket, "data");
    while (end.timeout === 45_678) await setImmediate();
    socket.write(get("/", LAST));
    await closed;
    expect(rawAnswers(text()).map((answer) => answer.body.length)).toEqual([body.length, body.length]);
  });

  test("an answer that is never read ends with its connection", async () => {
    const { app, next } = serverEnds((_request, response) => void response.end("x".repeat(32e6)));
    const server = await serve(app, { unreadMs: 20, pollMs: 5 });
    const { socket } = await openConnection(server.port);
    socket.pause();
    socket.write(get("/"));
    await once(await next, "close");
    socket.destroy();
  });

  test("a stream of events that is not read is not kept in memory, and told anew when it is", async () => {
    let told = 0;
    const streams = new EventStreams({
      news: () => [eventText("news", "x".repeat(1e6))],
      everything: () => eventText("state", { told }),
    });
    const { promise, resolve } = Promise.withResolvers<ServerResponse>();
    const app = express().use((_request, response) => {
      streams.add(response);
      resolve(response);
    });
    const server = await serve(app);
    const { socket, text } = await openConnection(server.port);
    socket.pause();
    socket.write(get("/"));
    const response = await promise;
    for (told = 1; told < 100; told++) {
      streams.publish();
      expect(response.writableLength).toBeLessThan(3e6);
      await setImmediate();
    }
    socket.resume();
    while (!text().includes('event: state\ndata: {"told":100}\n\n')) await once(socket, "data");
    socket.destroy();
    streams.close();
  });
});

describe("clients that leave", () => {
  const head = get(lossTarget(), `${HOST}x: y\r\n`);

  test.each([
    ["in the middle of a request's head", head.slice(0, 40)],
    ["in the middle of a body", post("content-length: 100\r\n", "half")],
    ["with the answer on its way", head],
    ["with many answers on their way", head.repeat(200)],
    ["with a large answer on its way", get("/docs/swagger-ui-bundle.js")],
  ])("%s harm no other client", async (_when, bytes) => {
    const server = await serve();
    for (const leave of ["end", "destroy", "resetAndDestroy"] as const)
      for (let i = 0; i < 20; i++) {
        const { socket, closed } = await openConnection(server.port);
        socket.write(bytes);
        // Every other one waits for the beginning of an answer.
        if (i % 2 === 1 && bytes.endsWith("\r\n\r\n")) await once(socket, "data");
        socket[leave]();
        await closed;
      }
    expect((await ask(server.port, lossTarget({ api_key: "another" }))).status).toBe(200);
    const total = await ask(server.port, `/total_flops_used?${lossTarget().split("&").at(-1)}`);
    // A client that left before the answer has paid once or not at all.
    expect(["0.0", "1e+16"]).toContain(total.body);
  });
});

describe("many connections", () => {
  test("2000 silent connections do not block other clients", async () => {
    const server = await serve();
    const idle = [];
    for (let i = 0; i < 40; i++)
      idle.push(...(await Promise.all(Array.from({ length: 50 }, () => openConnection(server.port)))));
    expect((await ask(server.port, lossTarget())).status).toBe(200);
    for (const { socket } of idle) socket.destroy();
    await Promise.all(idle.map(({ closed }) => closed));
    expect((await ask(server.port, lossTarget())).status).toBe(200);
  });

  test("new ones beyond the limit are closed, and accepted again when others end", async () => {
    const server = await serve(mockApp(), { connections: 3 });
    const open = [
      await openConnection(server.port),
      await openConnection(server.port),
      await openConnection(server.port),
    ];
    await (await openConnection(server.port)).closed;
    open[0]?.socket.write(get("/nope", LAST));
    await open[0]?.closed;
    expect((await ask(server.port, "/nope")).status).toBe(404);
    for (const { socket } of open) socket.destroy();
  });
});
