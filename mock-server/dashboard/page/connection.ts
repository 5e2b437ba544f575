import { type Refusal, type RunsEvent, type State, TOKEN_HEADER } from "../wire.ts";
import { readStored, writeStored } from "./browser-storage.ts";

/** What the stream of events tells. */
export interface Listener {
  state(state: State): void;
  runs(event: RunsEvent): void;
  /** Whether news arrive. */
  live(connected: boolean): void;
  /** The server wants the admin token: none was given, or a wrong one. */
  locked(message: string): void;
  /** The server was started again and has another token, which a new page carries. */
  stale(): void;
}

const STORED = "isoflop-token";
/** Milliseconds before a broken stream is opened again. */
const RETRY = 1_000;

/** The page's way to the server. The token is the one the page carries, or the one typed for this tab. */
export class Connection {
  readonly #listener: Listener;
  readonly #carried: string;
  #token: string;

  constructor(carried: string, listener: Listener) {
    this.#listener = listener;
    this.#carried = carried;
    this.#token = carried || (readStored("sessionStorage", STORED) ?? "");
  }

  /** Takes the token its user types, and opens the stream. */
  unlock(token: string): void {
    this.#token = token;
    writeStored("sessionStorage", STORED, token);
    this.open();
  }

  /** Opens the stream of events, and opens it again whenever it breaks. */
  open(): void {
    this.#stream().then(
      (again) => {
        if (again) this.#reopen();
      },
      () => this.#reopen(),
    );
  }

  /** Does something on the server. Throws an Error with the server's words when it refuses. */
  async post<T>(action: "ask" | "next" | "reset" | "world" | "grade", body: unknown): Promise<T> {
    const response = await fetch(`/dashboard/${action}`, {
      method: "POST",
      headers: { "content-type": "application/json", [TOKEN_HEADER]: this.#token },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(await messageOf(response));
    return (await response.json()) as T;
  }

  #reopen(): void {
    this.#listener.live(false);
    setTimeout(() => this.open(), RETRY);
  }

  /** Resolves when the stream ends; false when there is no use in trying again. */
  async #stream(): Promise<boolean> {
    if (this.#token === "") {
      this.#listener.locked("");
      return false;
    }
    // A header carries the token, which EventSource could not send.
    const response = await fetch("/dashboard/events", { headers: { [TOKEN_HEADER]: this.#token } });
    if (response.status === 401 && this.#carried !== "") {
      this.#listener.stale();
      return false;
    }
    if (response.status === 401 || response.status === 403) {
      this.#listener.locked(await messageOf(response));
      return false;
    }
    if (!response.ok || !response.body) return true;
    this.#listener.live(true);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      const events = (text + value).split("\n\n");
      text = events.pop() ?? "";
      for (const event of events) this.#take(event);
    }
  }

  #take(event: string): void {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
    if (name === "state") this.#listener.state(JSON.parse(data!) as State);
    if (name === "runs") this.#listener.runs(JSON.parse(data!) as RunsEvent);
  }
}

async function messageOf(response: Response): Promise<string> {
  try {
    return ((await response.json()) as Refusal).message;
  } catch {
    return `The server answered ${response.status}`;
  }
}
