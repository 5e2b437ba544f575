import { expect, test } from "vitest";
import { loadWorld } from "../../src/cli/load-world.ts";
import { openServings } from "../../src/cli/serve/servings.ts";

const silent = { out: () => undefined, err: () => undefined, interactive: false, columns: 80 };

test("a world that is opened again, or twice at once, has the ledger it had", async () => {
  const { first, open } = await openServings(await loadWorld("handout/smooth"), { seed: 0 }, silent);
  if (typeof open !== "function") throw new Error("a ledger in memory lets the world change");
  const [one, two] = await Promise.all([open("handout/01"), open("handout/01")]);
  expect(two.ledger).toBe(one.ledger);
  expect((await open("handout/01")).ledger).toBe(one.ledger);
  expect(one.ledger).not.toBe(first.ledger);
  expect((await open("handout/smooth")).ledger).toBe(first.ledger);
});
