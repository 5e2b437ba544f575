import type { Command } from "commander";
import { type CommonOptions, isoflopCommand, type Terminal } from "./command.ts";

/** `isoflop worlds`: the worlds there are; shown, checked, drawn, and held against real runs. */
export function worldsCommand(terminal: Terminal): Command {
  const command = isoflopCommand("worlds", "list, print, check and draw worlds; compare one with real runs")
    .usage("[options] [command]")
    .argument("[command]")
    .enablePositionalOptions()
    .addHelpText("after", EXAMPLES)
    .action(async (word: string | undefined, options: CommonOptions) => {
      if (word !== undefined) {
        const { unknownName } = await import("../task/errors.ts");
        throw unknownName("command of worlds", word, ["show", "validate", "plot", "fidelity"]);
      }
      const { listWorlds } = await import("./worlds/list.ts");
      listWorlds(options, terminal);
    });
  command.addCommand(
    isoflopCommand("show", "print the JSON document of a world")
      .argument("<name>", "a world by name, or its file")
      .action(async (name: string) => {
        const { loadWorldDocument } = await import("./load-world.ts");
        terminal.out(`${JSON.stringify(await loadWorldDocument(name), null, 2)}\n`);
      }),
  );
  command.addCommand(
    isoflopCommand("validate", "check the document of a world of your own")
      .argument("<file>", "a world's JSON document")
      .action(async (file: string, options: CommonOptions) => {
        const { validateWorld } = await import("./worlds/validate.ts");
        await validateWorld(file, options, terminal);
      }),
  );
  return command;
}

const EXAMPLES = `
Examples:
  isoflop worlds
  isoflop worlds show handout/smooth > my-world.json
  isoflop worlds validate my-world.json
`;
