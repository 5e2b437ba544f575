import { describe, expect, it } from "vitest";
import { matchName, NAMES, type Quantity } from "../../src/table/names.ts";
import { table } from "../docs/pages.ts";

describe("the names of columns", () => {
  const listed = Object.entries(NAMES).filter(([, names]) => names.length > 0);

  it("in the docs are known, each under its quantity", () => {
    const rows = table("docs/tables.md", ["quantity", "some of its names"]);
    for (const [quantity = "", cell = ""] of rows) {
      const own = listed.filter(([known]) => known === quantity.replaceAll("`", ""));
      for (const [, name] of cell.matchAll(/`(\w+)`/g))
        expect([name, (own.length > 0 ? own : listed).some(([, names]) => names.includes(name!))]).toEqual([
          name,
          true,
        ]);
    }
    expect(rows.length).toBeGreaterThan(4);
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
