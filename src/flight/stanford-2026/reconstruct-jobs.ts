import { isDeepStrictEqual } from "node:util";
import { recommendation } from "../../experiment/session.ts";
import type { Run } from "../../task/configuration.ts";
import { UserError } from "../../task/errors.ts";
import type { Strategy } from "../../task/strategy.ts";
import type { Submission } from "../../task/submission.ts";
import type { JobEndpoint } from "../../training-api/stanford-2026/job-endpoint.ts";
import type { JournalContents } from "../journal/read.ts";
import { planStream } from "../plan.ts";
import { type JournaledJobs, journaledJobs } from "./journaled-jobs.ts";
import { playPlan } from "./play-plan.ts";
import type { JobRecord } from "./record.ts";

/** A run of a journal, with why it was asked for. */
export interface JournaledJobRun extends Run {
  readonly reason?: string;
}

/** A flight of jobs reconstructed from its journal alone. */
export interface JobsReconstruction {
  readonly runs: readonly JournaledJobRun[];
  readonly submission: Submission;
  /** Seconds the student had used at the end, as last known. */
  readonly spent: number;
  /** Whether the flight finished; one that did not submits what its jobs so far suggest. */
  readonly done: boolean;
  /** The final submission that was stored, and when. */
  readonly sent?: { readonly submission: string; readonly submittedAt: string };
}

class JournalEnds extends Error {}

/**
 * Plays a plan over the answers of a journal; nothing is sent.
 *
 * @throws UserError for the journal of a proxy, which has no plan, and for one that this strategy did not write.
 */
export async function reconstructJobs(
  { header, records }: JournalContents<JobRecord>,
  strategy: Strategy,
): Promise<JobsReconstruction> {
  const { plan } = header;
  if (!plan) throw new UserError("the journal is of a proxy: it has no plan to reconstruct");
  const runs: JournaledJobRun[] = [];
  const done = records.findLast((record) => record.kind === "done");
  const stored = records.findLast((record) => record.kind === "final-stored");
  const sent = stored && { sent: { submission: stored.submission, submittedAt: stored.submittedAt } };
  try {
    const { submission, spent } = await playPlan(plan, strategy, overRecords({ header, records }), {
      stream: planStream(plan),
      onRun: (run, { reason }) => runs.push({ ...run, ...(reason === undefined ? {} : { reason }) }),
    });
    if (done && !isDeepStrictEqual(JSON.parse(JSON.stringify(submission)), done.submission))
      throw new UserError("the submission differs from the journal's: this is not the strategy that was run");
    return { runs, submission, spent, done: done !== undefined, ...sent };
  } catch (error) {
    if (!(error instanceof JournalEnds)) throw error;
    if (done)
      throw new UserError(
        "the plan asks for a job that the journal does not have: this is not the strategy that was run",
      );
    const bare = runs.map(({ reason: _reason, ...run }) => run);
    const account = records.findLast((record) => record.kind === "account");
    const submission = recommendation(strategy, bare, plan.task, planStream(plan));
    return { runs, submission, spent: account?.used ?? 0, done: false, ...sent };
  }
}

/** The jobs of a journal, over an endpoint that answers nothing. */
function overRecords({ header, records }: Pick<JournalContents<JobRecord>, "header" | "records">): JournaledJobs {
  const end = async (): Promise<never> => {
    throw new JournalEnds();
  };
  const endpoint: JobEndpoint = {
    submit: end,
    used: end,
    experiments: end,
    experiment: end,
    finalSubmission: end,
    submitFinal: end,
    now: () => undefined,
  };
  const journal = {
    file: "",
    header,
    records,
    append: () => {
      throw new JournalEnds();
    },
    close: () => undefined,
  };
  return journaledJobs({ endpoint, journal, allowance: () => Number.POSITIVE_INFINITY });
}
