import { identityOf, type RunConfig } from "../task/configuration.ts";
import { violationOf } from "../task/search-space.ts";
import { fromWire, overBudgetMessage, toWire, violationMessage } from "../task/stanford-2025/wire.ts";
import type { Task } from "../task/task.ts";
import { EndpointError, withRetries } from "../training-api/request.ts";
import type { LossAnswer, TrainingApi } from "../training-api/training-api.ts";
import type { Journal } from "./journal/journal.ts";
import { type AnswerEntry, answerOf } from "./journal/record.ts";
import { isDoubtCharged, knownAccountOf } from "./known-account.ts";
import { reconcilerOf } from "./reconcile.ts";

export interface JournaledOptions {
  /** The endpoint, one attempt to the call of `loss`; reading the account may try again by itself. */
  readonly endpoint: TrainingApi;
  readonly journal: Journal;
  readonly searchSpace: Task["searchSpace"];
  /** FLOPs that the key may spend in all, by this run and by others. */
  readonly cap: () => number;
  /** Attempts after the first that got no answer. @defaultValue 4 */
  readonly retries?: number;
  /** Milliseconds of the first pause between attempts. @defaultValue 500 */
  readonly pauseMs?: number;
  readonly signal?: AbortSignal;
}

/** A training API that never pays twice, with what its journal already answers. */
export interface JournaledApi extends TrainingApi {
  /** The configurations answered, in the order first asked. */
  readonly questions: readonly string[];
  /** Reads what the key has spent and bought, and compares it with the journal. Throws a Contradiction. */
  reconcile(): Promise<void>;
}

/**
 * Puts a journal between a client and an endpoint that costs. A question answered in the journal, or listed as paid, is
 * never sent again; any other is on the disk before it is sent, and its answer before it is returned. A question in
 * doubt counts as spent until the account has been read, and is asked again only after that. Above the cap, or outside
 * the ranges, nothing is sent. Questions are sent one at a time.
 *
 * @throws EndpointError when the endpoint gives no answer, Contradiction when it contradicts the journal or itself;
 * what was answered until then is in the journal, and the same call goes on from there.
 */
export function journaledApi(options: JournaledOptions): JournaledApi {
  const { endpoint, journal, searchSpace, signal } = options;
  const { source } = journal.header.endpoint;
  const account = knownAccountOf(journal.records);
  const answers = new Map<string, LossAnswer>();
  for (const record of journal.records) {
    if (record.kind === "answer") answers.set(identityOf(fromWire(record.config)), answerOf(record, source));
  }
  const questions = [...answers.keys()];

  const settle = (config: RunConfig, entry: AnswerEntry): LossAnswer => {
    journal.append(entry);
    const identity = identityOf(config);
    const answer = answerOf(entry, source);
    answers.set(identity, answer);
    questions.push(identity);
    account.doubts.delete(identity);
    if (answer.status === "ok") {
      account.paid.set(identity, { config, loss: answer.loss });
      account.total = answer.totalFlopsUsed;
    }
    return answer;
  };

  const reconciler = reconcilerOf({ endpoint, journal, account });

  const known = (config: RunConfig): LossAnswer | undefined => {
    const wire = toWire(config);
    const here = { kind: "answer", config: wire, from: "here" } as const;
    const violation = violationOf(config, searchSpace);
    if (violation) return settle(config, { ...here, status: "invalid", message: violationMessage(violation) });
    const paid = account.paid.get(identityOf(config));
    const { total } = account;
    const cap = options.cap();
    if (paid) return settle(config, { ...here, from: "previous_runs", status: "ok", loss: paid.loss, total });
    if (total + config.trainFlops <= cap) return undefined;
    // One that may be charged already is not refused for lack of budget: whether it was charged is not known yet.
    if (isDoubtCharged(account, config))
      throw reconciler.stop(
        `${JSON.stringify(wire)} was charged and is not listed by /previous_runs; asking again could cost its FLOPs a second time, above the cap of ${cap}`,
      );
    const message = overBudgetMessage(BigInt(total), BigInt(config.trainFlops), BigInt(cap));
    return settle(config, { ...here, status: "refused", message });
  };

  const ask = async (config: RunConfig, reason: string | undefined): Promise<LossAnswer> => {
    const wire = toWire(config);
    const expected = account.total + (isDoubtCharged(account, config) ? 0 : config.trainFlops);
    journal.append({ kind: "ask", config: wire, ...(reason === undefined ? {} : { reason }) });
    account.doubts.set(identityOf(config), config);
    let answer: LossAnswer;
    try {
      answer = await endpoint.loss(config);
    } catch (error) {
      if (error instanceof EndpointError) journal.append({ kind: "no-answer", config: wire, reason: error.message });
      throw error;
    }
    const said = { kind: "answer", config: wire, from: "endpoint" } as const;
    if (answer.status !== "ok") {
      const settled = settle(config, { ...said, status: answer.status, message: answer.message });
      // Refused must mean not charged, or every later total is wrong.
      await reconciler.reconcile();
      return settled;
    }
    const { loss, totalFlopsUsed: total } = answer;
    const settled = settle(config, { ...said, status: "ok", loss, total });
    await reconciler.check(total, expected);
    return settled;
  };

  const answerTo = async (config: RunConfig, reason: string | undefined): Promise<LossAnswer> => {
    const journaled = answers.get(identityOf(config)) ?? known(config);
    if (journaled) return journaled;
    const { retries = 4, pauseMs = 500 } = options;
    let attempts = 0;
    const attempt = async (): Promise<LossAnswer> => {
      if (attempts++ > 0) {
        await reconciler.reconcile();
        const settled = answers.get(identityOf(config)) ?? known(config);
        if (settled) return settled;
      }
      return ask(config, reason);
    };
    return withRetries(attempt, { retries, pauseMs, ...(signal ? { signal } : {}) });
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    questions,
    reconcile: reconciler.reconcile,
    loss(config, reason) {
      const answer = last.then(() => answerTo(config, reason));
      last = answer.catch(() => undefined);
      return answer;
    },
    async totalFlopsUsed() {
      return account.total;
    },
    async previousRuns() {
      return [...account.paid.values()].map(({ config, loss }) => ({ ...config, status: "ok", loss }));
    },
  };
}
