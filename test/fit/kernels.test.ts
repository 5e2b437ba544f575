import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastSquares } from "../../src/fit/kernels/least-squares.ts";
import { conditioning, invertPositive, solveCholesky } from "../../src/fit/kernels/matrix.ts";
import { minimiseNelderMead } from "../../src/fit/kernels/nelder-mead.ts";
import { minimiseNewton, type Problem } from "../../src/fit/kernels/newton.ts";
import { nonNegativeLeastSquares } from "../../src/fit/kernels/nnls.ts";
import { erf, studentQuantile } from "../../src/fit/kernels/normal.ts";

const entry = fc.double({ min: -3, max: 3, noNaN: true });
const column = (length: number) =>
  fc.array(entry, { minLength: length, maxLength: length }).map((values) => Float64Array.from(values));
const system = fc.record({ columns: fc.tuple(column(8), column(8), column(8)), b: column(8) });
const residualOf = (columns: readonly Float64Array[], x: Float64Array, b: Float64Array) =>
  b.map((value, i) => value - columns.reduce((sum, c, j) => sum + c[i]! * x[j]!, 0));
const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);

describe("least squares", () => {
  it("leaves a residual that is orthogonal to every column", () => {
    fc.assert(
      fc.property(system, ({ columns, b }) => {
        const x = leastSquares(columns, b);
        if (!x || x.some((value) => Math.abs(value) > 1e3)) return;
        const residual = residualOf(columns, x, b);
        for (const c of columns) expect(Math.abs(dot(c, residual))).toBeLessThan(1e-8);
      }),
    );
  });

  it("refuses columns that depend on each other", () => {
    const c = Float64Array.of(1, 2, 3, 4);
    expect(leastSquares([c, c.map((value) => 2 * value)], c)).toBeUndefined();
    expect(leastSquares([c, c, c, c, c], c)).toBeUndefined();
  });
});

describe("non-negative least squares", () => {
  it("meets the conditions of Karush, Kuhn and Tucker", () => {
    fc.assert(
      fc.property(system, ({ columns, b }) => {
        fc.pre(
          columns.every((c) => dot(c, c) > 0.1) &&
            dot(b, b) > 0.1 &&
            leastSquares(columns, b)?.every((value) => Math.abs(value) < 1e3) === true,
        );
        const x = nonNegativeLeastSquares(columns, b);
        const residual = residualOf(columns, x, b);
        for (const [j, c] of columns.entries()) {
          const slope = dot(c, residual) / Math.sqrt(dot(c, c) * dot(b, b));
          expect(x[j]).toBeGreaterThanOrEqual(0);
          if (x[j]! > 1e-9) expect(Math.abs(slope)).toBeLessThan(1e-6);
          else expect(slope).toBeLessThan(1e-6);
        }
      }),
    );
  });
});

describe("small symmetric matrices", () => {
  const A = Float64Array.of(4, 1, 0.5, 1, 3, 0.2, 0.5, 0.2, 2);

  it("are solved and inverted", () => {
    const x = Float64Array.of(1, 2, 3);
    expect(solveCholesky(A.slice(), x, 3)).toBe(true);
    for (let i = 0; i < 3; i++) expect(dot(A.subarray(3 * i, 3 * i + 3), x)).toBeCloseTo(i + 1, 12);
    const inverse = invertPositive(A, 3)!;
    expect(dot(A.subarray(0, 3), inverse.subarray(0, 3))).toBeCloseTo(1, 12);
    expect(solveCholesky(Float64Array.of(1, 2, 2, 1), Float64Array.of(1, 1), 2)).toBe(false);
  });

  it("tell how close they are to singular, and along which combination", () => {
    const r = 1 - 1e-6;
    const { condition, weakest } = conditioning(Float64Array.of(4, 0, 2 * r, 1), 2);
    expect(conditioning(Float64Array.of(4, 0, 0, 9), 2).condition).toBeCloseTo(1, 12);
    expect(condition / 2e6).toBeCloseTo(1, 5);
    expect(Math.abs(weakest[0]! + weakest[1]!)).toBeLessThan(1e-6);
    expect(conditioning(Float64Array.of(1, 1, 1, 1), 2).condition).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("Newton's method", () => {
  const rosenbrock = (lower: number[], upper: number[]): Problem => ({
    size: 2,
    floor: 1e-26,
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    value: ([x, y]) => 100 * (y! - x! * x!) * (y! - x! * x!) + (1 - x!) * (1 - x!),
    expand(point, gradient, hessian, metric) {
      const [x, y] = [point[0]!, point[1]!];
      gradient.set([-400 * x * (y - x * x) - 2 * (1 - x), 200 * (y - x * x)]);
      hessian.set([1200 * x * x - 400 * y + 2, 0, -400 * x, 200]);
      metric.set([800 * x * x + 2, 0, 0, 200]);
      return this.value(point);
    },
  });

  it("ends in a curved valley's bottom from anywhere", () => {
    fc.assert(
      fc.property(entry, entry, (x, y) => {
        const { x: found, converged } = minimiseNewton(rosenbrock([-9, -9], [9, 9]), Float64Array.of(x, y));
        expect(converged).toBe(true);
        expect(found[0]).toBeCloseTo(1, 7);
        expect(found[1]).toBeCloseTo(1, 7);
      }),
    );
  });

  it("stops on a bound with the other variable at its best", () => {
    const { x, converged } = minimiseNewton(rosenbrock([-9, -9], [0.5, 9]), Float64Array.of(-1, 2));
    expect(converged).toBe(true);
    expect(x[0]).toBe(0.5);
    expect(x[1]).toBeCloseTo(0.25, 9);
  });

  it("leaves a held variable where it is", () => {
    expect(minimiseNewton(rosenbrock([2, -9], [2, 9]), Float64Array.of(0, 0)).x).toEqual(Float64Array.of(2, 4));
  });
});

describe("a simplex", () => {
  it("finds the bottom of a valley with a crease", () => {
    const found = minimiseNelderMead(([x, y]) => Math.abs(x! - 1) + (y! + 2) * (y! + 2), Float64Array.of(0, 0), {
      size: 0.5,
      tolerance: 1e-9,
    });
    expect(found[0]).toBeCloseTo(1, 6);
    expect(found[1]).toBeCloseTo(-2, 4);
  });
});

describe("distributions", () => {
  it("agree with published tables", () => {
    expect(erf(0.5)).toBeCloseTo(0.5204998778130465, 14);
    expect(erf(-2)).toBeCloseTo(-0.9953222650189527, 14);
    expect(erf(3)).toBeCloseTo(0.9999779095030014, 14);
    expect(studentQuantile(0.975, 15)).toBeCloseTo(2.131449545559323, 7);
    expect(studentQuantile(0.9, 3)).toBeCloseTo(1.63774435369621, 6);
    expect(studentQuantile(0.025, 15)).toBeCloseTo(-2.131449545559323, 7);
  });
});
