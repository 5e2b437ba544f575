import type { ConnectionOptions } from "bullmq";
import { Redis } from "ioredis";
import { UserError } from "../../task/errors.ts";
import { engineVersion } from "../engine.ts";

/** The queue of this engine: workers of another version do not see its jobs, so no result is ever another version's. */
export function queueName(): string {
  return `isoflop-${engineVersion()}`;
}

/** A worker that is silent for this long loses its job to another. Renewed at half that time. */
export const LOCK_MS = 4000;
/** How often lost jobs are looked for. */
export const STALLED_MS = 2000;

/**
 * How to reach Redis, once it has been seen to answer.
 *
 * @throws UserError for an address that is none, or where nothing answers within two seconds.
 */
export async function connectionTo(url: string): Promise<ConnectionOptions> {
  let address: URL;
  try {
    address = new URL(url);
  } catch {
    throw new UserError(`--redis "${url}" is not an address: expected one such as redis://127.0.0.1:6379`);
  }
  if (!/^rediss?:$/.test(address.protocol))
    throw new UserError(`--redis must begin with redis:// or rediss://, got "${address.protocol}//"`);
  const probe = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  probe.on("error", () => undefined);
  try {
    await Promise.race([probe.connect().then(() => probe.ping()), late()]);
  } catch (error) {
    throw new UserError(`no Redis answers at ${address.protocol}//${address.host}: ${(error as Error).message}`);
  } finally {
    probe.disconnect();
  }
  return { url, maxRetriesPerRequest: null } as ConnectionOptions;
}

function late(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new Error("no answer in 2 s")), 2000).unref());
}
