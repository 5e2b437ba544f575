import { checkProxyJournal } from "../../flight/upstream.ts";
import { UserError } from "../../task/errors.ts";
import { formatAmount } from "../../task/quantity.ts";
import { endpointUrl, sourceOf } from "../../training-api/endpoint.ts";
import { EndpointError } from "../../training-api/request.ts";
import type { Source } from "../../training-api/training-api.ts";
import type { Terminal } from "../command.ts";
import { editionAt } from "../edition-at.ts";
import type { CliEdition } from "../editions.ts";
import { onInterrupt } from "../interrupt.ts";
import { listening } from "../listening.ts";
import { checkLive } from "../permission.ts";
import type { ProxyOptions } from "./edition.ts";

const HOST = "127.0.0.1";

/** Serves until SIGTERM (exit code 0) or SIGINT (exit code 130). */
export async function runProxy(options: ProxyOptions, terminal: Terminal): Promise<void> {
  const { cap, journal, live, port } = options;
  const url = endpointUrl(options.upstream, "--upstream");
  const { source, edition } = await identified(url, options.timeout);
  const { cap: most, open } = await edition.proxy();
  if (cap > most)
    throw new UserError(
      `--cap must be at most ${formatAmount(most, edition.unit)}, the budget of the task, got ${cap}`,
    );
  checkLive(source, live, url);
  checkProxyJournal(journal, url, source, edition.journal);
  const onFailure = (message: string) => terminal.err(`isoflop proxy: ${message}\n`);
  const { listener, close } = open({ url, source, options, onFailure });
  const server = await listening(listener, HOST, port);
  const { arrived } = onInterrupt();
  terminal.out(
    `isoflop proxy listening on ${server.url}\nupstream ${url} (${source}), cap ${formatAmount(cap, edition.unit)}, journal ${journal}\n`,
  );
  const interrupted = (await arrived) === "SIGINT";
  process.exitCode = interrupted ? 130 : 0;
  await server.stop();
  await close();
  if (interrupted) terminal.err(`isoflop proxy: stopped; to resume with ${journal}, run the same command\n`);
}

async function identified(
  url: string,
  timeoutMs: number,
): Promise<{ readonly source: Source; readonly edition: CliEdition }> {
  try {
    return { source: await sourceOf(url, timeoutMs), edition: await editionAt(url, timeoutMs) };
  } catch (error) {
    if (error instanceof EndpointError) throw new UserError(`${error.message}; start the upstream first`);
    throw error;
  }
}
