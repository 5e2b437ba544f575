import { createProxy } from "../../../mock-server/proxy/app.ts";
import { checkProxyJournal, upstreamOf } from "../../flight/upstream.ts";
import { UserError } from "../../task/errors.ts";
import { formatFlops } from "../../task/quantity.ts";
import { STANFORD_2025_TASK } from "../../task/stanford-2025/task.ts";
import { endpointUrl, sourceOf } from "../../training-api/endpoint.ts";
import { EndpointError } from "../../training-api/request.ts";
import type { Source } from "../../training-api/training-api.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { onInterrupt } from "../interrupt.ts";
import { listening } from "../listening.ts";
import { checkLive } from "../permission.ts";

/** The options of `isoflop proxy`, parsed. */
export interface ProxyOptions extends CommonOptions {
  readonly upstream: string;
  readonly cap: number;
  readonly port: number;
  readonly journal: string;
  readonly live?: true;
  /** Milliseconds. */
  readonly timeout: number;
}

const HOST = "127.0.0.1";

/** Serves until SIGTERM (exit code 0) or SIGINT (exit code 130). */
export async function runProxy(options: ProxyOptions, terminal: Terminal): Promise<void> {
  const { cap, journal, live, port } = options;
  const url = endpointUrl(options.upstream, "--upstream");
  if (cap > STANFORD_2025_TASK.cap)
    throw new UserError(
      `--cap must be at most ${formatFlops(STANFORD_2025_TASK.cap)}, the budget of the task, got ${cap}`,
    );
  const timeoutMs = options.timeout;
  const source = await identified(url, timeoutMs);
  checkLive(source, live, url);
  checkProxyJournal(journal, url, source);
  const upstream = upstreamOf({ url, source, cap, journal, timeoutMs });
  const app = createProxy({
    open: upstream.open,
    searchSpace: STANFORD_2025_TASK.searchSpace,
    simulated: source === "simulated",
    onFailure: (message) => terminal.err(`isoflop proxy: ${message}\n`),
  });
  const server = await listening(app, HOST, port);
  const { arrived } = onInterrupt();
  terminal.out(
    `isoflop proxy listening on ${server.url}\nupstream ${url} (${source}), cap ${formatFlops(cap)} FLOPs, journal ${journal}\n`,
  );
  const interrupted = (await arrived) === "SIGINT";
  process.exitCode = interrupted ? 130 : 0;
  await server.stop();
  await upstream.close();
  if (interrupted) terminal.err(`isoflop proxy: stopped; to resume with ${journal}, run the same command\n`);
}

async function identified(url: string, timeoutMs: number): Promise<Source> {
  try {
    return await sourceOf(url, timeoutMs);
  } catch (error) {
    if (error instanceof EndpointError) throw new UserError(`${error.message}; start the upstream first`);
    throw error;
  }
}
