import { setTimeout } from "node:timers/promises";
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

/** An address of Redis, checked. */
export interface RedisAddress {
  readonly url: string;
  /** As messages may show it: without user and password. */
  readonly shown: string;
  /** The address for a command to repeat: its password is left for the user to fill in. */
  readonly repeatable: string;
}

/** @throws UserError for what is no address; the message shows nothing that may be a part of a password. */
export function redisAddress(text: string): RedisAddress {
  const [scheme, rest = ""] = text.split("://");
  const secret = text.includes("@");
  const wanted = "expected one such as redis://127.0.0.1:6379";
  const given = secret ? "the address of --redis" : `--redis "${text}"`;
  if (!/^rediss?$/.test(scheme as string)) throw new UserError(`${given} is not an address: ${wanted}`);
  // Whatever stands behind an unescaped / ? or # would be taken for a path.
  if (/[/?#].*@/.test(rest) || !URL.canParse(text))
    throw new UserError(
      `${given} is not an address: ${wanted}${secret ? "; in a password, escape each special character, as %2F for /" : ""}`,
    );
  const { protocol, host, pathname, username, password } = new URL(text);
  const user = password === "" ? "" : `${username}:PASSWORD@`;
  const where = `${host}${pathname}`;
  return { url: text, shown: `${protocol}//${host}`, repeatable: `${protocol}//${user}${where}` };
}

/**
 * How to reach Redis, once it has been seen to answer.
 *
 * @throws UserError for an address that is none, where nothing answers within two seconds, or where the password is refused.
 */
export async function connectionTo({ url, shown }: RedisAddress): Promise<ConnectionOptions> {
  const probe = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  let said: Error | undefined;
  probe.on("error", (error) => {
    said ??= error;
  });
  try {
    await Promise.race([probe.connect().then(() => probe.ping()), late()]);
  } catch (error) {
    throw new UserError(refusal(shown, said?.message ?? "", (error as Error).message));
  } finally {
    probe.disconnect();
  }
  return { url, maxRetriesPerRequest: null } as ConnectionOptions;
}

function refusal(shown: string, ...messages: readonly string[]): string {
  const all = messages.join(" ");
  if (all.includes("NOAUTH")) return `Redis at ${shown} needs a password: give it as redis://:PASSWORD@HOST:PORT`;
  if (/WRONGPASS|invalid password/.test(all)) return `Redis at ${shown} refuses the user or the password of --redis`;
  return `no Redis answers at ${shown}: ${messages.findLast((each) => each !== "")}`;
}

function late(): Promise<never> {
  return setTimeout(2000, undefined, { ref: false }).then(() => {
    throw new Error("no answer in 2 s");
  });
}

/** How often a watch looks, and how long Redis may take to answer it. */
const LOOK_MS = 2000;

/** Keeps looking whether Redis answers, over a connection of its own. */
export class RedisWatch {
  readonly #client: Redis;
  readonly #timer: NodeJS.Timeout;
  #answers = true;
  #looking = false;

  /**
   * @param tell is told once when it no longer answers, and once when it does again.
   * @param onAnswer is called after each look that was answered, with the connection.
   */
  constructor(
    { url, shown }: RedisAddress,
    tell: (message: string) => void,
    onAnswer: (client: Redis) => Promise<void> = async () => undefined,
  ) {
    const patience = { commandTimeout: LOOK_MS, connectTimeout: LOOK_MS, retryStrategy: () => LOOK_MS / 2 };
    this.#client = new Redis(url, { ...patience, maxRetriesPerRequest: 0, enableOfflineQueue: false });
    this.#client.on("error", () => undefined);
    this.#timer = setInterval(async () => {
      if (this.#looking) return;
      this.#looking = true;
      const answers = await inTime(this.#client.ping());
      if (answers !== this.#answers)
        tell(
          answers
            ? `Redis at ${shown} answers again`
            : `Redis at ${shown} no longer answers; waiting for it (Ctrl-C: end here, what is stored is kept)`,
        );
      this.#answers = answers;
      if (answers) await inTime(onAnswer(this.#client));
      this.#looking = false;
    }, LOOK_MS);
  }

  get answers(): boolean {
    return this.#answers;
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#client.disconnect();
  }
}

/** Whether something is done within the time of a look. */
function inTime(done: Promise<unknown>): Promise<boolean> {
  const well = done.then(
    () => true,
    () => false,
  );
  return Promise.race([well, setTimeout(LOOK_MS, false, { ref: false })]);
}
