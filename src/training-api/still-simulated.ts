import { EndpointError } from "./http.ts";
import { sourceOf } from "./identify.ts";
import type { TrainingApi } from "./training-api.ts";

/**
 * A simulated endpoint that is asked whether it still is one before every question and before every key: between two
 * questions of a long day it may be stopped, and a tunnel to the real one be opened in its place.
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
        `${url} was a simulation and no longer proves to be one: it was exchanged, or is the real one; it was not asked`,
      );
  };
  return {
    loss: async (config) => prove().then(() => api.loss(config)),
    totalFlopsUsed: async () => prove().then(() => api.totalFlopsUsed()),
    previousRuns: async () => prove().then(() => api.previousRuns()),
  };
}
