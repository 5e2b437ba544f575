import { UserError } from "../task/errors.ts";
import { fetchWithProof } from "./proof.ts";
import { EndpointError, reasonOf, shownUrl } from "./request.ts";
import type { Source, TrainingApi } from "./training-api.ts";

/**
 * The address of an endpoint in one spelling, ending in `/`.
 *
 * @throws UserError for a text that is no http address, or has more than host, port and path. The message quotes
 * nothing of it, since it may hold a secret.
 */
export function endpointUrl(text: string, option: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UserError(`${option} must be an address such as http://127.0.0.1:8000`);
  if (url.username || url.password || url.search || url.hash)
    throw new UserError(
      `${option} must have only a host, port and path: no user, password or query; put the key into --key-file`,
    );
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

/**
 * What an endpoint is: "simulated" when it proves to be our mock, else "real", wherever it listens. The one request has
 * no key and no question in it.
 *
 * @throws EndpointError when nothing answers there.
 *
 * @example
 * ```ts
 * import { sourceOf } from "isoflop";
 * await sourceOf("http://127.0.0.1:8000"); // "simulated"
 * await sourceOf("http://127.0.0.1:9"); // throws EndpointError
 * ```
 */
export async function sourceOf(baseUrl: string, timeoutMs = 30_000, signal?: AbortSignal): Promise<Source> {
  const url = new URL(baseUrl);
  try {
    const { response, isSimulated } = await fetchWithProof(url, timeoutMs, signal);
    await response.body?.cancel();
    return isSimulated ? "simulated" : "real";
  } catch (error) {
    throw new EndpointError(`nothing answers at ${shownUrl(url)}: ${reasonOf(error, url)}`, true);
  }
}

/**
 * Wraps a simulated endpoint: before every request that holds a key, it must prove again that it is simulated. During a
 * long run it may be stopped, and a tunnel to the real one be opened at its address.
 *
 * @throws EndpointError when it no longer proves to be one, before anything was sent.
 */
export function stillSimulated(
  api: TrainingApi,
  url: string,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
): TrainingApi {
  const prove = () => proveSimulated(url, timeoutMs, signal);
  return {
    loss: async (config) => prove().then(() => api.loss(config)),
    totalFlopsUsed: async () => prove().then(() => api.totalFlopsUsed()),
    previousRuns: async () => prove().then(() => api.previousRuns()),
  };
}

/** @throws EndpointError when an endpoint does not prove to be simulated. */
export async function proveSimulated(url: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  if ((await sourceOf(url, timeoutMs, signal)) !== "simulated")
    throw new EndpointError(
      `${url} was a simulation and no longer proves it: it was replaced, or is the real API; nothing was sent to it`,
    );
}
