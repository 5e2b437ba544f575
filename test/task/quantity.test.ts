import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatCount, formatFlops, parseQuantity } from "../../src/task/quantity.ts";

describe("quantities as people write them", () => {
  it.each([
    ["2e18", 2e18],
    ["2.1B", 2.1e9],
    ["30M", 30e6],
    ["128", 128],
    [" 1.5k ", 1500],
    ["1t", 1e12],
    [".5", 0.5],
  ])("reads %s", (text, value) => expect(parseQuantity(text)).toBe(value));

  it.each(["", "abc", "2e18x", "1,000", "0x10", "NaN", "1e999", "2 e18"])("refuses %s", (text) =>
    expect(parseQuantity(text)).toBeUndefined(),
  );

  it("prints human units that read back to within their three digits", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 9e14, noNaN: true }), (value) => {
        for (const text of [formatCount(value), formatFlops(value)])
          expect(Math.abs((parseQuantity(text) as number) / value - 1)).toBeLessThan(0.006);
      }),
    );
    expect([formatCount(91.886e9), formatCount(999_999), formatFlops(1.83e18)]).toEqual(["91.9B", "1M", "1.83e18"]);
  });
});
