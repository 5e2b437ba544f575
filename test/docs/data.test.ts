import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharedData } from "../../benchmarks/shared-data.ts";
import { faultOf } from "../../benchmarks/tables/check.ts";
import { PUBLISHED_TABLES, type PublishedTable } from "../../benchmarks/tables/published.ts";
import { requiresData } from "../requires.ts";
import { table } from "./pages.ts";

describe("the check of public tables", () => {
  for (const published of PUBLISHED_TABLES) {
    const { skip, note } = requiresData(published.file);
    it.skipIf(skip)(`accepts ${published.file}, and knows its rows and columns${note}`, () => {
      const copy = readFileSync(sharedData(published.file));
      expect(faultOf(published, copy)).toBeUndefined();
      const otherLineEnds = Buffer.from(`${copy.toString("utf8").replaceAll("\r\n", "\n")}\n`);
      expect(faultOf(published, otherLineEnds)).toContain("these rows and columns");
    });
  }

  const text = "N,D,loss\n1,2,3\n4,5,6\n";
  const made: PublishedTable = {
    file: "made.csv",
    rows: 2,
    columns: ["N", "loss"],
    sha256: createHash("sha256").update(text).digest("hex"),
  };
  it.each([
    [text, undefined],
    ["N,D,loss\n1,2,3\n", "has 1 rows, not 2"],
    ["N,D\n1,2\n4,5\n", 'has no "loss"'],
    ["N,D,loss\n1,2,3\n4,5,7\n", "other values"],
    ["N,D,loss\n1,2\n", "cannot be read"],
  ])("of %j says %j", (copy, said) => {
    const fault = faultOf(made, Buffer.from(copy));
    if (said === undefined) expect(fault).toBeUndefined();
    else expect(fault).toContain(said);
  });
});

it("docs/data.md says of every table where it is published", () => {
  const rows = table("docs/data.md", ["file", "rows", "what", "published at", "license"]);
  const files = rows.flatMap(([cell = ""]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, file]) => file!));
  expect(files.sort()).toEqual(PUBLISHED_TABLES.map(({ file }) => file).sort());
  for (const [cell, , , where = ""] of rows) expect(where, cell).toMatch(/\]\(https:\/\/[^)]+\)/);
});
