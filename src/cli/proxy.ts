import { type Command, Option } from "commander";
import { isoflopCommand, portNumber, quantity, seconds, type Terminal } from "./command.ts";
import type { ProxyOptions } from "./proxy/action.ts";

/** `isoflop proxy`: the safety of a flight for a client in any language. Ends when it is told to stop. */
export function proxyCommand(terminal: Terminal): Command {
  return isoflopCommand("proxy", "a training API that never pays the one behind it twice, nor above a cap")
    .requiredOption("--upstream <url>", "the training API behind it")
    .addOption(
      new Option("--cap <flops>", "FLOPs that the key may have spent in all").argParser(quantity).makeOptionMandatory(),
    )
    .addOption(new Option("--port <n>", "0 picks a free one").default(8001).argParser(portNumber))
    .option("--journal <file>", "what was asked and answered", "isoflop-proxy/journal.jsonl")
    .option("--live", "the upstream may be the real one, where FLOPs are spent for good")
    .addOption(
      new Option("--timeout <seconds>", "how long one answer may take").default(60_000, "60").argParser(seconds),
    )
    .addHelpText("after", EXAMPLES)
    .action(async (options: ProxyOptions) => {
      const { runProxy } = await import("./proxy/action.ts");
      await runProxy(options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop proxy --upstream http://127.0.0.1:8000 --cap 5e17
  isoflop proxy --upstream http://hyperturing.stanford.edu:8000 --cap 2e18 --live
Then point any client at http://127.0.0.1:8001 with its own key.
`;
