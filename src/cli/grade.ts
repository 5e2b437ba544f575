import type { Command } from "commander";
import { isoflopCommand, type Terminal } from "./command.ts";
import type { GradeOptions } from "./grade/action.ts";

/** `isoflop grade`: what the course never tells. */
export function gradeCommand(terminal: Terminal): Command {
  return isoflopCommand("grade", "hold a submission against the truth of a world")
    .argument("<submission>", "submission.json, as isoflop run and writeup write it")
    .option("--world <name>", "a world by name, or its JSON file")
    .option("--sealed <file>", "the world that a sealed server kept to itself")
    .addHelpText("after", EXAMPLES)
    .action(async (submission: string, options: GradeOptions) => {
      const { runGrade } = await import("./grade/action.ts");
      await runGrade(submission, options, terminal);
    });
}

const EXAMPLES = `
Examples:
  isoflop grade isoflop-run/submission.json --world stanford-2025/central
`;
