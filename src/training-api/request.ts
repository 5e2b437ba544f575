import { setTimeout } from "node:timers/promises";
import pRetry from "p-retry";
import { fetchWithProof, type Sent } from "./proof.ts";
import type { Source } from "./training-api.ts";

/**
 * An endpoint that could not be reached, or that answered outside its contract. Its message never holds the key.
 *
 * @example
 * ```ts
 * import { EndpointError, httpApi } from "isoflop";
 * const api = httpApi({ baseUrl: "http://127.0.0.1:9", apiKey: "any text", source: "simulated", retries: 0 });
 * await api.totalFlopsUsed(); // throws EndpointError
 * new EndpointError("no answer from http://127.0.0.1:9/", true).name; // "EndpointError"
 * ```
 */
export class EndpointError extends Error {
  override readonly name = "EndpointError";
  /** Whether a retry may help. */
  readonly mayRetry: boolean;
  /** Milliseconds that the endpoint asks to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, mayRetry = false, retryAfterMs?: number) {
    super(message);
    this.mayRetry = mayRetry;
    this.retryAfterMs = retryAfterMs;
  }
}

/** An endpoint that refuses the API key. */
export class UnknownKeyError extends EndpointError {
  constructor(baseUrl: string) {
    super(`${baseUrl} does not know the API key: is it the one that was registered?`);
  }
}

/** An answer that is JSON. */
export interface Answer {
  readonly status: number;
  /** As it was sent. */
  readonly text: string;
  readonly body: unknown;
  /** When the endpoint says that it answered (its `Date` header), in milliseconds since 1970. */
  readonly date: number | undefined;
}

/** What is asked, and which answers count. */
export interface Asking {
  readonly source: Source;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Statuses that are no answer of this API's own but a gateway's, as redirects are. */
  readonly gatewayStatuses: ReadonlySet<number>;
  /** What an endpoint speaks that does not know the path, in words. */
  readonly otherwise: string;
}

/** Longest Retry-After that is waited for. Longer waits are reported to the user instead. */
const LONGEST_PAUSE_MS = 120_000;
/** Timeout, too early, too many requests: a retry may help, as after a 5xx. */
const RETRYABLE = new Set([408, 425, 429]);
/** Longest message of an endpoint that is kept. */
const LONGEST_MESSAGE = 400;

export interface RetryOptions {
  readonly retries: number;
  readonly pauseMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Tries again, with growing pauses, while an EndpointError says that it may help; waits as long as the endpoint asks.
 */
export function withRetries<T>(attempt: () => Promise<T>, { retries, pauseMs, signal }: RetryOptions): Promise<T> {
  return pRetry(attempt, {
    retries,
    minTimeout: pauseMs,
    maxTimeout: 25 * pauseMs,
    randomize: true,
    shouldRetry: ({ error }) => error instanceof EndpointError && error.mayRetry,
    async onFailedAttempt({ error, retriesLeft }) {
      // Runs after final failures too; only wait before a retry.
      const asked = error instanceof EndpointError && error.mayRetry ? error.retryAfterMs : undefined;
      if (asked && retriesLeft > 0) await setTimeout(asked, undefined, signal ? { signal } : {});
    },
    ...(signal ? { signal } : {}),
  });
}

/**
 * One attempt.
 *
 * @throws EndpointError when there is no answer, or it is not JSON, is a gateway's, or shows that the endpoint was replaced.
 */
export async function requestOnce(url: URL, asking: Asking, sent?: Sent): Promise<Answer> {
  const { source, timeoutMs, signal, gatewayStatuses, otherwise } = asking;
  const shown = shownUrl(url);
  let response: Response;
  let isSimulated: boolean;
  let text: string;
  try {
    ({ response, isSimulated } = await fetchWithProof(url, timeoutMs, signal, sent));
    text = await response.text();
  } catch (error) {
    throw new EndpointError(`no answer from ${shown}: ${reasonOf(error, url)}`, true);
  }
  const { status } = response;
  if (status >= 500 || RETRYABLE.has(status)) {
    const pause = retryAfter(response.headers.get("retry-after"));
    const mayRetry = pause === undefined || pause <= LONGEST_PAUSE_MS;
    const retryHint = pause === undefined ? "" : ` and asks to wait ${Math.ceil(pause / 1000)} s`;
    throw new EndpointError(`${shown} answered ${status}${retryHint}`, mayRetry, pause);
  }
  if ((status >= 300 && status < 400) || gatewayStatuses.has(status))
    throw new EndpointError(`${shown} answered ${status}, which is not an answer to the query`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new EndpointError(`${shown} answered ${status} with something that is not JSON`);
  }
  // What an unknown path is answered; a bad configuration gets a message.
  if (status === 404 && isRecord(body) && body.detail === "Not Found")
    throw new EndpointError(`${shown} does not exist there: ${otherwise}`);
  if (status === 200 && isSimulated !== (source === "simulated"))
    throw new EndpointError(
      isSimulated
        ? `${shown} counted as real and now proves to be a simulation: it was replaced`
        : `${shown} was a simulation and no longer proves it: it was replaced, or is the real API`,
    );
  const date = Date.parse(response.headers.get("date") ?? "");
  return { status, text, body, date: Number.isNaN(date) ? undefined : date };
}

/** Milliseconds of a Retry-After header, given in seconds or as a date. */
function retryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? 1000 * Number(header) : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** An address without what may be secret in it: user, password and query. */
export function shownUrl({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}

/**
 * The cause that a person can act on, in one line; a failed fetch hides it one level down, and may quote the address.
 */
export function reasonOf(error: unknown, url: URL): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = cause instanceof Error ? cause.message || cause.name : String(cause);
  return text.replaceAll(url.href, shownUrl(url)).replace(/\s+/g, " ").trim();
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The text of a refusal: `message`, or the first error of the validation layer. */
export function messageOf(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  if (typeof body.message === "string") return body.message;
  if (typeof body.detail === "string") return body.detail;
  const [first] = Array.isArray(body.detail) ? body.detail : [];
  return isRecord(first) && typeof first.msg === "string" ? `${String(first.loc)}: ${first.msg}` : undefined;
}

/** The endpoint's text without control characters, at most `LONGEST_MESSAGE` long. */
export function printable(text: string): string {
  return text.slice(0, LONGEST_MESSAGE).replace(/\p{C}/gu, " ");
}

/** Finite and not negative. */
export function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
