import { isIPv6 } from "node:net";
import { type Command, InvalidArgumentError, Option } from "commander";
import { ANSWERS_HELP, isoflopCommand, portNumber, type Terminal } from "./command.ts";
import { EDITIONS } from "./editions.ts";
import type { ServeOptions } from "./serve/edition.ts";

/** `isoflop serve`: the mock of the training API. Serves until stopped. */
export function serveCommand(terminal: Terminal): Command {
  return isoflopCommand("serve", "serve a mock of the training API over a simulated world")
    .addOption(
      new Option("--edition <year>", "which edition of the course").choices(Object.keys(EDITIONS)).default("2025"),
    )
    .addOption(new Option("--port <n>", "port; 0 picks a free one").default(8000).argParser(portNumber))
    .option("--host <address>", "address to listen on; one for other machines needs --admin-token-file", "127.0.0.1")
    .option("--world <name>", 'a world by name or file (default "handout/smooth", in 2026 "stanford-2026/central")')
    .option("--answers <file>", ANSWERS_HELP)
    .option("--ledger <file>", "keep runs and spending in this file (default: in memory)")
    .option("--keys <file>", "accept only these keys: one per line, in full or as SHA-256")
    .addOption(
      new Option("--allow-host <name>", "another host name of this server; repeatable")
        .default([], "none")
        .argParser(collectHost),
    )
    .addOption(
      new Option("--cors <origin>", "let web pages of this origin read answers; repeatable")
        .default([], "none")
        .argParser(collectOrigin),
    )
    .option("--admin-token-file <file>", "a file with the admin token, 16 characters or more")
    .addOption(
      new Option("--time-scale <n>", "2026: seconds of the cluster per second; 0 stops its clock").argParser(timeScale),
    )
    .option("--instant", "2026: every job ends at once")
    .option("--quirks", "reproduce known bugs of the real API")
    .option("--strict-handout", "follow the handout where the real API differs")
    .option("--faults <file>", "inject the faults in this file (docs/reliability.md)")
    .addHelpText("after", EXAMPLES)
    .action(async (options: ServeOptions) => {
      const { runServe } = await import("./serve/run-server.ts");
      await runServe(options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop serve --world stanford-2025/central --ledger my.ledger --port 8100
  isoflop serve --edition 2026 --time-scale 600
  ISOFLOP_LOG=info isoflop serve    a line on stderr for every request (no keys, no queries)
`;

function timeScale(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1e6)) throw new InvalidArgumentError("expected a number from 0 to 1000000.");
  return value;
}

function collectHost(value: string, before: readonly string[]): string[] {
  if (!/^[\w.-]+$/.test(value) && !isIPv6(value.replace(/^\[(.*)\]$/, "$1")))
    throw new InvalidArgumentError('a host is a name or an address without scheme and port, such as "lab.example".');
  return [...before, value];
}

function collectOrigin(value: string, before: readonly string[]): string[] {
  if (!URL.canParse(value) || new URL(value).origin !== value)
    throw new InvalidArgumentError('an origin is a scheme and a host, such as "http://localhost:5173".');
  return [...before, value];
}
