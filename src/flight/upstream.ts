import { fingerprintOf } from "../ledger/fingerprint.ts";
import { STANFORD_2025_TASK } from "../task/stanford-2025/task.ts";
import { stillSimulated } from "../training-api/endpoint.ts";
import { httpApi } from "../training-api/http.ts";
import { withRetries } from "../training-api/request.ts";
import { ProxyRefusal, type Source, type TrainingApi } from "../training-api/training-api.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import { readJournal } from "./journal/read.ts";
import { type AnyRecord, checkHeader, type JournalEdition, type JournalRecord } from "./journal/record.ts";
import { journaledApi } from "./journaled-api.ts";
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
export interface Upstream<Api> {
  open(apiKey: string): Promise<Api>;
  /** Aborts open requests, whose state stays in the journal, and releases the journal. */
  close(): Promise<void>;
}

/** How an edition is proxied. */
export interface UpstreamKind<R extends AnyRecord, Api> {
  /** The mark of its journals; absent for 2025. */
  readonly edition?: JournalEdition;
  /** Opens the API of one key behind its journal, compared with the account. */
  connect(journal: Journal<R>, apiKey: string, signal: AbortSignal): Promise<Api>;
  /** The API with every method that asks the upstream passed through `ask`. */
  guarded(api: Api, ask: <T>(work: () => Promise<T>) => Promise<T>): Api;
}

/** The upstream of a proxy of the 2025 API. */
export function upstreamOf(options: UpstreamOptions): Upstream<TrainingApi> {
  const { url, source, cap, timeoutMs, pauseMs = 500 } = options;
  const retrying = { retries: 4, pauseMs };
  return upstreamFor<JournalRecord, TrainingApi>(options, {
    async connect(journal, apiKey, signal) {
      const asked = httpApi({ baseUrl: url, apiKey, source, timeoutMs, retries: 0, signal });
      const endpoint = source === "simulated" ? stillSimulated(asked, url, { timeoutMs, signal }) : asked;
      const { searchSpace } = STANFORD_2025_TASK;
      const api = journaledApi({ endpoint, journal, searchSpace, cap: () => cap, ...retrying, signal });
      await withRetries(() => api.reconcile(), { ...retrying, signal });
      return api;
    },
    guarded: (api, ask) => ({ ...api, loss: (config) => ask(() => api.loss(config)) }),
  });
}

/**
 * The journal belongs to the first key that sends a request; any other key is refused. After a contradiction nothing
 * more is sent until the proxy is started again.
 */
export function upstreamFor<R extends AnyRecord, Api>(
  options: Pick<UpstreamOptions, "url" | "source" | "journal">,
  kind: UpstreamKind<R, Api>,
): Upstream<Api> {
  const closing = new AbortController();
  const { signal } = closing;
  /** Requests that are not answered yet; their clients may be gone. */
  const inFlight = new Set<Promise<unknown>>();
  let opened: { readonly key: string; readonly journal: Journal<R>; api?: Promise<Api> } | undefined;
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

  const tracked = <T>(answer: Promise<T>): Promise<T> => {
    inFlight.add(answer);
    return answer.finally(() => inFlight.delete(answer));
  };

  return {
    open: (apiKey) =>
      guarded(async () => {
        const key = fingerprintOf(apiKey);
        checkKey(opened?.key ?? readJournal<AnyRecord>(options.journal)?.header.key, key);
        opened ??= { key, journal: journalFor<R>(options, key, kind.edition) };
        const { journal } = opened;
        opened.api ??= kind.connect(journal, apiKey, signal).catch((error: unknown) => {
          // The next request retries.
          delete opened?.api;
          throw error;
        });
        return kind.guarded(await opened.api, (work) => tracked(guarded(work)));
      }),
    async close() {
      closing.abort();
      await Promise.allSettled([...inFlight, opened?.api]);
      opened?.journal.close();
    },
  };
}

/** Opens the journal. Another process may have made it since it was looked for: then it may be of something else. */
function journalFor<R extends AnyRecord>(
  { journal: file, url, source }: Pick<UpstreamOptions, "url" | "source" | "journal">,
  key: string,
  edition: JournalEdition | undefined,
): Journal<R> {
  const journal = openJournal<R>(file, { ...(edition && { edition }), endpoint: { url, source }, key });
  try {
    checkHeader(journal.header, { edition, url, source }, file);
    checkKey(journal.header.key, key);
  } catch (error) {
    journal.close();
    throw error;
  }
  return journal;
}

/** Throws a UserError when an existing journal is damaged, or of something else than this upstream. */
export function checkProxyJournal(file: string, url: string, source: Source, edition?: JournalEdition): void {
  const earlier = readJournal<AnyRecord>(file);
  if (earlier) checkHeader(earlier.header, { edition, url, source }, file);
}

function checkKey(known: string | undefined, given: string): void {
  if (known !== undefined && known !== given)
    throw new ProxyRefusal(
      403,
      "this proxy's journal belongs to another API key: start another with its own --journal",
    );
}
