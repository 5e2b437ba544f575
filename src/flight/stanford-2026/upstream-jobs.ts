import { httpJobs, stillSimulatedJobs } from "../../training-api/stanford-2026/http-jobs.ts";
import type { ProxiedJobs } from "../../training-api/stanford-2026/job-endpoint.ts";
import { type Upstream, type UpstreamOptions, upstreamFor } from "../upstream.ts";
import { journaledJobs } from "./journaled-jobs.ts";
import { proxiedJobs } from "./proxied-jobs.ts";
import type { JobRecord } from "./record.ts";

export interface UpstreamJobsOptions extends UpstreamOptions {
  /** Whether final submissions are passed on. */
  readonly allowFinal: boolean;
}

/** The upstream of a proxy of the 2026 API. */
export function upstreamJobs(options: UpstreamJobsOptions): Upstream<ProxiedJobs> {
  const { url, source, timeoutMs, pauseMs = 500 } = options;
  return upstreamFor<JobRecord, ProxiedJobs>(options, {
    edition: "stanford-2026",
    async connect(journal, apiKey, signal) {
      const asked = httpJobs({ baseUrl: url, apiKey, source, timeoutMs, pauseMs, signal });
      const endpoint = source === "simulated" ? stillSimulatedJobs(asked, url, { timeoutMs, signal }) : asked;
      const jobs = journaledJobs({ endpoint, journal, allowance: () => Number.POSITIVE_INFINITY, pauseMs, signal });
      await jobs.reconcile();
      return proxiedJobs(jobs, options);
    },
    guarded: (api, ask) => ({
      submit: (config) => ask(() => api.submit(config)),
      used: () => ask(() => api.used()),
      experiments: () => ask(() => api.experiments()),
      finalSubmission: () => ask(() => api.finalSubmission()),
      submitFinal: (submission) => ask(() => api.submitFinal(submission)),
    }),
  });
}
