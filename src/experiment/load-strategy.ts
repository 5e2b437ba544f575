import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { strategyNamed } from "../../strategies/index.ts";
import { thrownText, UserError } from "../task/errors.ts";
import type { Strategy } from "../task/strategy.ts";
import { importGuarded } from "./module-guard.ts";
import { parseStrategy } from "./strategy-contract.ts";

/** Whether a word names a module's path rather than a shipped strategy. */
export function isModulePath(nameOrPath: string): boolean {
  return /\.[cm]?[jt]s$/.test(nameOrPath);
}

/**
 * One strategy: a shipped name, or the path of a `.ts` or `.js` module whose default export is a Strategy.
 *
 * @throws UserError for an unknown name, a missing file, a module that does not load, or one that is not a Strategy.
 */
export async function loadStrategy(nameOrPath: string): Promise<Strategy> {
  return isModulePath(nameOrPath) ? (await loadModule(nameOrPath)).strategy : strategyNamed(nameOrPath);
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
