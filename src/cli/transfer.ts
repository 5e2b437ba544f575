import { type Command, Option } from "commander";
import { isoflopCommand, quantity, type Terminal, wholeNumber } from "./command.ts";
import type { TransferOptions } from "./transfer/action.ts";

/** `isoflop transfer`: does the order of strategies on simulated worlds hold on tables of real runs? */
export function transferCommand(terminal: Terminal): Command {
  return isoflopCommand("transfer", "measure whether a ranking of strategies holds on tables of real runs")
    .argument("<suite>", "the suite with the ranking, such as course")
    .argument(
      "<tables...>",
      "tables of finished runs, one per family; FILE,FILE is one family, FILE#TEXT takes worlds with TEXT in their name",
    )
    .option("--worlds <n>", "the most worlds per family", wholeNumber, 6)
    .option("--quick", "a few worlds of the suite, at most two per family")
    .option("--workers <n>", "worker threads (default: one per core)", wholeNumber)
    .addOption(new Option("--thinking <seconds>", "thinking time limit per run").default(5).argParser(quantity))
    .option("--out <dir>", "folder that keeps the results, so that a stopped run goes on")
    .addHelpText("after", "\nExamples:\n  isoflop transfer course marin1.csv,marin2.csv farseer.csv sweeps.csv#llama\n")
    .action(async (suite: string, tables: readonly string[], options: TransferOptions) => {
      const { runTransfer } = await import("./transfer/action.ts");
      await runTransfer(suite, tables, options, terminal);
    });
}
