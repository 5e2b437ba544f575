import { openJournal } from "../../flight/journal/journal.ts";
import { checkHeader } from "../../flight/journal/record.ts";
import { finalOf, liveJobs } from "../../flight/stanford-2026/live-jobs.ts";
import type { JobRecord } from "../../flight/stanford-2026/record.ts";
import { configurationText } from "../../task/stanford-2026/configuration.ts";
import { STANFORD_2026_TASK } from "../../task/stanford-2026/task.ts";
import { httpJobs, stillSimulatedJobs } from "../../training-api/stanford-2026/http-jobs.ts";
import { readJobKeyFile } from "../key-file.ts";
import { checkFinal, finalFingerprint } from "../permission.ts";
import type { RunEdition } from "./edition.ts";
import { jobsLog } from "./jobs-log.ts";

const EDITION = "stanford-2026";

/** Spring 2026: jobs under way at once, charged in seconds, and a final submission that is sent only when asked to. */
export const stanford2026: RunEdition = {
  task: STANFORD_2026_TASK,
  readKey: readJobKeyFile,
  check: () => undefined,
  async execute({ plan, strategy, url, source, apiKey, key, allowance, signal, options, terminal, onJournal }) {
    const timeoutMs = options.timeout;
    const use = { edition: EDITION, plan, endpoint: { url, source }, key } as const;
    const journal = openJournal<JobRecord>(options.journal, use);
    try {
      // Another process may have started it while the prompt was open.
      checkHeader(journal.header, { ...use, url, source }, options.journal);
      onJournal();
      const log = jobsLog({ plan, journal, terminal });
      const endpoint = httpJobs({ baseUrl: url, apiKey, source, timeoutMs, signal });
      const { submission, runs, spent, resumed, note, jobs } = await liveJobs({
        ...log,
        plan,
        strategy,
        endpoint: source === "simulated" ? stillSimulatedJobs(endpoint, url, { timeoutMs, signal }) : endpoint,
        journal,
        allowance,
        signal,
      });
      if (note !== undefined) terminal.err(`note: ${note}\n`);
      const final = finalOf(submission, plan);
      const stated = {
        ...(submission.interval && { interval: submission.interval }),
        ...(submission.runtime && { runtime: submission.runtime }),
      };
      const summary = { submission: JSON.parse(configurationText(final)) as object, ...stated };
      const sent = journal.records.findLast((record) => record.kind === "final-stored");
      let submittedAt = sent?.submission === configurationText(final) ? sent.submittedAt : undefined;
      if (options.submitFinal) {
        await checkFinal({ url, source, final, yesFinal: options.yesFinal }, terminal);
        submittedAt = (await jobs.submitFinal(final)).submitted_at;
      }
      terminal.err(
        submittedAt === undefined
          ? `final submission ${finalFingerprint(final)}: not sent; to send it, repeat the command with --submit-final\n`
          : `final submission ${finalFingerprint(final)}: stored by ${url} at ${submittedAt}\n`,
      );
      return { ...summary, runs: runs.length, spent, resumed, submitted: submittedAt ?? null, ...(note && { note }) };
    } finally {
      journal.close();
    }
  },
};
