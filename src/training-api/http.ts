import pRetry, { AbortError } from "p-retry";
import type { AnsweredRun, RunConfig } from "../task/configuration.ts";
import { FIELDS } from "../task/configuration.ts";
import { fromWire, WIRE_NAMES, type WireConfig } from "../task/stanford-2025/wire.ts";
import type { LossAnswer, Source, TrainingApi } from "./training-api.ts";

export interface HttpOptions {
  /** Where the API listens, such as `http://127.0.0.1:8000`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** What its answers are: ours, or of the world outside. */
  readonly source: Source;
  /** Milliseconds one attempt may take. @defaultValue 30000 */
  readonly timeoutMs?: number;
  /** Attempts after the first that failed to get an answer; asking again is free upstream. @defaultValue 4 */
  readonly retries?: number;
  readonly signal?: AbortSignal;
}

/** An endpoint that could not be reached, or that answered outside its contract. Its message never holds the key. */
export class EndpointError extends Error {
  override readonly name = "EndpointError";
}

interface Response {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The training API over HTTP. A lost connection, a timeout, a 429 or a 5xx is asked again with growing pauses (an equal
 * question is never charged twice); a refusal is an answer and comes back as one.
 *
 * @throws EndpointError from every method when no answer could be had, or when it is not one of the contract's.
 */
export function httpApi({
  baseUrl,
  apiKey,
  source,
  timeoutMs = 30_000,
  retries = 4,
  signal,
}: HttpOptions): TrainingApi {
  const get = (path: string, parameters: Record<string, string> = {}): Promise<Response> => {
    const url = new URL(path, baseUrl);
    url.search = new URLSearchParams({ ...parameters, api_key: apiKey }).toString();
    const attempt = () => requestOnce(url, `${url.origin}${url.pathname}`, timeoutMs, signal);
    return pRetry(attempt, {
      retries,
      minTimeout: 200,
      maxTimeout: 5_000,
      randomize: true,
      ...(signal ? { signal } : {}),
    });
  };

  return {
    async loss(config: RunConfig): Promise<LossAnswer> {
      const parameters = Object.fromEntries(FIELDS.map((field) => [WIRE_NAMES[field], wireNumber(config[field])]));
      const { status, body } = await get("loss", parameters);
      if (isRecord(body) && typeof body.loss === "number" && typeof body.total_flops_used === "number")
        return { status: "ok", loss: body.loss, totalFlopsUsed: body.total_flops_used, source };
      const message = messageOf(body);
      if (message === undefined) throw new EndpointError(`${baseUrl} answered /loss with neither a loss nor a message`);
      // Nobody has recorded how the real one refuses for lack of budget; a bad configuration is a 404 or has details.
      return { status: status === 404 || "detail" in (body as object) ? "invalid" : "refused", message, source };
    },

    async totalFlopsUsed() {
      const { status, body } = await get("total_flops_used");
      if (typeof body === "number") return body;
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

/** One attempt. Rejects with an AbortError where asking again cannot help. */
async function requestOnce(url: URL, shown: string, timeoutMs: number, signal?: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: globalThis.Response;
  let text: string;
  try {
    response = await fetch(url, { redirect: "manual", signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw new AbortError(`stopped while asking ${shown}`);
    throw new EndpointError(`no answer from ${shown}: ${reason(error)}`);
  }
  if (response.status >= 500 || response.status === 429)
    throw new EndpointError(`${shown} answered ${response.status}`);
  try {
    return { status: response.status, body: JSON.parse(text) };
  } catch {
    throw new AbortError(new EndpointError(`${shown} answered ${response.status} with something that is not JSON`));
  }
}

/** The cause that a person can act on; a failed fetch hides it one level down. */
function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

/** Budgets in full digits: the API refuses `1e+16` where it wants an integer. */
function wireNumber(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

function previousRun(row: unknown, baseUrl: string): AnsweredRun {
  const missing = [...Object.values(WIRE_NAMES), "loss"].find(
    (name) => !isRecord(row) || typeof row[name] !== "number",
  );
  if (missing)
    throw new EndpointError(`${baseUrl} answered /previous_runs with a run whose ${missing} is not a number`);
  const run = row as WireConfig & { readonly loss: number };
  return { ...fromWire(run), status: "ok", loss: run.loss };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The words of a refusal: `message`, or the first complaint of the validation layer. */
function messageOf(body: unknown): string | undefined {
  if (!isRecord(body)) return undefined;
  if (typeof body.message === "string") return body.message;
  if (typeof body.detail === "string") return body.detail;
  const [first] = Array.isArray(body.detail) ? body.detail : [];
  return isRecord(first) && typeof first.msg === "string" ? `${String(first.loc)}: ${first.msg}` : undefined;
}
