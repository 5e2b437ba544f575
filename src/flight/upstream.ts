import { fingerprintOf } from "../ledger/fingerprint.ts";
import { STANFORD_2025_TASK } from "../task/stanford-2025/task.ts";
import { stillSimulated } from "../training-api/endpoint.ts";
import { httpApi } from "../training-api/http.ts";
import { withRetries } from "../training-api/request.ts";
import { ProxyRefusal, type Source, type TrainingApi } from "../training-api/training-api.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import { readJournal } from "./journal/read.ts";
import { checkHeader } from "./journal/record.ts";
import { type JournaledApi, journaledApi } from "./journaled-api.ts";
import { Contradiction } from "./known-account.ts";

export interface UpstreamOptions {
  readonly url: string;
  readonly source: Source;
  readonly cap: number;
  readonly journal: string;
  readonly timeoutMs: number;
  readonly pauseMs?: number;
}

/** The upstream of a proxy, for the one key that its journal belongs to. */
export interface Upstream {
  open(apiKey: string): Promise<TrainingApi>;
  /** Aborts open requests, whose state stays in the journal, and releases the journal. */
  close(): Promise<void>;
}

/**
 * The journal belongs to the first key that sends a request; any other key is refused. After a contradiction nothing
 * more is sent until the proxy is started again.
 */
export function upstreamOf(options: UpstreamOptions): Upstream {
  const { url, source, timeoutMs, pauseMs = 500 } = options;
  const retrying = { retries: 4, pauseMs };
  const closing = new AbortController();
  const { signal } = closing;
  /** Requests that are not answered yet; their clients may be gone. */
  const inFlight = new Set<Promise<unknown>>();
  let opened: { readonly key: string; readonly journal: Journal; api?: Promise<JournaledApi> } | undefined;
  let contradiction: Contradiction | undefined;

  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    if (contradiction) throw new ProxyRefusal(503, `the proxy has stopped: ${contradiction.message}`);
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Contradiction)) throw error;
      contradiction = error;
      throw new ProxyRefusal(503, `the proxy stops: ${error.message}`);
    }
  };

  const start = async (journal: Journal, apiKey: string): Promise<JournaledApi> => {
    const asked = httpApi({ baseUrl: url, apiKey, source, timeoutMs, retries: 0, signal });
    const endpoint = source === "simulated" ? stillSimulated(asked, url, { timeoutMs, signal }) : asked;
    const { searchSpace } = STANFORD_2025_TASK;
    const api = journaledApi({ endpoint, journal, searchSpace, cap: () => options.cap, ...retrying, signal });
    await withRetries(() => api.reconcile(), { ...retrying, signal });
    return api;
  };

  const tracked = <T>(answer: Promise<T>): Promise<T> => {
    inFlight.add(answer);
    return answer.finally(() => inFlight.delete(answer));
  };

  return {
    open: (apiKey) =>
      guarded(async () => {
        const key = fingerprintOf(apiKey);
        checkKey(opened?.key ?? readJournal(options.journal)?.header.key, key);
        opened ??= { key, journal: journalFor(options, key) };
        const { journal } = opened;
        opened.api ??= start(journal, apiKey).catch((error: unknown) => {
          // The next request retries.
          delete opened?.api;
          throw error;
        });
        const api = await opened.api;
        return { ...api, loss: (config) => tracked(guarded(() => api.loss(config))) };
      }),
    async close() {
      closing.abort();
      await Promise.allSettled([...inFlight, opened?.api]);
      opened?.journal.close();
    },
  };
}

/** Opens the journal. Another process may have made it since it was looked for: then it may be of something else. */
function journalFor({ journal: file, url, source }: UpstreamOptions, key: string): Journal {
  const journal = openJournal(file, { endpoint: { url, source }, key });
  try {
    checkHeader(journal.header, { url, source }, file);
    checkKey(journal.header.key, key);
  } catch (error) {
    journal.close();
    throw error;
  }
  return journal;
}

/** Throws a UserError when an existing journal is damaged, or of something else than this upstream. */
export function checkProxyJournal(file: string, url: string, source: Source): void {
  const earlier = readJournal(file);
  if (earlier) checkHeader(earlier.header, { url, source }, file);
}

function checkKey(known: string | undefined, given: string): void {
  if (known !== undefined && known !== given)
    throw new ProxyRefusal(
      403,
      "this proxy's journal belongs to another API key: start another with its own --journal",
    );
}
