import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout } from "node:timers/promises";

/** A request and its answer. */
export interface Exchange {
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
   * Resolves when all clients that had connected by now are known. The system queues connections in the order they came;
   * ours comes last.
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
