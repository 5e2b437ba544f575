import type { CallTable } from "../engine/answer-calls.ts";

/** Why a call has no result: it was stopped. */
export class Stopped extends Error {}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly tell: ((event: unknown) => void) | undefined;
}

interface Reply {
  readonly id: number;
  readonly event?: unknown;
  readonly error?: string;
  readonly result?: unknown;
}

/** The simulator in a worker of its own, which starts with the first call. */
export class Remote<Calls extends CallTable<Calls>> {
  static #address: string | undefined;
  #worker: Worker | undefined;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  /** Rejects with an Error in the simulator's words, or with `Stopped`. */
  call<Call extends keyof Calls>(
    call: Call,
    body: Calls[Call]["body"],
    tell?: (event: Calls[Call]["event"]) => void,
  ): Promise<Calls[Call]["result"]> {
    this.#worker ??= this.#start();
    const id = ++this.#calls;
    this.#worker.postMessage({ id, call, body });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, tell } as Waiting);
    });
  }

  /** Ends whatever it does, at once. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(new Stopped("stopped"));
    this.#waiting.clear();
  }

  /** From the source inside this page: a page from the disk may load no other file as a worker. */
  #start(): Worker {
    Remote.#address ??= URL.createObjectURL(
      new Blob([document.getElementById("engine")!.textContent], { type: "text/javascript" }),
    );
    const worker = new Worker(Remote.#address);
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
      const waiting = this.#waiting.get(data.id);
      if (!waiting) return;
      if ("event" in data) {
        waiting.tell?.(data.event);
        return;
      }
      this.#waiting.delete(data.id);
      if (data.error === undefined) waiting.resolve(data.result);
      else waiting.reject(new Error(data.error));
    });
    return worker;
  }
}
