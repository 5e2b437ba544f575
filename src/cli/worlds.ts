import type { Command } from "commander";
import { type CommonOptions, isoflopCommand, type Terminal } from "./command.ts";
import { type TableOptions, withTableOptions } from "./table-options.ts";
import type { WorldsFromOptions } from "./worlds/from.ts";
import type { PlotOptions } from "./worlds/plot.ts";

/** `isoflop worlds`: list, print, check and draw worlds, and compare them with real runs. */
export function worldsCommand(terminal: Terminal): Command {
  const command = isoflopCommand("worlds", "list, print, check and draw worlds; compare one with real runs")
    .usage("[options] [command]")
    .argument("[command]")
    .helpCommand("help [command]", "show the help of a command")
    .enablePositionalOptions()
    .addHelpText("after", EXAMPLES)
    .action(async (word: string | undefined, options: CommonOptions) => {
      if (word !== undefined) {
        const { unknownName } = await import("../task/errors.ts");
        throw unknownName("command of worlds", word, ["show", "validate", "plot", "fidelity", "from"]);
      }
      const { listWorlds } = await import("./worlds/list.ts");
      listWorlds(options, terminal);
    });
  command.addCommand(
    isoflopCommand("show", "print a world as JSON")
      .argument("<name>")
      .addHelpText("after", "\nExamples:\n  isoflop worlds show handout/smooth > my-world.json\n")
      .action(async (name: string) => {
        const [{ loadWorldDocument }, jobs] = await Promise.all([
          import("./load-world.ts"),
          import("./load-job-world.ts"),
        ]);
        const document = jobs.isJobWorld(name) ? jobs.loadJobWorldDocument(name) : await loadWorldDocument(name);
        terminal.out(`${JSON.stringify(document, null, 2)}\n`);
      }),
  );
  command.addCommand(
    isoflopCommand("validate", "check the JSON file of a world")
      .argument("<file>")
      .addHelpText("after", "\nExamples:\n  isoflop worlds validate my-world.json\n")
      .action(async (file: string, options: CommonOptions) => {
        const { validateWorld } = await import("./worlds/validate.ts");
        await validateWorld(file, options, terminal);
      }),
  );
  command.addCommand(
    isoflopCommand("plot", "draw a world: isoFLOP curves, learning rate, batch size, plateau")
      .argument("<name>", "a world by name or file")
      .option("--out <dir>", "the folder to write to", ".")
      .addHelpText("after", "\nExamples:\n  isoflop worlds plot stanford-2025/central --out figures\n")
      .action(async (name: string, options: PlotOptions) => {
        const { plotWorld } = await import("./worlds/plot.ts");
        await plotWorld(name, options, terminal);
      }),
  );
  command.addCommand(
    withTableOptions(isoflopCommand("fidelity", "measure how far a world's answers are from real ones"))
      .argument("<world>", "a world by name or file")
      .argument("<runs...>", "answers of a training API, CSV or JSON")
      .addHelpText("after", "\nExamples:\n  isoflop worlds fidelity stanford-2025/central previous_runs.json\n")
      .action(async (world: string, runs: readonly string[], options: CommonOptions & TableOptions) => {
        const { worldFidelity } = await import("./worlds/fidelity.ts");
        await worldFidelity(world, runs, options, terminal);
      }),
  );
  command.addCommand(
    withTableOptions(isoflopCommand("from", "make worlds of a table of finished runs; say what was left out"))
      .argument("<table>", "finished runs, CSV or JSON")
      .option("--out <file>", "write the worlds to this file, for --suite")
      .addHelpText("after", "\nExamples:\n  isoflop worlds from sweep.csv --out sweep-worlds.json\n")
      .action(async (table: string, options: WorldsFromOptions) => {
        const { worldsFrom } = await import("./worlds/from.ts");
        await worldsFrom(table, options, terminal);
      }),
  );
  return command;
}

const EXAMPLES = `
Examples:
  isoflop worlds
`;
