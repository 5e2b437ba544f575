import type { Command } from "commander";
import { isoflopCommand, type Terminal } from "./command.ts";
import type { WriteupOptions } from "./writeup/action.ts";

/** `isoflop writeup`: what the assignment asks for, from the journal of a run. */
export function writeupCommand(terminal: Terminal): Command {
  return isoflopCommand("writeup", "typeset a run: PDF, HTML, submission.json, code.zip, and the checklist carried out")
    .argument("<run>", "the folder of a run, or its journal")
    .option("--out <dir>", "where the files go (default: writeup/ in the folder of the run)")
    .addHelpText("after", "\nExamples:\n  isoflop writeup isoflop-run\n")
    .action(async (run: string, options: WriteupOptions) => {
      const { runWriteup } = await import("./writeup/action.ts");
      await runWriteup(run, options, terminal);
    });
}
