import { createHash, randomUUID } from "node:crypto";

/** Response header of every answer of the mock: its version. */
export const MOCK_HEADER = "x-isoflop";
/** Request header: any text of the client's choosing. */
export const NONCE_HEADER = "x-isoflop-nonce";
/** Response header: `proofOf` the nonce. */
export const PROOF_HEADER = "x-isoflop-proof";

/**
 * What the mock answers to a nonce: the SHA-256 of `isoflop:` and the nonce, in hexadecimal. An endpoint that does not
 * answer so counts as real: an address proves nothing, since it may be a tunnel.
 */
export function proofOf(nonce: string): string {
  return createHash("sha256").update(`isoflop:${nonce}`).digest("hex");
}

/** What a request carries beside its address. */
export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  /** The body of a POST; without one it is a GET. */
  readonly body?: string;
}

/**
 * One request without redirects, on a connection of its own, with a fresh nonce. `isSimulated` says whether the answer
 * proves to be of our mock.
 *
 * @throws whatever `fetch` throws.
 */
export async function fetchWithProof(
  url: URL,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  { headers = {}, body }: Partial<Sent> = {},
): Promise<{ readonly response: Response; readonly isSimulated: boolean }> {
  const nonce = randomUUID();
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, {
    redirect: "manual",
    headers: { ...headers, [NONCE_HEADER]: nonce, connection: "close" },
    ...(body === undefined ? {} : { method: "POST", body }),
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  });
  return { response, isSimulated: response.headers.get(PROOF_HEADER) === proofOf(nonce) };
}
