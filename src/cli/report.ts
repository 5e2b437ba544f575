import type { Command } from "commander";
import { isoflopCommand, type Terminal } from "./command.ts";
import type { ReportOptions } from "./report/action.ts";

/** `isoflop report`: the results of a tournament as a page, JSON and CSV. Plays nothing. */
export function reportCommand(terminal: Terminal): Command {
  return isoflopCommand("report", "turn the results of a tournament into one HTML page, JSON and CSV")
    .argument("<dir>", "a folder that isoflop compare wrote")
    .option("--out <file>", "the page; JSON and CSV go beside it (default: leaderboard.html in the folder)")
    .addHelpText("after", "\nExamples:\n  isoflop report isoflop-results --out report.html\n")
    .action(async (folder: string, options: ReportOptions) => {
      const { runReport } = await import("./report/action.ts");
      await runReport(folder, options, terminal);
    });
}
