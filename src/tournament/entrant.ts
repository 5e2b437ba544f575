import { STRATEGIES } from "../../strategies/index.ts";
import { isModulePath, loadModule, shippedStrategy } from "../experiment/load-strategy.ts";
import { commandIn, programCommand } from "../experiment/program/command.ts";
import { optimumOf } from "../surface/truth.ts";
import type { AnyWorld } from "../surface/world.ts";
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
 * as `exec:COMMAND`, which may hold spaces, or a Python file.
 *
 * @throws UserError for a word that is none of these, a module that is not a Strategy, or two of the same name.
 */
export async function loadEntrants(list: string): Promise<Entrant[]> {
  const entrants: Entrant[] = [];
  for (const word of list.split(",").map((part) => part.trim())) {
    const command = commandIn(word);
    if (word === "all") entrants.push(...STRATEGIES.map(({ name }) => shippedEntrant(name)));
    else if (command !== undefined) entrants.push(programEntrant(command));
    else if (isModulePath(word)) entrants.push(await moduleEntrant(word));
    else entrants.push(shippedEntrant(word === ORACLE ? ORACLE : shippedStrategy(word).name));
  }
  const twice = entrants.find(({ name }, i) => entrants.findIndex((other) => other.name === name) !== i);
  if (twice) throw new UserError(`two strategies are named "${twice.name}": give each a name of its own`);
  return entrants;
}

async function moduleEntrant(path: string): Promise<Entrant> {
  const { strategy, url, hash } = await loadModule(path);
  return { kind: "module", name: strategy.name, hash, path: url };
}

/** A program in any language as an entrant. Throws a UserError when it is not there. */
export function programEntrant(line: string): Entrant {
  const { name, hash, command } = programCommand(line);
  return { kind: "program", name, hash, command };
}

/** The name under which a tournament knows the oracle. */
export const ORACLE = "oracle";

/** Knows the truth of one world and asks nothing: its regret is zero. A reference, not a strategy. */
export function oracleOf(world: AnyWorld): Strategy {
  return {
    name: ORACLE,
    summary: "knows the truth; its regret is zero",
    *queries() {},
    recommend() {
      const { config, loss } = optimumOf(world);
      return { config, predictedLoss: loss };
    },
  };
}
