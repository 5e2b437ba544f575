import { expect, test } from "vitest";
import { rustFloat } from "../../../src/task/python/rust-float.ts";

// As Pydantic 2.13 writes them.
test.each([
  [0, "0.0"],
  [-0, "-0.0"],
  [1, "1.0"],
  [30, "30.0"],
  [0.5, "0.5"],
  [-123.456, "-123.456"],
  [1e-5, "0.00001"],
  [-2.5e-5, "-0.000025"],
  [9.99e-6, "9.99e-6"],
  [-1.25e-7, "-1.25e-7"],
  [1e15, "1000000000000000.0"],
  [9999999999999998, "9999999999999998.0"],
  [1e16, "1e+16"],
  [1.5e16, "1.5e+16"],
  [5e-324, "5e-324"],
])("%d is written %s", (value, text) => expect(rustFloat(value)).toBe(text));
