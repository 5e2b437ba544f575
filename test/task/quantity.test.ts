import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatAmount,
  formatCost,
  formatCount,
  formatFlops,
  formatNats,
  formatPercent,
  formatSeconds,
  formatShort,
  formatSigned,
  parseQuantity,
} from "../../src/task/quantity.ts";

describe("quantities as people write them", () => {
  it.each([
    ["2e18", 2e18],
    ["2.1B", 2.1e9],
    ["30M", 30e6],
    ["128", 128],
    [" 1.5k ", 1500],
    ["1t", 1e12],
    [".5", 0.5],
    [".25", 0.25],
    ["2.", 2],
    ["12.25", 12.25],
    ["+3K", 3000],
    ["-2m", -2e6],
    ["7b", 7e9],
    ["4 T", 4e12],
    ["4   T", 4e12],
    ["1E+10", 1e10],
    ["25e-1M", 2.5e6],
  ])("reads %s", (text, value) => expect(parseQuantity(text)).toBe(value));

  it.each([
    "",
    "abc",
    "2e18x",
    "1,000",
    "0x10",
    "NaN",
    "1e999",
    "2 e18",
    ".",
    "e5",
    "x5",
    "1e",
    "1e5.5",
    "5MM",
    "5Q",
    "1..2",
  ])("refuses %s", (text) => expect(parseQuantity(text)).toBeUndefined());

  it("prints human units that read back to within their three digits", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 9e14, noNaN: true }), (value) => {
        for (const text of [formatCount(value), formatFlops(value)])
          expect(Math.abs((parseQuantity(text) as number) / value - 1)).toBeLessThan(0.006);
      }),
    );
  });

  it.each([
    [91.886e9, "91.9B"],
    [999_999, "1M"],
    [999_499, "999k"],
    [1.334e12, "1.33T"],
    [-357e6, "-357M"],
    [1000, "1k"],
    [999.5, "1k"],
    [999.4, "999"],
    [12.345, "12.3"],
    [0, "0"],
  ])("prints a count of %d as %s", (count, text) => expect(formatCount(count)).toBe(text));

  it.each([
    [1.83e18, "1.83e18"],
    [1e19, "1e19"],
    [0, "0"],
    [6, "6e0"],
    [1.999e-3, "2e-3"],
  ])("prints %d FLOPs as %s", (flops, text) => expect(formatFlops(flops)).toBe(text));

  it("prints a cost in seconds where runs cost time, in FLOPs elsewhere", () => {
    expect(formatCost(15_360, { clock: {} })).toBe("15,360 s");
    expect(formatCost(3e17, {})).toBe("3e17");
  });

  it("prints amounts with their unit, losses and differences to four decimals, shares in per cent", () => {
    expect([formatAmount(2e18, "FLOPs"), formatAmount(43_200, "seconds")]).toEqual(["2e18 FLOPs", "43,200 s"]);
    expect([formatSeconds(10.16), formatSeconds(0)]).toEqual(["10.2 s", "0 s"]);
    expect([2.31454, Infinity, Number.NaN, undefined].map(formatNats)).toEqual(["2.3145", "∞", "–", "–"]);
    expect([0.012, -0.012, 0, Number.NaN].map((value) => formatSigned(value, 3))).toEqual([
      "+0.012",
      "−0.012",
      "+0.000",
      "–",
    ]);
    expect(formatSigned(0.5)).toBe("+0.5000");
    expect([formatPercent(0.1234), formatPercent(0.1234, 1)]).toEqual(["12 %", "12.3 %"]);
    expect([formatShort(0.0012345), formatShort(1234)]).toEqual(["0.00123", "1230"]);
  });
});
