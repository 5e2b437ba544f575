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

/** Every choice of one unit for each quantity. */
function combinations(used: Readonly<Record<string, readonly number[]>>): Record<string, number>[] {
  return Object.entries(used).reduce<Record<string, number>[]>(
    (all, [quantity, units]) => all.flatMap((one) => units.map((unit) => ({ ...one, [quantity]: unit }))),
    [{}],
  );
}

const MAP = "N=size,D=data,C=cost";
const read = (text: string, columns: string) => readRunsTable(text, { columns: parseColumns(columns) });

describe("N, D and C in other units", () => {
  const N = [1, 1e6, 1e9];
  const D = [1, 1e3, 1e6, 1e9, 1e12];
  const C = [1, 1e9, 1e12, 1e15, 1e18, 8.64e19, 1e21, 1e24];
  it.each([
    ["NDC", [6, 18, 4.4], { N, D, C }],
    ["ND", [6], { N, D: [1, 1e9, 1e12] }],
    ["NC", [6], { N, C }],
    ["DC", [6], { D: [1, 1e9, 1e12], C }],
  ] as const)(
    "of %s, with C = %jND, are refused, in whatever units, with the --columns that mends them",
    (has, ways, used) => {
      for (const [index, units] of combinations(used).entries()) {
        const k = ways[index % ways.length]!;
        const header = [...has].map((quantity) => `my_${quantity}`);
        const rows = runs.map(({ N, D, loss }) => {
          const values: Record<string, number> = { N, D, C: k * N * D };
          return [...[...has].map((quantity) => values[quantity]! / units[quantity]!), loss].join(",");
        });
        const table = [[...header, "loss"].join(","), ...rows].join("\n");
        const map = [...has].map((quantity) => `${quantity}=my_${quantity}`).join(",");
        const mend = [...has]
          .filter((quantity) => units[quantity] !== 1)
          .map((quantity) => `${quantity}=${units[quantity]!.toExponential().replace("+", "")}*my_${quantity}`)
          .join(",");
        if (mend === "") expect(read(table, map).runs).toHaveLength(3);
        else expect(() => read(table, map)).toThrow(`--columns '${mend}'`);
        const mended = readRunsTable(table, {
          columns: { ...parseColumns(map), ...(mend && parseColumns(mend)) },
        }).runs;
        expect(mended.every((run, i) => Math.abs(run.N / runs[i]!.N - 1) < 1e-9)).toBe(true);
      }
    },
  );

  it("are believed when the user gives the factor, be it 1", () => {
    expect(read(table({ c: 1e9 }), "N=size,D=data,C=1*cost").runs[0]!.C).toBeLessThan(1e10);
    expect(read("N,D,loss\n20,1e9,3", "N=1*N").runs[0]!.N).toBe(20);
    expect(read("N,D,C,loss\n1e7,500,3e10,3", "D=1*D").runs[0]!.D).toBe(500);
    expect(read("N,C,loss\n1e7,3e10,3", "C=1*C").runs[0]!.D).toBe(500);
    expect(() => read("gparams,D,C,loss\n0.2,4000,4800,3", "N=1e9*gparams,D=D,C=C")).toThrow(
      "--columns 'D=1e6*D,C=1e15*C', or 'D=1*D,C=1*C'",
    );
  });

  it("that a column's name tells are those, where the user has mapped it without a factor", () => {
    expect(() => read("params_k,D,loss\n400,8e6,3", "N=params_k")).toThrow("--columns 'N=1e3*params_k'");
    expect(() => read("N,tokens_m,loss\n1e9,900,3", "D=tokens_m")).toThrow("--columns 'D=1e6*tokens_m'");
  });

  it.each([
    ["N,C,loss\n1e7,60,3", "C=1e15*C"],
    ["N,C,loss\n10,60,3", "N=1e6*N,C=1e15*C"],
    ["N,D,loss\n10000,100,3", "N=1e6*N,D=1e9*D"],
    ["N,D,C,loss\n10000,100,6000,3", "N=1e6*N,D=1e9*D,C=1e18*C"],
    ["params_k,tokens_m,loss\n10000,100,3", "N=1e3*params_k,D=1e6*tokens_m", "N=params_k,D=tokens_m"],
    ["N,D,total_gflops,loss\n1e7,1e9,0.06,3", "C=1e18*total_gflops"],
    ["d_model,num_layers,D,C,loss\n1024,8,2e9,1.2e9,3", "C=1e9*C"],
    ["d_model,D,C,loss\n1024,2e9,1.2e9,3", "C=1e9*C"],
    ["d_model,num_layers,D,loss\n1024,8,2,3", "D=1e9*D"],
    ["d_model,num_layers,C,loss\n1024,8,1.2e9,3", "C=1e9*C"],
  ])("in %j are few, and those of the column's names or the most usual: %s", (text, mend, map = "") => {
    expect(() => readRunsTable(text, map === "" ? {} : { columns: parseColumns(map) })).toThrow(`--columns '${mend}'`);
  });

  it("are named with the column and the range of what is in it", () => {
    const words = (text: string, ...parts: string[]) => {
      for (const part of parts) expect(() => readRunsTable(text)).toThrow(part);
    };
    words("N,D,loss\n2000,1e9,3\n20,1e9,3\n300,1e9,3", 'N is 20 to 2000 in column "N"');
    words("N,tokens,loss\n2e7,1.23456,3", 'D is 1.23 in column "tokens"');
    words("N,flops,loss\n2e7,1.2e8,3\n4e7,4.8e8,3", 'C is 120000000 to 480000000 in column "flops", and D', "1 to 2");
    words("D,flops,loss\n1e9,1e8,3", 'in column "flops"', "and N", "0.0167");
    words("N,D,C,loss\n1e7,1e9,3e8,3\n2e7,1e9,1.2e8,3\n4e7,1e9,4.8e8,3", "2e-9 times 6·N·D");
    words("N,D,C,loss\n1e7,1e6,3e17,3", "5e3 times 6·N·D");
  });

  it("are suspected below a thousand parameters or tokens, and where C is eighty times 6ND in every row", () => {
    const plain = (text: string) => expect(readRunsTable(text).runs.length).toBeGreaterThan(0);
    plain("N,D,loss\n1000,1e9,3");
    plain("N,D,loss\n1e7,1000,3");
    plain("N,C,loss\n1e7,6e10,3");
    plain("d_model,num_layers,D,C,loss\n8,1,1e9,4.6e12,3");
    plain("d_model,D,C,loss\n8,1e9,6e16,3");
    plain("d_model,num_layers,D,loss\n512,8,1e9,3");
    plain("N,C,loss\n2e7,1e8,3\n4e7,1e19,3");
    plain("N,D,C,loss\n1e7,1e9,4.7e18,3\n1e7,1e9,9e22,3");
    plain("N,D,C,loss\n1e7,1e9,8e14,3\n1e7,1e9,1e11,3");
    expect(() => readRunsTable("N,D,C,loss\n1e7,1e9,4.9e18,3\n1e7,1e9,9e22,3")).toThrow("N·D");
    expect(() => readRunsTable("N,D,C,loss\n1e7,1e9,7e14,3\n1e7,1e9,1e11,3")).toThrow("N·D");
  });

  it("of less than a tenth of the rows are named by the first such row, with ways to leave or keep it", () => {
    const rows = (count: number) => Array.from({ length: count }, (_, i) => `${1e7 * (i + 1)},1e9,3`);
    const text = ["size,D,loss", ...rows(20), "12,1e9,3"].join("\n");
    for (const part of ["row 21: N is 12", '"size"', '--where "N>=1000"', "--columns 'N=1*size'"])
      expect(() => read(text, "N=size")).toThrow(part);
    expect(() => readRunsTable(["N,D,loss", ...rows(9), "12,1e9,3"].join("\n"))).toThrow("N is 12 to 90000000");
    expect(() => readRunsTable(["N,D,loss", ...rows(10), "12,1e9,3"].join("\n"))).toThrow("row 11");
  });

  it("are not suspected in tables that count FLOPs in their own way", () => {
    const k = fc.oneof(fc.double({ min: 4, max: 24, noNaN: true }), fc.constantFrom(4.44, 18, 21.6));
    fc.assert(
      fc.property(k, (factor) => void expect(read(table({ k: factor }), MAP).runs).toHaveLength(3)),
      { numRuns: 25 },
    );
  });
});
