import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { UserError } from "../task/errors.ts";
import { calibrateCommand } from "./calibrate.ts";
import type { Terminal } from "./command.ts";
import { compareCommand } from "./compare.ts";
import { dryRunCommand } from "./dry-run.ts";
import { fitCommand } from "./fit.ts";
import { gauntletCommand } from "./gauntlet.ts";
import { gradeCommand } from "./grade.ts";
import { proxyCommand } from "./proxy.ts";
import { reportCommand } from "./report.ts";
import { runCommand } from "./run.ts";
import { serveCommand } from "./serve.ts";
import { strategiesCommand } from "./strategies.ts";
import { processTerminal } from "./terminal.ts";
import { tryCommand } from "./try.ts";
import { workerCommand } from "./worker.ts";
import { worldsCommand } from "./worlds.ts";
import { writeupCommand } from "./writeup.ts";

const EXAMPLES = `
Examples:
  isoflop compare                                            rank the strategies offline
  isoflop serve --port 8000                                  a training API to practise on
  isoflop fit previous_runs.json --method all --target 1e19  laws from your own runs
`;

/** Runs one command line; returns the exit code: 0 done, 1 the work failed, 2 the call was wrong, 130 interrupted. */
export async function main(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const program = new Command("isoflop")
    .description(packageJson.description)
    .version(packageJson.version)
    .addHelpText("after", EXAMPLES)
    .helpCommand(false);
  for (const command of [
    serveCommand,
    compareCommand,
    reportCommand,
    workerCommand,
    tryCommand,
    strategiesCommand,
    worldsCommand,
    calibrateCommand,
    fitCommand,
    gauntletCommand,
    dryRunCommand,
    runCommand,
    proxyCommand,
    gradeCommand,
    writeupCommand,
  ])
    program.addCommand(command(terminal));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((parent) => parent.commands)])
    command.exitOverride().configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.err,
      outputError: (text, write) => write(oneLine(text)),
    });

  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(argv, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UserError) {
      terminal.err(`isoflop: ${error.message}\n`);
      return 2;
    }
    // A bug of ours, or a machine that failed us: here the stack helps.
    terminal.err(`isoflop: ${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
    return 1;
  }
}

/** Commander puts its suggestion on a line of its own. */
function oneLine(text: string): string {
  return `isoflop: ${text
    .replace(/^error: /, "")
    .trim()
    .replaceAll("\n", " ")}\n`;
}
