import { isDeepStrictEqual } from "node:util";
import { drive } from "../experiment/drive.ts";
import { recommendation } from "../experiment/session.ts";
import { identityOf, type Run } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";
import { fromWire } from "../task/stanford-2025/wire.ts";
import type { Query, Strategy } from "../task/strategy.ts";
import type { Submission } from "../task/submission.ts";
import type { LossAnswer, TrainingApi } from "../training-api/training-api.ts";
import type { JournalContents } from "./journal/read.ts";
import { answerOf, type JournalRecord, type Origin } from "./journal/record.ts";
import { planStream } from "./plan.ts";
import { checkedStrategyOf } from "./strategy-of.ts";

/** A run of a journal, with why it was asked and where its answer came from. */
export interface JournaledRun extends Run {
  readonly reason?: string;
  readonly from: Origin;
}

/** A live run reconstructed from its journal alone. */
export interface Reconstruction {
  readonly runs: readonly JournaledRun[];
  readonly submission: Submission;
  /** FLOPs the key had spent at the end, as last stated by the endpoint. */
  readonly spent: number;
  /** Whether the live run finished; one that did not submits what its runs so far suggest. */
  readonly done: boolean;
}

/**
 * The strategy of a journal, to reconstruct it: of a program its questions and submission as recorded, since the
 * interpreter and the libraries it needs may be missing.
 *
 * @param module where a strategy's module lies now.
 * @throws UserError when the module is gone or does not load.
 */
export async function journalStrategy(contents: JournalContents, module?: string): Promise<Strategy> {
  const { plan } = contents.header;
  if (!plan) throw new UserError("the journal is of a proxy: it has no plan to reconstruct");
  return plan.strategy.kind === "program"
    ? recordedStrategy(plan.strategy.name, contents.records)
    : checkedStrategyOf(plan.strategy, module);
}

function recordedStrategy(name: string, records: readonly JournalRecord[]): Strategy {
  const reasons = new Map<string, string>();
  for (const record of records)
    if (record.kind === "ask" && record.reason !== undefined)
      reasons.set(identityOf(fromWire(record.config)), record.reason);
  return {
    name,
    summary: "as recorded",
    *queries() {
      yield records.flatMap((record) => {
        if (record.kind !== "answer") return [];
        const config = fromWire(record.config);
        const reason = reasons.get(identityOf(config));
        return [{ ...config, ...(reason === undefined ? {} : { reason }) }];
      });
    },
    recommend() {
      const done = records.findLast((record) => record.kind === "done");
      if (done?.kind !== "done")
        throw new UserError("the program has not submitted yet: repeat isoflop run until it is done, then write it up");
      return done.submission;
    },
  };
}

class JournalEnds extends Error {}

/**
 * Drives a strategy over the answers of a journal; nothing is sent.
 *
 * @throws UserError for the journal of a proxy, which has no strategy, and for one that this strategy did not write.
 */
export async function reconstruct({ header, records }: JournalContents, strategy: Strategy): Promise<Reconstruction> {
  const { plan } = header;
  if (!plan) throw new UserError("the journal is of a proxy: it has no plan to reconstruct");
  const answers = new Map<string, { readonly answer: LossAnswer; readonly from: Origin }>();
  let spent = 0;
  for (const record of records) {
    if (record.kind === "account") spent = record.total;
    if (record.kind !== "answer") continue;
    const answer = answerOf(record, header.endpoint.source);
    if (answer.status === "ok") spent = answer.totalFlopsUsed;
    answers.set(identityOf(fromWire(record.config)), { answer, from: record.from });
  }

  const loss: TrainingApi["loss"] = async (config) => {
    const known = answers.get(identityOf(config));
    if (!known) throw new JournalEnds();
    return known.answer;
  };
  const unasked = async (): Promise<never> => {
    throw new JournalEnds();
  };
  const runs: JournaledRun[] = [];
  const onRun = (run: Run, { reason }: Query) => {
    const { from } = answers.get(identityOf(run)) as { from: Origin };
    runs.push({ ...run, from, ...(reason === undefined ? {} : { reason }) });
  };
  const api = { loss, totalFlopsUsed: unasked, previousRuns: unasked };
  const done = records.findLast((record) => record.kind === "done");
  try {
    const { submission } = await drive(strategy, api, plan.task, { stream: planStream(plan), onRun });
    if (done?.kind === "done" && !isDeepStrictEqual(JSON.parse(JSON.stringify(submission)), done.submission))
      throw new UserError("the submission differs from the journal's: this is not the strategy that was run");
    return { runs, submission, spent, done: done !== undefined };
  } catch (error) {
    if (!(error instanceof JournalEnds)) throw error;
    if (done)
      throw new UserError(
        "the strategy asks for a run that the journal does not have: this is not the strategy that was run",
      );
    const bare = runs.map(({ reason: _reason, from: _from, ...run }) => run);
    return { runs, submission: recommendation(strategy, bare, plan.task, planStream(plan)), spent, done: false };
  }
}
