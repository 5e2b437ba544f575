import type { JournalContents } from "../../flight/journal/read.ts";
import type { JournalEdition } from "../../flight/journal/record.ts";
import type { Plan } from "../../flight/plan.ts";
import { journalStrategy, reconstruct } from "../../flight/reconstruct.ts";
import { reconstructJobs } from "../../flight/stanford-2026/reconstruct-jobs.ts";
import type { JobRecord } from "../../flight/stanford-2026/record.ts";
import { checkedStrategyOf } from "../../flight/strategy-of.ts";
import { UserError } from "../../task/errors.ts";
import { type WriteupNumbers, writeupNumbers } from "./numbers.ts";
import { type JobWriteupNumbers, jobWriteupNumbers } from "./stanford-2026/numbers.ts";

/** The numbers of a journal, by its edition. */
export type ReplayedNumbers =
  | { readonly edition: "stanford-2025"; readonly numbers: WriteupNumbers }
  | { readonly edition: JournalEdition; readonly numbers: JobWriteupNumbers };

/**
 * Every number of a journal: its plan is played again on its answers.
 *
 * @param module where a strategy's module lies now.
 * @throws UserError for a journal without a plan or without answers, and where the plan did not write it.
 */
export async function replayed(contents: JournalContents, module?: string): Promise<ReplayedNumbers & { plan: Plan }> {
  const { header } = contents;
  const { plan } = header;
  if (!plan) throw new UserError("the journal belongs to a proxy: there is no strategy to write up");
  const answers = await REPLAYS[header.edition ?? "stanford-2025"](contents, plan, module);
  if (answers.numbers.runs.length === 0) throw new UserError("the journal has no answers yet: run the plan first");
  return { ...answers, plan };
}

type Replay = (contents: JournalContents, plan: Plan, module: string | undefined) => Promise<ReplayedNumbers>;

const REPLAYS: Readonly<Record<ReplayedNumbers["edition"], Replay>> = {
  async "stanford-2025"(contents, plan, module) {
    const strategy = await journalStrategy(contents, module);
    const replay = await reconstruct(contents, strategy);
    return { edition: "stanford-2025", numbers: writeupNumbers(contents.header, plan, replay, strategy.summary) };
  },
  async "stanford-2026"(contents, plan, module) {
    const jobs = contents as unknown as JournalContents<JobRecord>;
    const strategy = await checkedStrategyOf(plan.strategy, module);
    const replay = await reconstructJobs(jobs, strategy);
    return { edition: "stanford-2026", numbers: jobWriteupNumbers(contents.header, plan, replay, strategy.summary) };
  },
};
