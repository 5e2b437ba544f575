import { configurationText, type TrainingConfig } from "../../task/stanford-2026/configuration.ts";
import type { ProxiedJobs, ProxiedSubmission } from "../../training-api/stanford-2026/job-endpoint.ts";
import { ProxyRefusal } from "../../training-api/training-api.ts";
import type { JournaledJobs } from "./journaled-jobs.ts";
import { listedSeconds } from "./known-jobs.ts";

export interface ProxiedJobsOptions {
  /** Seconds that the student may use in all, reservations counted. */
  readonly cap: number;
  /** Whether final submissions are passed on. */
  readonly allowFinal: boolean;
}

/**
 * The journaled jobs of a student as the API answers for them: an equal configuration is a duplicate, also where only the
 * journal knows that it was submitted. One submission is answered at a time, so that together they stay within the cap.
 */
export function proxiedJobs(jobs: JournaledJobs, { cap, allowFinal }: ProxiedJobsOptions): ProxiedJobs {
  /** The jobs whose acceptance a client was told of, or might have been before this proxy was started. */
  const told = new Set([...jobs.jobs].flatMap(([text, { id }]) => (id === undefined ? [] : [text])));

  const submit = async (config: TrainingConfig): Promise<ProxiedSubmission> => {
    const before = listedSeconds(await jobs.experiments());
    if (config.max_runtime_seconds > cap - before) return { outcome: "insufficient", used: before };
    const text = configurationText(config);
    if (told.has(text)) return { outcome: "duplicate" };
    const submitted = await jobs.submit(config);
    if (submitted.outcome === "invalid") return submitted;
    if (submitted.outcome === "insufficient")
      return { outcome: "insufficient", used: listedSeconds(await jobs.experiments()) };
    told.add(text);
    if (submitted.outcome === "duplicate") return { outcome: "duplicate" };
    return { ...submitted, used: before + config.max_runtime_seconds };
  };

  let last: Promise<unknown> = Promise.resolve();
  return {
    submit(config) {
      const answer = last.then(() => submit(config));
      last = answer.catch(() => undefined);
      return answer;
    },
    used: async () => listedSeconds(await jobs.experiments()),
    experiments: () => jobs.experiments(),
    finalSubmission: () => jobs.finalSubmission(),
    async submitFinal(submission) {
      if (!allowFinal)
        throw new ProxyRefusal(
          403,
          "this proxy passes no final submission on: start it with --submit-final, or send it with isoflop run",
        );
      return jobs.submitFinal(submission);
    },
  };
}
