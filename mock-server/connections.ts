import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout } from "node:timers/promises";

/** A request and what is said to it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly answer: ServerResponse;
}

/** Milliseconds that answers have when a server is told to stop, and between two looks at whether they are given. */
const [GRACE, LOOK] = [1_500, 20] as const;
/** Looks that there are at least: a slow disk may hold the loop up for longer than all that time. */
const LOOKS = 10;

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

  get open(): ReadonlySet<Socket> {
    return this.#open;
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
    const end = performance.now() + GRACE;
    for (const socket of this.#open) {
      const { answer } = this.#latest.get(socket) ?? {};
      // So that nobody sends another question after the last answer.
      if (answer) answer.shouldKeepAlive = false;
    }
    await this.#caughtUp();
    // What they had sent is read.
    if (this.#open.size > 0) await setTimeout(LOOK);
    const closed = new Promise<void>((resolve, reject) => {
      this.#server.close((error) => (error ? reject(error) : resolve()));
    });
    this.#closeUnused();
    for (let looks = 0; this.#open.size > 0 && (looks < LOOKS || performance.now() < end); looks++) {
      await setTimeout(LOOK);
      this.#closeUnused();
    }
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  /**
   * Resolves when all who had connected by now are known. The system keeps them in a queue, which the loop takes one from
   * at each turn, in the order in which they came: so we come last.
   */
  #caughtUp(): Promise<void> {
    const { address, port } = this.#server.address() as AddressInfo;
    return new Promise((resolve) => {
      const last = connect(port, address);
      const taken = ({ remotePort }: Socket) => {
        if (remotePort === last.localPort) last.destroy();
      };
      last.on("error", () => last.destroy());
      last.setTimeout(GRACE, () => last.destroy());
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
