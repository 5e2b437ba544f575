import fc from "fast-check";
import { expect, test } from "vitest";
import { pythonFloat } from "../../../src/task/python/float.ts";

test.each([
  [0, "0.0"],
  [-0, "-0.0"],
  [13, "13.0"],
  [0.001, "0.001"],
  [1e-4, "0.0001"],
  [5e-5, "5e-05"],
  [9.999999999999999e-5, "9.999999999999999e-05"],
  [650000000000000, "650000000000000.0"],
  [9999999999999998, "9999999999999998.0"],
  [1e16, "1e+16"],
  [2.535e16, "2.535e+16"],
  [-1.5e-300, "-1.5e-300"],
  [5e-324, "5e-324"],
  [1.7976931348623157e308, "1.7976931348623157e+308"],
  [1e22, "1e+22"],
  [Infinity, "inf"],
  [-Infinity, "-inf"],
  [Number.NaN, "nan"],
])("%d is printed %s", (value, text) => expect(pythonFloat(value)).toBe(text));

test("what is printed reads back as the same number, and always shows that it is a float", () => {
  const property = fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
    expect(Number(pythonFloat(value))).toBe(value);
    expect(pythonFloat(value)).toMatch(/[.e]/);
  });
  fc.assert(property, { numRuns: 2000 });
});
