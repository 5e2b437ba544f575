import { randomUUID } from "node:crypto";
import { EndpointError, reasonOf, shownUrl } from "./http.ts";
import { NONCE_HEADER, PROOF_HEADER, proofOf } from "./proof.ts";
import type { Source } from "./training-api.ts";

/**
 * What an endpoint is: a simulation when it proves to be ours, else to be taken for the real one, wherever it listens.
 * One request without key or question is all that is sent.
 *
 * @throws EndpointError when nothing answers there.
 */
export async function sourceOf(baseUrl: string, timeoutMs = 30_000, signal?: AbortSignal): Promise<Source> {
  const url = new URL(baseUrl);
  const nonce = randomUUID();
  const headers = { [NONCE_HEADER]: nonce, connection: "close" };
  try {
    const timeout = AbortSignal.timeout(timeoutMs);
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const response = await fetch(url, { redirect: "manual", headers, signal: either });
    await response.body?.cancel();
    return response.headers.get(PROOF_HEADER) === proofOf(nonce) ? "simulated" : "real";
  } catch (error) {
    throw new EndpointError(`nothing answers at ${shownUrl(url)}: ${reasonOf(error, url)}`, true);
  }
}
