import type { Command } from "commander";
import { isoflopCommand, type Terminal } from "./command.ts";
import type { GradeOptions } from "./grade/grade-submission.ts";

/** `isoflop grade`: the score that the real course never reveals. */
export function gradeCommand(terminal: Terminal): Command {
  return isoflopCommand("grade", "grade a submission against the true optimum of a world")
    .argument("<submission>", "a submission.json")
    .option("--world <name>", "a world by name or file")
    .option("--sealed <file>", "the file of a sealed server's world")
    .addHelpText("after", EXAMPLES)
    .action(async (submission: string, options: GradeOptions) => {
      const { runGrade } = await import("./grade/grade-submission.ts");
      await runGrade(submission, options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop grade isoflop-run/submission.json --world stanford-2025/central
`;
