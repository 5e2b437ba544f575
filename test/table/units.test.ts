import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseColumns } from "../../src/table/columns.ts";
import { readRunsTable } from "../../src/table/runs.ts";

const runs = [
  { N: 2e7, D: 1e9, loss: 4 },
  { N: 8e7, D: 4e9, loss: 3.5 },
  { N: 3e8, D: 9e9, loss: 3 },
];

/** The runs in other units, with C = k·N·D. */
function table({ n = 1, d = 1, c = 1, k = 6 }, names = ["size", "data", "cost"]): string {
  const rows = runs.map(({ N, D, loss }) => [N / n, D / d, (k * N * D) / c, loss].join(","));
  return [[...names, "loss"].join(","), ...rows].join("\n");
}

const MAP = "N=size,D=data,C=cost";
const read = (text: string, columns: string) => readRunsTable(text, { columns: parseColumns(columns) });

describe("N, D and C in other units", () => {
  it.each([
    [{ c: 1e9 }, "C=1e9*cost"],
    [{ c: 1e18 }, "C=1e18*cost"],
    [{ n: 1e6 }, "N=1e6*size"],
    [{ d: 1e9 }, "D=1e9*data"],
    [{ n: 1e6, d: 1e9 }, "N=1e6*size,D=1e9*data"],
    [{ n: 1e6, c: 1e9 }, "N=1e6*size,C=1e9*cost"],
    [{ n: 1e6, d: 1e9, c: 1e21 }, "N=1e6*size,D=1e9*data,C=1e21*cost"],
    [{ n: 1e9 }, "N=1e9*size"],
    [{ d: 1e6 }, "D=1e6*data"],
    [{ d: 1e12 }, "D=1e12*data"],
    [{ n: 1e9, d: 1e6 }, "N=1e9*size,D=1e6*data"],
    [{ c: 8.64e19 }, "C=8.64e19*cost"],
  ])("%j are refused with the --columns that mends them", (units, mend) => {
    expect(() => read(table(units), MAP)).toThrow(mend);
    const mapping = { ...parseColumns(MAP), ...parseColumns(mend) };
    const mended = readRunsTable(table(units), { columns: mapping }).runs;
    for (const [i, { N, D }] of runs.entries()) {
      expect(mended[i]!.N / N).toBeCloseTo(1, 9);
      expect(mended[i]!.D / D).toBeCloseTo(1, 9);
      expect(mended[i]!.C / (6 * N * D)).toBeCloseTo(1, 9);
    }
  });

  it("are noticed where C counts FLOPs in its own way besides", () => {
    expect(() => read(table({ c: 1e9, k: 18 }), MAP)).toThrow("C=1e9*cost");
    expect(() => read(table({ d: 1e9, k: 4.4 }), MAP)).toThrow("D=1e9*data");
  });

  it("are believed when the user gives the factor, be it 1", () => {
    expect(read(table({ c: 1e9 }), "N=size,D=data,C=1*cost").runs[0]!.C).toBeLessThan(1e10);
    expect(readRunsTable("N,D,loss\n20,1e9,3", { columns: parseColumns("N=1*N") }).runs[0]!.N).toBe(20);
  });

  it("that have no C to compare with are those that make sizes and ratios of tokens to parameters usual", () => {
    const rows = (n: number, d: number) => runs.map(({ N, D, loss }) => `${N / n},${D / d},${loss}`).join("\n");
    expect(() => readRunsTable(`N,D,loss\n${rows(1e9, 1e6)}`)).toThrow("N=1e9*N,D=1e6*D");
    expect(() => readRunsTable(`N,D,loss\n${rows(1e6, 1e9)}`)).toThrow("N=1e6*N,D=1e9*D");
    expect(() => readRunsTable(`N,D,loss\n${rows(1e9, 1)}`)).toThrow("'N=1e9*N'");
    expect(() => readRunsTable("N,C,loss\n0.4,1e19,3\n4,1e20,2.5")).toThrow("'N=1e9*N'");
  });

  it("are noticed by N or D alone, or by the D that follows from C", () => {
    expect(() => readRunsTable("N,D,loss\n20,1e9,3\n2000,1e9,3")).toThrow("N=1e6*N");
    expect(() => readRunsTable("N,D,loss\n2e7,1.5,3")).toThrow("D=1e9*D");
    expect(() => readRunsTable("N,C,loss\n2e7,1e8,3\n4e7,1e8,3")).toThrow("C=1e9*C");
  });

  it("of one row among many are named by the row", () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${1e7 * (i + 1)},1e9,3`);
    expect(() => readRunsTable(["N,D,loss", ...rows, "12,1e9,3"].join("\n"))).toThrow("row 21: N is 12");
  });

  it("are not suspected in tables that count FLOPs in their own way", () => {
    const k = fc.oneof(fc.double({ min: 4, max: 24, noNaN: true }), fc.constantFrom(4.44, 18, 21.6));
    fc.assert(fc.property(k, (factor) => void expect(read(table({ k: factor }), MAP).runs).toHaveLength(3)));
  });
});
