import { EndpointError } from "./http.ts";
import { sourceOf } from "./identify.ts";
import type { TrainingApi } from "./training-api.ts";

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
  const prove = async (): Promise<void> => {
    if ((await sourceOf(url, timeoutMs, signal)) !== "simulated")
      throw new EndpointError(
        `${url} was a simulation and no longer proves to be one: it was replaced, or is the real one; nothing was sent to it`,
      );
  };
  return {
    loss: async (config) => prove().then(() => api.loss(config)),
    totalFlopsUsed: async () => prove().then(() => api.totalFlopsUsed()),
    previousRuns: async () => prove().then(() => api.previousRuns()),
  };
}
