import { type Command, InvalidArgumentError } from "commander";
import { FORMATS, type Format } from "../report/writeup/formats.ts";
import { type CommonOptions, isoflopCommand, type Terminal } from "./command.ts";
import { withFigureWidth } from "./figure-options.ts";

interface WriteupCommandOptions extends CommonOptions {
  readonly out?: string;
  readonly format: readonly Format[];
  readonly title?: string;
  readonly author?: string;
  readonly date?: string;
  readonly figureWidth?: number;
}

/** `isoflop writeup`: the files that the assignment asks for, from the journal of a run. */
export function writeupCommand(terminal: Terminal): Command {
  const command = isoflopCommand("writeup", "write PDF, HTML, submission.json and code.zip of a run, with a checklist")
    .argument("<run>", "a run's folder or journal")
    .option("--out <dir>", "the folder to write to (default: RUN/writeup)")
    .option("--title <text>", "the title")
    .option("--author <text>", "who wrote it")
    .option("--date <text>", "the date (default: that of the run)")
    .option("--format <names>", `any of ${FORMATS.join(",")}`, formats, ["pdf", "html"])
    .addHelpText("after", EXAMPLES)
    .action(async (run: string, options: WriteupCommandOptions) => {
      const { writeWriteup } = await import("../report/writeup/files.ts");
      const written = await writeWriteup(run, { ...options, formats: options.format });
      const { source, files, checklist } = written;
      const lines = checklist.map(({ item, passed, detail }) => `  ${passed ? "ok  " : "FAIL"}  ${item}: ${detail}`);
      terminal.out(
        options.json ? `${JSON.stringify(written)}\n` : `${[`${source} numbers`, ...lines, ...files].join("\n")}\n`,
      );
      if (checklist.some(({ passed }) => !passed)) process.exitCode = 1;
    });
  return withFigureWidth(command);
}

const EXAMPLES = `
Examples:
  isoflop writeup isoflop-run --author "Ada Lovelace" --format pdf,docx
`;

/** Parses a list of formats; a repeated one counts once. */
function formats(text: string): Format[] {
  const names = text.split(",").map((name) => {
    const known = FORMATS.find((format) => format === name.trim().toLowerCase());
    if (!known) throw new InvalidArgumentError(`"${name}" is none of ${FORMATS.join(", ")}.`);
    return known;
  });
  return [...new Set(names)];
}
