import { createProxy } from "../../../mock-server/proxy/app.ts";
import { upstreamOf } from "../../flight/upstream.ts";
import { UserError } from "../../task/errors.ts";
import { STANFORD_2025_TASK } from "../../task/stanford-2025/task.ts";
import type { ProxyEdition } from "./edition.ts";

/** Spring 2025: questions that cost FLOPs. */
export const stanford2025: ProxyEdition = {
  cap: STANFORD_2025_TASK.cap,
  open({ url, source, options, onFailure }) {
    if (options.submitFinal) throw new UserError("--submit-final: the API of 2025 takes no submission; leave it out");
    const { cap, journal, timeout: timeoutMs } = options;
    const upstream = upstreamOf({ url, source, cap, journal, timeoutMs });
    const { searchSpace } = STANFORD_2025_TASK;
    const listener = createProxy({ open: upstream.open, searchSpace, simulated: source === "simulated", onFailure });
    return { listener, close: upstream.close };
  },
};
