import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { STRATEGIES, strategyNamed } from "../../strategies/index.ts";
import { UserError } from "../task/errors.ts";
import type { Strategy } from "../task/strategy.ts";

/** Members a module's default export must have, and what each must be. */
const CONTRACT = { name: "string", summary: "string", queries: "function", recommend: "function" } as const;

/** Shipped strategies by name, strangers by the path of their module; `all` is every shipped one. */
export async function loadStrategies(list: string): Promise<Strategy[]> {
  const names = list.split(",").map((name) => name.trim());
  const loaded = await Promise.all(
    names.map(async (name) => (name === "all" ? STRATEGIES : [await loadStrategy(name)])),
  );
  const strategies = loaded.flat();
  const twice = strategies.find(({ name }, i) => strategies.findIndex((other) => other.name === name) !== i);
  if (twice) throw new UserError(`two strategies are named "${twice.name}": give each a name of its own`);
  return strategies;
}

/**
 * One strategy: a shipped name, or the path of a `.ts` or `.js` module whose default export is a Strategy.
 * @throws UserError for an unknown name, a missing file, a module that does not load, or one that is not a Strategy.
 */
export async function loadStrategy(nameOrPath: string): Promise<Strategy> {
  if (!/\.[cm]?[jt]s$/.test(nameOrPath)) return strategyNamed(nameOrPath);
  const path = resolve(nameOrPath);
  if (!existsSync(path)) throw new UserError(`strategy module "${nameOrPath}" does not exist`);
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (error) {
    throw new UserError(`strategy module "${nameOrPath}" does not load: ${firstLine(error)}`);
  }
  const strategy = module.default as Record<string, unknown> | undefined;
  if (typeof strategy !== "object" || strategy === null)
    throw new UserError(
      `strategy module "${nameOrPath}": its default export must be a Strategy object, got ${typeof strategy}`,
    );
  for (const [member, type] of Object.entries(CONTRACT)) {
    if (typeof strategy[member] !== type)
      throw new UserError(
        `strategy module "${nameOrPath}": member "${member}" must be a ${type}, got ${typeof strategy[member]}`,
      );
  }
  return strategy as unknown as Strategy;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split("\n")[0] as string;
}
