import fc from "fast-check";
import { describe, it } from "vitest";
import * as exact from "../../site/playground/engine/exact-math.ts";

const ours = {
  exp: exact.exactExp,
  expm1: exact.exactExpm1,
  log: exact.exactLog,
  log1p: exact.exactLog1p,
  cosh: exact.exactCosh,
  cos: exact.exactCos,
  sin: exact.exactSin,
  cbrt: exact.exactCbrt,
} as const;

describe("exact mathematics", () => {
  it.each(Object.keys(ours) as (keyof typeof ours)[])("gives %s the bits of this Node", (name) => {
    const same = (x: number) => {
      if (!Object.is(ours[name](x), Math[name](x)))
        throw new Error(`${name}(${x}) is ${ours[name](x)}, Node says ${Math[name](x)}`);
    };
    const isCircular = name === "cos" || name === "sin";
    const edge = isCircular ? 1e5 : 800;
    for (const x of [0, 1, -1, 0.5, Math.LN2, Math.E, 1e-10, 1e-300, 5e-324, 700, -700]) same(x);
    if (!isCircular) for (const x of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300]) same(x);
    for (const range of [1e-8, 1e-3, 1, 10, edge])
      fc.assert(fc.property(fc.double({ min: -range, max: range, noNaN: true }), same), { numRuns: 3000 });
    if (!isCircular) fc.assert(fc.property(fc.double(), same), { numRuns: 3000 });
  });
});
