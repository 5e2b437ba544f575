import type { Command } from "commander";
import { isoflopCommand, type Terminal } from "./command.ts";
import type { GradeOptions } from "./grade/grade-submission.ts";

/** `isoflop grade`: the score that the real course never reveals. */
export function gradeCommand(terminal: Terminal): Command {
  return isoflopCommand("grade", "grade a submission against the true optimum of a world")
    .argument("<submission>", "submission.json, as written by isoflop run and writeup")
    .option("--world <name>", "a world by name, or its JSON file")
    .option("--sealed <file>", "the file of the secret world of a sealed server")
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
