import type { Command } from "commander";
import { isoflopCommand, type Terminal, wholeNumber } from "./command.ts";
import type { TryOptions } from "./try/action.ts";

/** `isoflop try`: one strategy on one world, query by query. */
export function tryCommand(terminal: Terminal): Command {
  return isoflopCommand("try", "run one strategy on one world, each query shown")
    .argument("<strategy>", "a shipped strategy by name, or the path of a module")
    .option("--world <name>", "a world by name, or its JSON file", "handout/smooth")
    .option("--repetition <n>", "which frozen draw of the noise answers", wholeNumber, 0)
    .addHelpText("after", "\nExamples:\n  isoflop try isoflops-minimum --world stanford-2025/central\n")
    .action(async (strategy: string, options: TryOptions) => {
      const { runTry } = await import("./try/action.ts");
      await runTry(strategy, options, terminal);
    });
}
