import { openJournal } from "../../flight/journal/journal.ts";
import { checkHeader } from "../../flight/journal/record.ts";
import { liveRun } from "../../flight/live-run.ts";
import { submissionDocument } from "../../flight/submission-document.ts";
import { UserError } from "../../task/errors.ts";
import { STANFORD_2025_TASK } from "../../task/stanford-2025/task.ts";
import { stillSimulated } from "../../training-api/endpoint.ts";
import { httpApi } from "../../training-api/http.ts";
import { readKeyFile } from "../key-file.ts";
import type { RunEdition } from "./edition.ts";
import { flightLog } from "./flight-log.ts";

/** Spring 2025: one question at a time, charged in FLOPs. */
export const stanford2025: RunEdition = {
  task: STANFORD_2025_TASK,
  readKey: readKeyFile,
  check({ submitFinal, yesFinal }) {
    if (submitFinal || yesFinal !== undefined)
      throw new UserError("--submit-final: the API of 2025 takes no submission; leave it out. No query was sent");
  },
  async execute({ plan, strategy, url, source, apiKey, key, allowance, signal, options, terminal, onJournal }) {
    const timeoutMs = options.timeout;
    const journal = openJournal(options.journal, { plan, endpoint: { url, source }, key });
    try {
      // Another process may have started it while the prompt was open.
      checkHeader(journal.header, { plan, url, key, source }, options.journal);
      onJournal();
      const log = flightLog({ plan, strategy, journal, terminal });
      const endpoint = httpApi({ baseUrl: url, apiKey, source, timeoutMs, retries: 0, signal });
      const { submission, runs, spent, resumed } = await liveRun({
        plan,
        strategy,
        endpoint: source === "simulated" ? stillSimulated(endpoint, url, { timeoutMs, signal }) : endpoint,
        journal,
        allowance,
        signal,
        onRun: log.onRun,
      });
      return { submission: submissionDocument(submission), runs: runs.length, spent, resumed };
    } finally {
      journal.close();
    }
  },
};
