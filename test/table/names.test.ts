import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { matchName, NAMES, type Quantity } from "../../src/table/names.ts";

describe("the names of columns", () => {
  const page = readFileSync(new URL("../../docs/tables.md", import.meta.url), "utf8");
  const listed = Object.entries(NAMES).filter(([, names]) => names.length > 0);

  it.each(listed)("of %s stand in the docs, in their order", (_, names) => {
    expect(page).toContain(names.map((name) => `\`${name}\``).join(", "));
  });

  it("are each of one quantity only", () => {
    for (const [quantity, names] of listed)
      for (const name of names)
        for (const [other] of listed)
          expect([name, other, matchName(other as Quantity, name) !== undefined]).toEqual([
            name,
            other,
            other === quantity,
          ]);
  });
});
