import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { contentHash } from "../../experiment/content-hash.ts";
import { UserError } from "../../task/errors.ts";
import type { Entrant } from "../entrant.ts";

/**
 * A program in any language as an entrant. Its source is taken to be its command line and every file named on it;
 * what those files import is not looked at.
 *
 * @throws UserError for an empty command, or a program that is not there.
 */
export function programEntrant(command: string): Entrant {
  const words = commandWords(command);
  if (words.length === 0) throw new UserError('"exec:" needs a command, such as "exec:python3 my_plan.py"');
  if (!isExecutable(words[0] as string))
    throw new UserError(`program "${words[0]}" cannot be started: there is no such executable, here or in PATH`);
  const files = words.flatMap((word) => fileContent(word) ?? []);
  return { kind: "program", name: `exec:${command}`, hash: contentHash(command, ...files), command };
}

/** The words of a command line: separated by spaces, kept together by single or double quotes. No shell takes part. */
export function commandWords(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? (plain as string),
  );
}

function isExecutable(program: string): boolean {
  const folders = program.includes("/") ? [""] : (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function fileContent(path: string): Buffer | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}
