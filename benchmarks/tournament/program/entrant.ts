import { readFileSync, statSync } from "node:fs";
import { UserError } from "../../../src/task/errors.ts";
import { contentHash } from "../content-hash.ts";
import type { Entrant } from "../entrant.ts";

/**
 * A program in any language as an entrant. Its source is taken to be its command line and every file named on it;
 * what those files import is not looked at.
 *
 * @throws UserError for an empty command.
 */
export function programEntrant(command: string): Entrant {
  const words = commandWords(command);
  if (words.length === 0) throw new UserError('"exec:" needs a command, such as "exec:python3 my_plan.py"');
  const files = words.flatMap((word) => fileContent(word) ?? []);
  return { kind: "program", name: `exec:${command}`, hash: contentHash(command, ...files), command };
}

/** The words of a command line: separated by spaces, kept together by single or double quotes. No shell takes part. */
export function commandWords(command: string): string[] {
  return [...command.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? (plain as string),
  );
}

function fileContent(path: string): Buffer | undefined {
  try {
    return statSync(path).isFile() ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}
