import { STRATEGIES, strategyNamed } from "../../strategies/index.ts";
import { isModulePath, loadModule } from "../experiment/load-strategy.ts";
import { UserError } from "../task/errors.ts";
import { type Entrant, shippedEntrant } from "./entrant.ts";
import { ORACLE } from "./oracle.ts";
import { programEntrant } from "./program/entrant.ts";

/**
 * Who takes part, from a comma-separated list: shipped names, `all` of them, `oracle`, paths of modules, and programs as
 * `exec:COMMAND`, which may hold spaces.
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
