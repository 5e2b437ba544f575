import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { STRATEGIES, strategyNamed } from "../../strategies/index.ts";
import { thrownText, UserError } from "../task/errors.ts";
import type { Strategy } from "../task/strategy.ts";
import { importGuarded } from "./module-guard.ts";
import { commandIn, programCommand } from "./program/command.ts";
import { type ProgramOptions, programStrategy } from "./program/program.ts";
import type { AnyStrategy } from "./session.ts";
import { parseStrategy } from "./strategy-contract.ts";

/** Whether a word names a module's path rather than a shipped strategy. */
export function isModulePath(nameOrPath: string): boolean {
  if (commandIn(nameOrPath) !== undefined || !/\.[cm]?[jt]s$/.test(nameOrPath)) return false;
  return !/\s/.test(nameOrPath) || existsSync(nameOrPath);
}

/**
 * One strategy: a shipped name, the path of a `.ts` or `.js` module whose default export is a Strategy, a program as
 * `exec:COMMAND`, or the path of a Python file.
 *
 * @param program what a program is given.
 * @throws UserError for an unknown name, a missing file or program, a module that does not load or is not a Strategy.
 */
export async function loadStrategy(word: string, program?: ProgramOptions): Promise<AnyStrategy> {
  const command = commandIn(word);
  if (command !== undefined) {
    programCommand(command, program?.folder);
    return programStrategy(command, program);
  }
  return isModulePath(word) ? (await loadModule(word)).strategy : shippedStrategy(word);
}

/** Throws a UserError for an unknown name; one that is a file says how a program is named. */
export function shippedStrategy(name: string): Strategy {
  if (!STRATEGIES.some((known) => known.name === name) && statSync(name, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`strategy "${name}" is a folder; name a strategy, or the file of a plan or a module`);
  const file = name.split(" ").find((word) => /[./]/.test(word) && existsSync(word));
  if (file !== undefined)
    throw new UserError(
      `unknown strategy "${name}": to run a program, write "exec:COMMAND", such as "exec:python3 ${file}"`,
    );
  return strategyNamed(name);
}

/** A user's strategy with its address and the hash of its source. */
export async function loadModule(
  path: string,
): Promise<{ readonly strategy: Strategy; readonly url: string; readonly hash: string }> {
  const file = resolve(path);
  if (!existsSync(file)) throw new UserError(`strategy module "${path}" does not exist`);
  const url = pathToFileURL(file).href;
  const { module, hash } = await importGuarded(url).catch((error: unknown) => {
    throw new UserError(`strategy module "${path}" does not load: ${thrownText(error)}`);
  });
  return { strategy: parseStrategy(module.default, path), url, hash };
}
