import { createJobsProxy } from "../../../mock-server/stanford-2026/proxy.ts";
import { upstreamJobs } from "../../flight/stanford-2026/upstream-jobs.ts";
import { BUDGET_SECONDS } from "../../task/stanford-2026/budget.ts";
import type { ProxyEdition } from "./edition.ts";

/** Spring 2026: jobs that cost seconds, and a final submission. */
export const stanford2026: ProxyEdition = {
  cap: BUDGET_SECONDS,
  open({ url, source, options, onFailure }) {
    const { cap, journal, timeout: timeoutMs, submitFinal: allowFinal = false } = options;
    const upstream = upstreamJobs({ url, source, cap, journal, timeoutMs, allowFinal });
    const listener = createJobsProxy({ open: upstream.open, cap, simulated: source === "simulated", onFailure });
    return { listener, close: upstream.close };
  },
};
