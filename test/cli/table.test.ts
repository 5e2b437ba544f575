import { describe, expect, it } from "vitest";
import { fitText, fittedTable, type TableColumn, tableLayout, wrapped } from "../../src/cli/table.ts";

const COLUMNS: readonly TableColumn[] = [
  { head: "#" },
  { head: "strategy", words: true },
  { head: "regret" },
  { head: "a long head", drop: 2 },
  { head: "another long head", drop: 1 },
  { head: "why", words: true },
];
const ROWS = [
  ["1", "champion", "0.0014", "1", "2", "the best variance reduction per FLOP of all the runs that are left"],
  ["10", "two-stage-isoflops", "0.2254", "30", "4", "short"],
];
const widest = (text: string) => Math.max(...text.split("\n").map(({ length }) => length));

describe("a table", () => {
  it("has a line a row, as long as it must be, where lines may be of any width", () => {
    const lines = fittedTable(COLUMNS, ROWS).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[1]).toContain("the best variance reduction per FLOP of all the runs that are left");
  });

  it.each([80, 90, 100, 120])("has no line over %i characters and loses no word of the columns it keeps", (width) => {
    const text = fittedTable(COLUMNS, ROWS, width);
    expect(widest(text)).toBeLessThanOrEqual(width);
    for (const word of ROWS[0]!.at(-1)!.split(" ")) expect(text).toContain(word);
  });

  it("leaves out the columns with the highest number first and names them", () => {
    const sized = COLUMNS.map((column) => ({ ...column, width: 18 }));
    expect(tableLayout(sized, 1000).left).toEqual([]);
    expect(tableLayout(sized, 110).left).toEqual(["a long head"]);
    expect(tableLayout(sized, 80).left).toEqual(["a long head", "another long head"]);
    expect(fittedTable(COLUMNS, ROWS, 75)).toMatch(/Not shown: a long head.*--wide shows them\.\n$/s);
  });
});

describe("text", () => {
  it("is broken between words, under the text of its first line", () => {
    expect(fitText(`fact        ${"word ".repeat(20).trim()}`, 40)).toBe(
      `fact        ${"word ".repeat(5).trim()}\n${`            ${"word ".repeat(5).trim()}\n`.repeat(3).trimEnd()}`,
    );
    expect(widest(fitText(`a ${"word ".repeat(99)}`, 80))).toBeLessThanOrEqual(80);
  });

  it.each([
    `{"json":"${"x y ".repeat(40)}"}\n`,
    `  isoflop compare --strategies ${"a,".repeat(60)}b --out here\n`,
    `\u001b[3A\u001b[0J${"bar ".repeat(40)}\n`,
  ])("is left as it is where breaking would spoil it: %j", (text) => {
    expect(fitText(text, 80)).toBe(text);
  });

  it("keeps a word that is longer than a line", () => {
    expect(wrapped(`a ${"b".repeat(30)} c`, 10)).toEqual(["a", "b".repeat(30), "c"]);
  });
});
