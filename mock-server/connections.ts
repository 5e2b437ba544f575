import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout } from "node:timers/promises";

/** Limits on client connections; times in milliseconds. */
export interface ConnectionLimits {
  /** From a connection's opening, or a request's first byte, to the end of the request's head. */
  readonly headersMs: number;
  /** The same to the end of its body. */
  readonly requestMs: number;
  /** From an answer to the next request on the connection. */
  readonly idleMs: number;
  /** How long a waiting answer may stay unread. */
  readonly unreadMs: number;
  /** After a refusal of the server's own, until it closes the connection. */
  readonly closeGraceMs: number;
  /** Between two checks of these times. */
  readonly pollMs: number;
  /** Open at a time; further ones are closed at once. */
  readonly connections: number;
}

export const CONNECTION_LIMITS: ConnectionLimits = {
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 60_000,
  unreadMs: 30_000,
  closeGraceMs: 2_000,
  pollMs: 2_000,
  connections: 10_000,
};

/** A request and its answer. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly answer: ServerResponse;
}

/** Milliseconds that open answers have when a server stops. */
const STOP_GRACE = 1_500;
/** Milliseconds between two checks of them. */
const POLL = 20;
/** Checks that are made at least: a slow disk may hold up the event loop for longer than the grace. */
const LEAST_POLLS = 10;

/** The connections of a server and the request on each, so that the server can stop without losing an answer. */
export class Connections {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #latest = new WeakMap<Duplex, Exchange>();
  #stopping = false;

  constructor(server: Server) {
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      this.#open.add(socket);
      socket.once("close", () => this.#open.delete(socket));
    });
  }

  /** Must be called for each request before it is answered. */
  begin(request: IncomingMessage, answer: ServerResponse): void {
    this.#latest.set(request.socket, { request, answer });
    if (this.#stopping) answer.shouldKeepAlive = false;
  }

  get open(): ReadonlySet<Socket> {
    return this.#open;
  }

  /** The last request on a connection. */
  latest(socket: Duplex): Exchange | undefined {
    return this.#latest.get(socket);
  }

  /**
   * Takes no new connections, finishes the answers to all requests sent by now, and resolves when all connections are
   * closed. Idle connections close at once; an answer that takes longer than 1.5 s is cut.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    const end = performance.now() + STOP_GRACE;
    for (const socket of this.#open) {
      const { answer } = this.#latest.get(socket) ?? {};
      // The client learns that this answer is the last.
      if (answer) answer.shouldKeepAlive = false;
    }
    await this.#drainQueue();
    // Read what they have sent.
    if (this.#open.size > 0) await setTimeout(POLL);
    const closed = new Promise<void>((resolve, reject) => {
      this.#server.close((error) => (error ? reject(error) : resolve()));
    });
    this.#closeUnused();
    for (let polls = 0; this.#open.size > 0 && (polls < LEAST_POLLS || performance.now() < end); polls++) {
      await setTimeout(POLL);
      this.#closeUnused();
    }
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  /**
   * Resolves when all clients that had connected by now are known. The system queues connections in the order they
   * came; ours comes last.
   */
  #drainQueue(): Promise<void> {
    const { address, port } = this.#server.address() as AddressInfo;
    return new Promise((resolve) => {
      const last = connect(port, address);
      const taken = ({ remotePort }: Socket) => {
        if (remotePort === last.localPort) last.destroy();
      };
      last.on("error", () => last.destroy());
      last.setTimeout(STOP_GRACE, () => last.destroy());
      last.once("close", () => {
        this.#server.off("connection", taken);
        resolve();
      });
      this.#server.on("connection", taken);
    });
  }

  #closeUnused(): void {
    for (const socket of this.#open) {
      const { answer } = this.#latest.get(socket) ?? {};
      if (!answer || answer.writableFinished) socket.destroySoon();
    }
  }
}

/**
 * Closes the connections of clients that have stopped reading: otherwise their answers would stay in memory forever.
 */
export function closeUnread(server: Server, open: ReadonlySet<Socket>, { unreadMs, pollMs }: ConnectionLimits): void {
  // Polling costs less than a timer per answer. A socket's timeout fires when nothing moves on it.
  const poll = setInterval(() => {
    for (const socket of open) {
      const hasWaiting = socket.writableLength > 0;
      const isTimed = socket.timeout === unreadMs;
      if (hasWaiting && !isTimed) socket.setTimeout(unreadMs);
      else if (!hasWaiting && isTimed) socket.setTimeout(0);
    }
  }, pollMs).unref();
  server.once("close", () => clearInterval(poll));
}
