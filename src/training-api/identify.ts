import { EndpointError, reasonOf, shownUrl } from "./http.ts";
import { fetchWithProof } from "./proof.ts";
import type { Source } from "./training-api.ts";

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
