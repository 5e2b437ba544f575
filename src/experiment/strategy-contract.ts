import { UserError } from "../task/errors.ts";
import type { Strategy } from "../task/strategy.ts";

/** Members a module's default export must have: the type of each, and what it is. */
const CONTRACT = {
  name: { type: "string", what: "its name in rankings" },
  summary: { type: "string", what: "one line about it" },
  queries: { type: "function", what: "a generator *queries(task, rng) of batches of runs to buy" },
  recommend: { type: "function", what: "recommend(runs, task, rng), which returns a submission" },
} as const;

/**
 * A module's default export as a Strategy.
 *
 * @param origin the module as the user named it.
 * @throws UserError saying which member does not match, and what it should be.
 */
export function parseStrategy(value: unknown, origin: string): Strategy {
  if (typeof value !== "object" || value === null)
    throw new UserError(
      `strategy module "${origin}": its default export must be a Strategy object { name, summary, queries, recommend }, got ${value === null ? "null" : typeof value}`,
    );
  for (const [member, { type, what }] of Object.entries(CONTRACT)) {
    const given = (value as Record<string, unknown>)[member];
    if (typeof given !== type)
      throw new UserError(
        `strategy module "${origin}": member "${member}" must be a ${type} (${what}), got ${typeof given}`,
      );
  }
  const { name } = value as Strategy;
  if (!/^[^\s,][^\n,]*$/.test(name))
    throw new UserError(`strategy module "${origin}": member "name" must be a word without commas, got "${name}"`);
  return value as Strategy;
}
