import type { Response } from "express";

/** Milliseconds between two looks at the ledger, and between signs of life on a silent stream. */
const LOOK = 200;
const HEARTBEAT = 15_000;

/** What a stream is fed from. */
export interface Source {
  /** Events since the last look, each already written as an event of the stream. */
  news(): string[];
  /** The event that tells a newcomer everything. */
  everything(): string;
}

/** An event as it is written on a stream (HTML standard, section 9.2). */
export function eventText(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The open streams of events. Looks for news only while a page listens. */
export class EventStreams {
  readonly #source: Source;
  readonly #open = new Set<Response>();
  /** Those that have not taken what was sent; when they have, they are told everything again. */
  readonly #behind = new Set<Response>();
  #timers: NodeJS.Timeout[] = [];

  constructor(source: Source) {
    this.#source = source;
  }

  /** Answers with a stream: everything first, then news as it comes. */
  add(response: Response): void {
    this.publish();
    response.set({ "content-type": "text/event-stream", "cache-control": "no-store", "x-accel-buffering": "no" });
    response.write(this.#source.everything());
    this.#open.add(response);
    response.once("close", () => this.#drop(response));
    response.on("drain", () => {
      if (this.#behind.delete(response)) response.write(this.#source.everything());
    });
    if (this.#timers.length > 0) return;
    this.#timers = [setInterval(() => this.publish(), LOOK), setInterval(() => this.#write(": alive\n\n"), HEARTBEAT)];
    for (const timer of this.#timers) timer.unref();
  }

  /** Looks for news and tells everyone. */
  publish(): void {
    const news = this.#source.news();
    if (news.length > 0) this.#write(news.join(""));
  }

  /** Tells everyone everything again. */
  restart(): void {
    this.#source.news();
    this.#write(this.#source.everything());
  }

  close(): void {
    for (const response of this.#open) response.end();
  }

  #write(text: string): void {
    // What a reader does not take would wait in memory.
    for (const response of this.#open)
      if (response.writableNeedDrain) this.#behind.add(response);
      else response.write(text);
  }

  #drop(response: Response): void {
    this.#open.delete(response);
    this.#behind.delete(response);
    if (this.#open.size > 0) return;
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }
}
