import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { packageRoot } from "../flight/code-hash.ts";
import { makeFolder } from "../table/files.ts";
import { UserError } from "../task/errors.ts";
import { type CommonOptions, isoflopCommand, type Terminal } from "./command.ts";

const NAME = "isoflop.py";

/** `isoflop python`: the helper for plans in Python. */
export function pythonCommand(terminal: Terminal): Command {
  return isoflopCommand("python", "write isoflop.py, with which a plan in Python asks and submits")
    .argument("[folder]", "where your plan is", ".")
    .addHelpText("after", '\nExamples:\n  isoflop python && isoflop try "exec:python3 my_plan.py"\n')
    .action((folder: string, { json }: CommonOptions) => {
      const text = readFileSync(helper(), "utf8");
      makeFolder(folder);
      const file = join(folder, NAME);
      if (existsSync(file) && readFileSync(file, "utf8") !== text)
        throw new UserError(`"${file}" is there already and is another version: remove it, or name another folder`);
      writeFileSync(file, text);
      terminal.out(
        json
          ? `${JSON.stringify({ file })}\n`
          : `wrote ${file}, whose first lines are an example; to play a plan: isoflop try ./my_plan.py\n`,
      );
    });
}

/** In the package, or in its sources. */
function helper(): string {
  const root = packageRoot(fileURLToPath(import.meta.url));
  return [join(root, "dist", NAME), join(root, "python", NAME)].find(existsSync) as string;
}
