import { createServer, type RequestListener, type Server, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { CONNECTION_LIMITS, type ConnectionLimits, Connections, closeUnread } from "./connections.ts";
import { COMMON_HEADERS, sendDetail } from "./send.ts";

/** A server that listens. */
export interface RunningServer {
  /** `http://HOST:PORT`, with the port that was really used. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connection, finishes what is in flight, within 1.5 s, then resolves. */
  stop(): Promise<void>;
}

/**
 * Serves an app. Limits keep a slow or silent client from holding a connection for long.
 *
 * @param port 0 picks a free one.
 * @throws the error of the operating system when it cannot listen there (`EADDRINUSE`, `EACCES`, …).
 */
export async function startServer(
  app: RequestListener,
  host: string,
  port: number,
  limits: ConnectionLimits = CONNECTION_LIMITS,
): Promise<RunningServer> {
  const listener: RequestListener = (request, answer) => {
    connections.begin(request, answer);
    app(request, answer);
  };
  const server = createServer(
    {
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.idleMs,
      connectionsCheckingInterval: limits.pollMs,
      maxHeaderSize: 16_384,
      // The app answers a missing Host header itself, in JSON.
      requireHostHeader: false,
    },
    listener,
  );
  server.maxConnections = limits.connections;
  const connections = new Connections(server);
  closeUnread(server, connections.open, limits);
  // An unknown Expect header does not change the answer.
  server.on("checkExpectation", listener);
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const status = CLIENT_ERRORS[error.code ?? ""] ?? 400;
    const { request, answer } = connections.latest(socket) ?? {};
    if (error.code === "ECONNRESET") socket.destroy();
    // The app may wait for the rest of a body that is not coming.
    else if (answer && !request?.complete && !answer.headersSent) {
      answer.setHeader("connection", "close");
      sendDetail(answer, status, STATUS_CODES[status]);
    } else refuseNext(socket, status);
  });
  // CONNECT is not supported. From here on Node no longer handles errors of the socket.
  server.on("connect", (_request, socket) =>
    refuseNext(
      socket.on("error", () => socket.destroy()),
      405,
    ),
  );
  /** Refuses after the answers that are still due: within one, a refusal would look like a part of it. */
  const refuseNext = (socket: Duplex, status: number) => {
    const { answer } = connections.latest(socket) ?? {};
    if (!answer || answer.writableFinished) refuse(socket, status, limits.closeGraceMs);
    else answer.once("finish", () => refuse(socket, status, limits.closeGraceMs));
  };
  await listen(server, host, port);
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    port: taken,
    stop: () => connections.stop(),
  };
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers in JSON what never reaches the app: what is not HTTP, or too late. Then closes the connection. */
function refuse(socket: Duplex, status: number, closeGraceMs: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ detail: STATUS_CODES[status] });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, "content-type: application/json"];
  for (let i = 0; i < COMMON_HEADERS.length; i += 2) head.push(`${COMMON_HEADERS[i]}: ${COMMON_HEADERS[i + 1]}`);
  if (status === 405) head.push("allow: GET");
  head.push(`content-length: ${Buffer.byteLength(body)}`, "connection: close");
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
  const closing = setTimeout(() => socket.destroy(), closeGraceMs).unref();
  socket.once("close", () => clearTimeout(closing));
}
