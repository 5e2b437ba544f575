import { describe, expect, it } from "vitest";
import { readRunsTable } from "../../src/table/runs.ts";

describe("a unit in a column's name", () => {
  it.each([
    "N (1e6)",
    "N [1e6]",
    "N_1e6",
    "N 1e6",
    "N/1e6",
    "N (in 1e6)",
    "N x1e6",
    "N ×1e6",
    "N ( x 1e6 params )",
    "n_params (1e6)",
    "N (M)",
    "N [m]",
    "N_(in M)",
    "params M",
    "params_m",
    "params-m",
    "params  M",
  ])("is read from %s", (name) => {
    expect(readRunsTable(`${name},D,loss\n20,1e9,3\n40,1e9,2.9`).runs.map(({ N }) => N)).toEqual([20e6, 40e6]);
  });

  it.each(["PF-days", "petaflop_days", "C [1e18 FLOPs]", "C (1e18)"])("of compute is read from %s", (name) => {
    const scale = /1e18/.test(name) ? 1e18 : 8.64e19;
    expect(readRunsTable(`N,${name},loss\n1e8,2,3`).runs[0]!.C / scale).toBeCloseTo(2, 9);
  });
});

describe("a number in a cell", () => {
  it.each([
    ["1,234,567", 1_234_567],
    ["+1,234,567", 1_234_567],
    ["12,345,678.5", 12_345_678.5],
    ["1.5e7", 1.5e7],
    ["1.5E+7", 1.5e7],
    ["+15e6", 1.5e7],
    [".5e8", 5e7],
    ["2.e7", 2e7],
    ["2.10x10^7", 2.1e7],
    ["2.1 x 10 ^ 7", 2.1e7],
    ["2.1·10^+7", 2.1e7],
    ["210000000*10^-1", 2.1e7],
    ["3×10⁷", 3e7],
    ["30×10⁶", 3e7],
    ["10 ^ 8", 1e8],
    ["10^+8", 1e8],
    ["10^08", 1e8],
    ["~ 7M", 7e6],
    ["≈7M", 7e6],
    ["7 Mio", 7e6],
    ["7 millions", 7e6],
    ["0.02 Billions", 2e7],
    ["0.00002 trillions", 2e7],
    ["18\u00a0973\u202f666", 18_973_666],
    ["18’973’666 params", 18_973_666],
    [".21e8 params", 2.1e7],
    ["1.5e+1M", 1.5e7],
    ["0.0021 × 10^10", 2.1e7],
    ["0.0021×10¹⁰", 2.1e7],
    ["2.1e8 × 10⁻¹", 2.1e7],
    ["2.1e8 × 10^−1", 2.1e7],
    ["10⁷", 1e7],
  ])("%s is read", (cell, value) => {
    expect(readRunsTable(`N,D,loss\n"${cell}",1e9,3`).runs[0]!.N).toBeCloseTo(value, 3);
  });

  it.each([
    "1.2.3",
    "1,23,4.5.6",
    "x10^7",
    "10^",
    "10^x",
    "7 M M",
    "1e5 x 10^",
    "7~M",
    "1e999",
    "1\u00a02",
    "9e300×10^99",
  ])("%s is refused", (cell) => {
    expect(() => readRunsTable(`N,D,loss\n"${cell}",1e9,3`)).toThrow("row 1, column N");
  });
});
