import { type Command, Option } from "commander";
import { isoflopCommand, portNumber, quantity, seconds, type Terminal } from "./command.ts";
import type { ProxyOptions } from "./proxy/edition.ts";

/** `isoflop proxy`: a journal and a cap for clients in any language. Serves until stopped. */
export function proxyCommand(terminal: Terminal): Command {
  return isoflopCommand("proxy", "add a journal and a spending cap to any client of a training API")
    .requiredOption("--upstream <url>", "the training API to forward to")
    .addOption(
      new Option("--cap <amount>", "total FLOPs or seconds that the key may spend")
        .argParser(quantity)
        .makeOptionMandatory(),
    )
    .addOption(new Option("--port <n>", "port; 0 picks a free one").default(8001).argParser(portNumber))
    .option("--journal <file>", "the journal file", "isoflop-proxy/journal.jsonl")
    .option("--live", "allow the real API, where what is spent cannot be recovered")
    .option("--submit-final", "2026: pass final submissions on; without it none is")
    .addOption(new Option("--timeout <seconds>", "timeout per answer").default(60_000, "60").argParser(seconds))
    .addHelpText("after", EXAMPLES)
    .action(async (options: ProxyOptions) => {
      const { runProxy } = await import("./proxy/run-proxy.ts");
      await runProxy(options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop proxy --upstream http://127.0.0.1:8000 --cap 5e17
Then point any client at http://127.0.0.1:8001 with its own key.
`;
