import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { COMMON_HEADERS, sendDetail } from "./send.ts";

/** A server that listens. */
export interface RunningServer {
  /** `http://HOST:PORT`, with the port that was really taken. */
  readonly url: string;
  readonly port: number;
  /** Takes no new connection, finishes what is in flight, then resolves. */
  stop(): Promise<void>;
}

/**
 * Serves an app; times are bounded so that a slow or silent client cannot hold a connection for long.
 *
 * @param port 0 picks a free one.
 * @throws the error of the operating system when the address cannot be had (`EADDRINUSE`, `EACCES`, …).
 */
export async function startServer(app: RequestListener, host: string, port: number): Promise<RunningServer> {
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 60_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
      // The app answers a missing Host header itself, in JSON.
      requireHostHeader: false,
    },
    app,
  );
  // What a client expects beyond the usual is no reason to answer otherwise.
  server.on("checkExpectation", app);
  const latest = new WeakMap<Duplex, { request: IncomingMessage; answer: ServerResponse }>();
  server.on("request", (request, answer) => latest.set(request.socket, { request, answer }));
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    const status = CLIENT_ERRORS[error.code ?? ""] ?? 400;
    const { request, answer } = latest.get(socket) ?? {};
    if (error.code === "ECONNRESET") socket.destroy();
    else if (!answer || answer.writableFinished) refuse(socket, status);
    // The app may wait for the rest of a body that is not coming.
    else if (!request?.complete && !answer.headersSent) {
      answer.setHeader("connection", "close");
      sendDetail(answer, status, STATUS_CODES[status]);
    }
    // A refusal in the middle of an answer would be taken for a part of it.
    else answer.once("finish", () => refuse(socket, status));
  });
  await listen(server, host, port);
  const taken = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`,
    port: taken,
    stop: () => stop(server),
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

/** Milliseconds that requests in flight have to end in when the server is stopped. */
const GRACE = 1_500;

function stop(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    // A connection turns idle with its last answer, and would be kept alive.
    const sweep = setInterval(() => server.closeIdleConnections(), 20);
    const end = setTimeout(() => server.closeAllConnections(), GRACE);
    server.close((error) => {
      clearInterval(sweep);
      clearTimeout(end);
      if (error) reject(error);
      else resolve();
    });
  });
}

const CLIENT_ERRORS: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** Answers, in JSON, what the app is not asked: what is not HTTP or not in time. Then hangs up. */
function refuse(socket: Duplex, status: number): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify({ detail: STATUS_CODES[status] });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, "content-type: application/json"];
  for (let i = 0; i < COMMON_HEADERS.length; i += 2) head.push(`${COMMON_HEADERS[i]}: ${COMMON_HEADERS[i + 1]}`);
  head.push(`content-length: ${Buffer.byteLength(body)}`, "connection: close");
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
