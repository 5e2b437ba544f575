import { describe, expect, test } from "vitest";
import { bigTexts } from "../../benchmarks/reliability/fuzz/big-texts.ts";
import { casesOf, fuzzParser, readOne, type Tally } from "../../benchmarks/reliability/fuzz/fuzz-parser.ts";
import { PARSERS } from "../../benchmarks/reliability/fuzz/parsers.ts";
import { fuzzRoutes } from "../../benchmarks/reliability/fuzz/routes.ts";
import { EDITIONS } from "../../benchmarks/reliability/fuzz/servers.ts";
import { readRunsTable } from "../../src/table/runs.ts";
import { UserError } from "../../src/task/errors.ts";

describe.each(PARSERS)("the parser of $name", (parser) => {
  test("accepts valid texts", async () => {
    for (const text of parser.seeds) await parser.read(text);
  });

  test("reads almost valid texts, or refuses them in one line", async () => {
    const { read, refused, finds } = await fuzzParser(parser, 120);
    expect(finds).toEqual([]);
    expect(read + refused).toBe(casesOf(parser, 120));
  });

  test("reads large or deep texts, or refuses them in one line", async () => {
    const tally: Tally = { read: 0, refused: 0, finds: [] };
    const few = { ...parser, seeds: parser.seeds.slice(0, 1) };
    for (const { text } of bigTexts(few, 12_000)) await readOne(parser, text, tally);
    expect(tally.finds).toEqual([]);
  });
});

test.each(EDITIONS)("every route of $name answers every request, and none with a 5xx", async (edition) => {
  const { statuses, finds } = await fuzzRoutes(edition, 800);
  expect(finds).toEqual([]);
  // It got past the doors: all kinds of answers were given.
  for (const status of edition.statuses) expect(statuses.get(status)).toBeGreaterThan(0);
});

// What the long run found and was mended. A quadratic parser does not come to the end of these.
describe("failures found by fuzzing", () => {
  test("a message that quotes a file is one line, and moves no cursor", () => {
    expect(() => readRunsTable('{"N":a,\nb\n\u001b[2J')).toThrow(/^[^\p{Cc}]+$/u);
  });

  test.each([
    ["blanks inside a number", `N,D,loss\n1${" ".repeat(400_000)}x,1,1\n`],
    ["digits before a letter", `N,D,loss\n${"9".repeat(400_000)}x,1,1\n`],
    ["columns", `${Array.from({ length: 120_000 }, (_, i) => `c${i}`).join(",")}\n1\n`],
  ])("many %s are refused", (_what, text) => {
    expect(() => readRunsTable(text)).toThrow(UserError);
  });
});
