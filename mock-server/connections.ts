import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setImmediate, setTimeout } from "node:timers/promises";

/** A request and what is said to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly answer: ServerResponse;
}

/** Milliseconds between two looks at the connections of a server that was told to stop. */
const LOOK = 20;
/**
 * Looks until the port is given back: what clients had sent by the stop is still read; and looks after that for the
 * answers. In milliseconds 100 and 1400, but counted in looks: while a slow disk holds the loop up, nobody's time runs.
 */
const [LINGER, GRACE] = [5, 70] as const;

/** The connections of a server, and what is being answered on each: what it takes to stop without losing an answer. */
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

  /** Is to be told of each request before anything is said to it. */
  begin(request: IncomingMessage, answer: ServerResponse): void {
    this.#latest.set(request.socket, { request, answer });
    if (this.#stopping) answer.shouldKeepAlive = false;
  }

  /** The last request that came on a connection. */
  latest(socket: Duplex): Exchange | undefined {
    return this.#latest.get(socket);
  }

  /**
   * Takes no new connection, lets every request that had been sent by now have its whole answer, and resolves when all
   * connections are closed. Those without a request hold nothing up; an answer that takes longer than 1.5 s is cut.
   */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const socket of this.#open) {
      const { answer } = this.#latest.get(socket) ?? {};
      // So that nobody sends another question after the last answer.
      if (answer) answer.shouldKeepAlive = false;
    }
    // Whoever connected or asked before the stop may still be in the queues of the system.
    await setImmediate();
    for (let looks = 0; this.#open.size > 0 && looks < LINGER; looks++) await setTimeout(LOOK);
    const closed = new Promise<void>((resolve, reject) => {
      this.#server.close((error) => (error ? reject(error) : resolve()));
    });
    this.#closeUnused();
    for (let looks = 0; this.#open.size > 0 && looks < GRACE; looks++) {
      await setTimeout(LOOK);
      this.#closeUnused();
    }
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #closeUnused(): void {
    for (const socket of this.#open) {
      const { answer } = this.#latest.get(socket) ?? {};
      if (!answer || answer.writableFinished) socket.destroySoon();
    }
  }
}
