import { type AnsweredRun, FIELDS, type RunConfig } from "../task/configuration.ts";
import { fromWire, WIRE_NAMES, type WireConfig, wireText } from "../task/stanford-2025/wire.ts";
import {
  type Answer,
  EndpointError,
  isAmount,
  isRecord,
  messageOf,
  printable,
  requestOnce,
  withRetries,
} from "./request.ts";
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

/** Sent by a gateway that has not looked at the question, as are redirects. */
const GATEWAY_STATUSES = new Set([401, 403, 405, 407]);
const otherwise = "the endpoint does not speak the API of 2025 (that of 2026 takes jobs at /submit)";

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
  const get = (path: string, parameters: Record<string, string> = {}): Promise<Answer> => {
    const url = new URL(path, baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
    url.search = new URLSearchParams({ ...parameters, api_key: apiKey }).toString();
    const attempt = () => requestOnce(url, { source, timeoutMs, signal, gatewayStatuses: GATEWAY_STATUSES, otherwise });
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
      // How the real one refuses when the budget is spent was never recorded; a bad configuration is a 404 or has
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

function previousRun(row: unknown, baseUrl: string): AnsweredRun {
  const missing = [...Object.values(WIRE_NAMES), "loss"].find((name) => !isRecord(row) || !isAmount(row[name]));
  if (missing)
    throw new EndpointError(`${baseUrl} answered /previous_runs with a run whose ${missing} is not a number`);
  const run = row as WireConfig & { readonly loss: number };
  return { ...fromWire(run), status: "ok", loss: run.loss };
}

function isFlops(value: unknown): value is number {
  return isAmount(value) && Number.isInteger(value);
}
