import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { STRATEGIES, strategyNamed } from "../../strategies/index.ts";
import { contentHash } from "../experiment/content-hash.ts";
import { isModulePath, loadModule } from "../experiment/load-strategy.ts";
import { optimumOf } from "../surface/truth.ts";
import type { World } from "../surface/world.ts";
import { UserError } from "../task/errors.ts";
import type { Strategy } from "../task/strategy.ts";

/** Who takes part, as JSON, so that a thread or another machine can find the same. `hash` identifies its source. */
export type Entrant =
  | { readonly kind: "shipped"; readonly name: string; readonly hash: string }
  | { readonly kind: "module"; readonly name: string; readonly hash: string; readonly path: string }
  | { readonly kind: "program"; readonly name: string; readonly hash: string; readonly command: string };

/** A strategy that comes with the package: its source is the engine's. */
export function shippedEntrant(name: string): Entrant {
  return { kind: "shipped", name, hash: "shipped" };
}

/**
 * Who takes part, from a comma-separated list: shipped names, `all` of them, `oracle`, paths of modules, and programs
 * as `exec:COMMAND`, which may hold spaces.
 *
 * @throws UserError for a word that is none of these, a module that is not a Strategy, or two of the same name.
 */
export async function loadEntrants(list: string): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const word of list.split(",").map((part) => part.trim())) {
    if (word === "all") entrants.push(...STRATEGIES.map(({ name }) => shippedEntrant(name)));
    else if (word.startsWith("exec:")) entrants.push(programEntrant(word.slice("exec:".length).trim()));
    else if (isModulePath(word)) entrants.push(await moduleEntrant(word));
    else entrants.push(shippedEntrant(word === ORACLE ? ORACLE : strategyNamed(word).name));
  }
  const twice = entrants.find(({ name }, i) => entrants.findIndex((other) => other.name === name) !== i);
  if (twice) throw new UserError(`two strategies are named "${twice.name}": give each a name of its own`);
  return entrants;
}

async function moduleEntrant(path: string): Promise<Entrant> {
  const { strategy, url, hash } = await loadModule(path);
  return { kind: "module", name: strategy.name, hash, path: url };
}

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

/** The name under which a tournament knows the oracle. */
export const ORACLE = "oracle";

/** Knows the truth of one world and asks nothing: the zero of regret. A measuring stick, not a strategy to enter. */
export function oracleOf(world: World): Strategy {
  return {
    name: ORACLE,
    summary: "knows the truth: the zero of regret",
    *queries() {},
    recommend() {
      const { config, loss } = optimumOf(world);
      return { config, predictedLoss: loss };
    },
  };
}
