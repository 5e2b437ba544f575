import { setTimeout } from "node:timers/promises";
import pRetry from "p-retry";
import { type AnsweredRun, FIELDS, type RunConfig } from "../task/configuration.ts";
import { fromWire, WIRE_NAMES, type WireConfig, wireText } from "../task/stanford-2025/wire.ts";
import { fetchWithProof } from "./proof.ts";
import { holdsKey } from "./secret.ts";
import type { LossAnswer, Source, TrainingApi } from "./training-api.ts";

/** Where an API listens, and how long to try. */
export interface HttpOptions {
  /** Where the API listens, such as `http://127.0.0.1:8000`; a path in it is kept. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** Whether its answers are simulated or real. An answer that proves otherwise is an error. */
  readonly source: Source;
  /** Milliseconds one attempt may take. @defaultValue 30000 */
  readonly timeoutMs?: number;
  /** Retries after the first attempt; the same question is never charged twice. @defaultValue 4 */
  readonly retries?: number;
  /**
   * Milliseconds of the first pause between attempts; each doubles the one before, up to 25 times this.
   * @defaultValue 200
   */
  readonly pauseMs?: number;
  readonly signal?: AbortSignal;
}

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

interface Response {
  readonly status: number;
  readonly body: unknown;
}

/** Longest Retry-After that is waited for. Longer waits are reported to the user instead. */
const LONGEST_PAUSE_MS = 120_000;
/** Timeout, too early, too many requests: a retry may help, as after a 5xx. */
const RETRYABLE = new Set([408, 425, 429]);
/** Sent by a gateway that has not looked at the question, as are redirects. */
const GATEWAY_STATUSES = new Set([401, 403, 405, 407]);
/** Longest message of an endpoint that is kept. */
const LONGEST_MESSAGE = 400;

/**
 * The training API over HTTP. A lost connection, a timeout, a 429 or a 5xx is retried with growing pauses (the same
 * question is never charged twice). A refusal is an answer. Each request has its own connection, so that a second
 * answer to one question cannot be taken for the answer to the next.
 *
 * @throws EndpointError from every method when no answer could be had, or when it is not one of the contract's.
 *
 * @example
 * ```ts
 * import { httpApi, sourceOf } from "isoflop";
 * const baseUrl = "http://127.0.0.1:8000"; // where `isoflop serve` listens
 * const api = httpApi({ baseUrl, apiKey: "any text", source: await sourceOf(baseUrl) });
 * const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };
 * const answer = await api.loss(config);
 * answer.status; // "ok"
 * await api.totalFlopsUsed(); // 1e15
 * ```
 */
export function httpApi({
  baseUrl,
  apiKey,
  source,
  timeoutMs = 30_000,
  retries = 4,
  pauseMs = 200,
  signal,
}: HttpOptions): TrainingApi {
  const get = (path: string, parameters: Record<string, string> = {}): Promise<Response> => {
    const url = new URL(path, baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
    url.search = new URLSearchParams({ ...parameters, api_key: apiKey }).toString();
    const attempt = () => requestOnce(url, source, timeoutMs, signal);
    return withRetries(attempt, { retries, pauseMs, ...(signal ? { signal } : {}) });
  };

  return {
    async loss(config: RunConfig): Promise<LossAnswer> {
      const parameters = Object.fromEntries(FIELDS.map((field) => [WIRE_NAMES[field], wireText(field, config[field])]));
      const { status, body } = await get("loss", parameters);
      if (isRecord(body) && isAmount(body.loss) && isFlops(body.total_flops_used))
        return { status: "ok", loss: body.loss, totalFlopsUsed: body.total_flops_used, source };
      const message = messageOf(body);
      if (message === undefined || (isRecord(body) && "loss" in body))
        throw new EndpointError(`${baseUrl} answered /loss with neither a loss nor a message`);
      if (holdsKey(message, apiKey) || /^Invalid API key/i.test(message))
        throw new EndpointError(`${baseUrl} does not know the API key: is it the one that was registered?`);
      // Nobody has recorded how the real one refuses when the budget is spent; a bad configuration is a 404 or has
      // details.
      const kind = status === 404 || "detail" in (body as object) ? "invalid" : "refused";
      return { status: kind, message: printable(message), source };
    },

    async totalFlopsUsed() {
      const { status, body } = await get("total_flops_used");
      if (isFlops(body)) return body;
      // The contract's answer for a key without runs.
      if (status === 422) return 0;
      throw new EndpointError(`${baseUrl} answered /total_flops_used with ${status} and no number`);
    },

    async previousRuns(): Promise<AnsweredRun[]> {
      const { status, body } = await get("previous_runs");
      if (isRecord(body) && Array.isArray(body.previous_runs))
        return body.previous_runs.map((row) => previousRun(row, baseUrl));
      if (status === 422) return [];
      throw new EndpointError(`${baseUrl} answered /previous_runs with ${status} and no list`);
    },
  };
}

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

/** One attempt. */
async function requestOnce(url: URL, source: Source, timeoutMs: number, signal?: AbortSignal): Promise<Response> {
  const shown = shownUrl(url);
  let response: globalThis.Response;
  let isSimulated: boolean;
  let text: string;
  try {
    ({ response, isSimulated } = await fetchWithProof(url, timeoutMs, signal));
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
  if ((status >= 300 && status < 400) || GATEWAY_STATUSES.has(status))
    throw new EndpointError(`${shown} answered ${status}, which is not an answer to the query`);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new EndpointError(`${shown} answered ${status} with something that is not JSON`);
  }
  // What an unknown path is answered; a bad configuration gets a message.
  if (status === 404 && isRecord(body) && body.detail === "Not Found")
    throw new EndpointError(
      `${shown} does not exist there: the endpoint does not speak the API of 2025 (that of 2026 takes jobs at /submit)`,
    );
  if (status === 200 && isSimulated !== (source === "simulated"))
    throw new EndpointError(
      isSimulated
        ? `${shown} counted as real and now proves to be a simulation: it was replaced`
        : `${shown} was a simulation and no longer proves it: it was replaced, or is the real API`,
    );
  return { status, body };
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

function previousRun(row: unknown, baseUrl: string): AnsweredRun {
  const missing = [...Object.values(WIRE_NAMES), "loss"].find((name) => !isRecord(row) || !isAmount(row[name]));
  if (missing)
    throw new EndpointError(`${baseUrl} answered /previous_runs with a run whose ${missing} is not a number`);
  const run = row as WireConfig & { readonly loss: number };
  return { ...fromWire(run), status: "ok", loss: run.loss };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The text of a refusal: `message`, or the first error of the validation layer. */
function messageOf(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  if (typeof body.message === "string") return body.message;
  if (typeof body.detail === "string") return body.detail;
  const [first] = Array.isArray(body.detail) ? body.detail : [];
  return isRecord(first) && typeof first.msg === "string" ? `${String(first.loc)}: ${first.msg}` : undefined;
}

/** The endpoint's text without control characters, at most `LONGEST_MESSAGE` long. */
function printable(text: string): string {
  return text.slice(0, LONGEST_MESSAGE).replace(/\p{C}/gu, " ");
}

function isFlops(value: unknown): value is number {
  return isAmount(value) && Number.isInteger(value);
}

/** Finite and not negative. */
function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
