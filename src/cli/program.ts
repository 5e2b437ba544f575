import { styleText } from "node:util";
import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { thrownText, UserError } from "../task/errors.ts";
import { calibrateCommand } from "./calibrate.ts";
import type { Terminal } from "./command.ts";
import { compareCommand } from "./compare.ts";
import { completeCommand, completionCommand } from "./completion.ts";
import { dryRunCommand } from "./dry-run.ts";
import { fitCommand } from "./fit.ts";
import { gauntletCommand } from "./gauntlet.ts";
import { gradeCommand } from "./grade.ts";
import { nextCommand } from "./next.ts";
import { proxyCommand } from "./proxy.ts";
import { pythonCommand } from "./python.ts";
import { reportCommand } from "./report.ts";
import { runCommand } from "./run.ts";
import { serveCommand } from "./serve.ts";
import { strategiesCommand } from "./strategies.ts";
import { fitText } from "./table.ts";
import { processTerminal } from "./terminal.ts";
import { transferCommand } from "./transfer.ts";
import { tryCommand } from "./try.ts";
import { workerCommand } from "./worker.ts";
import { worldsCommand } from "./worlds.ts";
import { writeupCommand } from "./writeup.ts";

const EXAMPLES = `
Examples:
  isoflop compare               rank the strategies offline
  isoflop serve --port 8000     a training API to practice on
  isoflop fit runs.json --target 1e19
                                laws from your own runs
`;

/** Runs one command line; returns the exit code: 0 done, 1 the work failed, 2 the call was wrong, 130 interrupted. */
export async function main(argv: readonly string[], screen: Terminal = processTerminal()): Promise<number> {
  const terminal = argv.includes("--wide") ? { ...screen, columns: Number.POSITIVE_INFINITY } : fitted(screen);
  const program = isoflopProgram(terminal);
  for (const command of [program, ...program.commands, ...program.commands.flatMap((parent) => parent.commands)])
    command
      .exitOverride()
      .configureHelp({ styleTitle: (title) => styleText("bold", title) })
      .configureOutput({
        writeOut: terminal.out,
        writeErr: terminal.err,
        getOutHelpWidth: () =>
          Number.isFinite(terminal.columns) ? Math.min(terminal.columns, HELP_COLUMNS) : LEAST_COLUMNS,
        outputError: (text, write) => write(oneLine(text, terminal)),
      });

  if (argv.length === 0) {
    program.outputHelp();
    return 0;
  }
  try {
    await program.parseAsync(helpOfUnknown(argv, program) ? argv.slice(1) : argv, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UserError) {
      terminal.err(`${label(terminal)} ${error.message}\n`);
      return 2;
    }
    if (isFileError(error)) {
      terminal.err(`${label(terminal)} ${error.message}\n`);
      return 1;
    }
    // A bug, or a failing machine: here the stack helps.
    terminal.err(`${label(terminal)} ${error instanceof Error ? (error.stack ?? error.message) : thrownText(error)}\n`);
    return 1;
  }
}

/** Whether the file system refused, as with a full disk or a read-only folder: its own message names the call and the file. */
function isFileError(error: unknown): error is Error {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return (
    error instanceof Error &&
    /^(access|close|f?stat|lstat|fsync|ftruncate|link|mkdir|mkdtemp|open|read|rename|rm|scandir|unlink|write)$/.test(
      syscall ?? "",
    ) &&
    /^E(ACCES|DQUOT|EXIST|FBIG|IO|ISDIR|LOOP|MFILE|NAMETOOLONG|NFILE|NOENT|NOSPC|NOTDIR|NOTEMPTY|PERM|ROFS)$/.test(
      code ?? "",
    )
  );
}

/** Whether help is asked for something that is not a command, which is then the error to report. */
function helpOfUnknown([first, second]: readonly string[], { commands }: Command): boolean {
  return first === "help" && second !== undefined && !commands.some((command) => command.name() === second);
}

/** The program with its commands, without error handling. */
export function isoflopProgram(terminal: Terminal): Command {
  return programWithoutCompletion(terminal)
    .addCommand(completionCommand())
    .addCommand(
      completeCommand(() => programWithoutCompletion(terminal), terminal),
      { hidden: true },
    );
}

function programWithoutCompletion(terminal: Terminal): Command {
  const program = new Command("isoflop")
    .description(packageJson.description)
    .version(packageJson.version)
    .addHelpText("after", EXAMPLES)
    .helpCommand("help [command]", "show the help of a command (same as COMMAND --help)")
    // Options after a command's name belong to that command: `worlds` and `worlds plot` both have --json.
    .enablePositionalOptions();
  for (const command of COMMANDS) program.addCommand(command(terminal));
  return program;
}

/** Narrower terminals than this get lines that they break themselves. */
const LEAST_COLUMNS = 80;
/** Help in longer lines is hard to read. */
const HELP_COLUMNS = 100;

/** A terminal whose lines are broken between words where they do not fit. */
function fitted(terminal: Terminal): Terminal {
  const columns = Math.max(LEAST_COLUMNS, terminal.columns);
  return {
    ...terminal,
    columns,
    out: (text) => terminal.out(fitText(text, columns)),
    err: (text) => terminal.err(terminal.interactive ? fitText(text, columns) : text),
  };
}

/** Joins Commander's suggestion, on a line of its own, to the error. */
function oneLine(text: string, terminal: Terminal): string {
  return `${label(terminal)} ${text
    .replace(/^error: /, "")
    .trim()
    .replaceAll("\n", " ")}\n`;
}

/** The prefix of an error message, red on a terminal. */
function label({ interactive }: Terminal): string {
  return interactive ? styleText("red", "isoflop:", { stream: process.stderr }) : "isoflop:";
}

const COMMANDS = [
  serveCommand,
  compareCommand,
  reportCommand,
  workerCommand,
  tryCommand,
  strategiesCommand,
  pythonCommand,
  worldsCommand,
  transferCommand,
  calibrateCommand,
  fitCommand,
  nextCommand,
  gauntletCommand,
  dryRunCommand,
  runCommand,
  proxyCommand,
  gradeCommand,
  writeupCommand,
];
