import type { Command } from "commander";
import { type CommonOptions, isoflopCommand, type Terminal } from "./command.ts";

interface WriteupOptions extends CommonOptions {
  readonly out?: string;
}

/** `isoflop writeup`: the files that the assignment asks for, from the journal of a run. */
export function writeupCommand(terminal: Terminal): Command {
  return isoflopCommand("writeup", "write PDF, HTML, submission.json and code.zip of a run, with a checklist")
    .argument("<run>", "a run's folder or journal")
    .option("--out <dir>", "the folder to write to (default: RUN/writeup)")
    .addHelpText("after", "\nExamples:\n  isoflop writeup isoflop-run\n")
    .action(async (run: string, { json, out }: WriteupOptions) => {
      const { writeWriteup } = await import("../report/writeup/files.ts");
      const written = await writeWriteup(run, out);
      const { source, files, checklist } = written;
      const lines = checklist.map(({ item, passed, detail }) => `  ${passed ? "ok  " : "FAIL"}  ${item}: ${detail}`);
      terminal.out(json ? `${JSON.stringify(written)}\n` : `${[`${source} numbers`, ...lines, ...files].join("\n")}\n`);
      if (checklist.some(({ passed }) => !passed)) process.exitCode = 1;
    });
}
