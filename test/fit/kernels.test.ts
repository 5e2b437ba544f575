import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { leastSquares, nonNegativeLeastSquares } from "../../src/fit/kernels/least-squares.ts";
import { levenbergMarquardt } from "../../src/fit/kernels/levenberg-marquardt.ts";
import { conditioning, invertPositive, solveCholesky } from "../../src/fit/kernels/matrix.ts";
import { minimizeNelderMead } from "../../src/fit/kernels/nelder-mead.ts";
import { minimizeNewton, type Problem } from "../../src/fit/kernels/newton.ts";
import { erf, normalCdf, normalDensity, root, studentQuantile } from "../../src/statistics/distributions.ts";
import { quantile } from "../../src/statistics/quantile.ts";

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

  it("gives the line through points on a line, and the mean of a constant", () => {
    const ones = Float64Array.of(1, 1, 1);
    const line = leastSquares([ones, Float64Array.of(-1, 2, 5)], Float64Array.of(1, 7, 13))!;
    expect(line[0]).toBeCloseTo(3, 12);
    expect(line[1]).toBeCloseTo(2, 12);
    expect(leastSquares([ones], Float64Array.of(1, 2, 6))![0]).toBeCloseTo(3, 12);
    expect(leastSquares([Float64Array.of(-2)], Float64Array.of(6))![0]).toBeCloseTo(-3, 12);
    const swapped = leastSquares([Float64Array.of(0, 1), Float64Array.of(1, 0)], Float64Array.of(4, 5))!;
    expect(swapped[0]).toBeCloseTo(5, 12);
    expect(swapped[1]).toBeCloseTo(4, 12);
  });

  it("does not change its input", () => {
    const [a, b] = [Float64Array.of(1, 2, 3), Float64Array.of(3, 1, 2)];
    leastSquares([a], b);
    expect([a, b]).toEqual([Float64Array.of(1, 2, 3), Float64Array.of(3, 1, 2)]);
  });

  it("refuses a column of zeros", () => {
    expect(leastSquares([new Float64Array(3)], Float64Array.of(1, 2, 3))).toBeUndefined();
  });

  it("refuses columns that depend on each other to rounding, at any scale", () => {
    const thirds = Float64Array.of(1 / 3, 0.7, 1.1, 1.9);
    for (const factor of [1 / 3, 3.3, 1e-7, 1e7])
      expect(leastSquares([thirds, thirds.map((value) => factor * value)], thirds)).toBeUndefined();
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

describe("non-negative least squares of small systems", () => {
  const unit = (at: number) => Float64Array.from({ length: 3 }, (_, i) => (i === at ? 1 : 0));

  it("sets negative coefficients to zero and solves for the others again", () => {
    const b = Float64Array.of(2, -3, 5);
    expect(Array.from(nonNegativeLeastSquares([unit(0), unit(1), unit(2)], b))).toEqual([2, 0, 5]);
    expect(Array.from(nonNegativeLeastSquares([unit(1)], b))).toEqual([0]);
    // Without the bound the second would be -1; at zero the first alone has the least squares.
    const [one, two] = [Float64Array.of(1, 1), Float64Array.of(1, 2)];
    const x = nonNegativeLeastSquares([one, two], Float64Array.of(2, 1));
    expect(x[0]).toBeCloseTo(1.5, 12);
    expect(x[1]).toBe(0);
  });

  it("drops a column that it began with, where others do better without it", () => {
    const columns = [Float64Array.of(0.7, 0.7, -0.3), Float64Array.of(1, 0, 0), Float64Array.of(0, 1, 0)];
    expect(Array.from(nonNegativeLeastSquares(columns, Float64Array.of(1, 1, 0.2)))).toEqual([0, 1, 1]);
  });

  it("is the best of all sets of columns whose least squares are positive, for columns that are much alike", () => {
    // In thousandths: squares of what is near the smallest numbers are no longer numbers.
    const share = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
    const row = fc.array(share, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(row, fc.array(row, { minLength: 4, maxLength: 4 }), row, (base, rest, wanted) => {
        const columns = rest.map((its) => Float64Array.from(its, (value, i) => base[i]! + 0.3 * value));
        fc.pre(conditioning(gram(columns), 4).condition < 1e6);
        const b = Float64Array.from(wanted);
        const left = (x: ArrayLike<number>) => {
          const residual = residualOf(columns, Float64Array.from(x), b);
          return dot(residual, residual);
        };
        let least = dot(b, b);
        for (let set = 1; set < 16; set++) {
          const used = [0, 1, 2, 3].filter((j) => set & (1 << j));
          const solved = leastSquares(
            used.map((j) => columns[j]!),
            b,
          )!;
          if (solved.every((value) => value >= 0))
            least = Math.min(least, left([0, 1, 2, 3].map((j) => (used.includes(j) ? solved[used.indexOf(j)]! : 0))));
        }
        const x = nonNegativeLeastSquares(columns, b);
        expect(Math.min(...x)).toBeGreaterThanOrEqual(0);
        expect(left(x)).toBeLessThanOrEqual(least * (1 + 1e-9) + 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it("uses one of two columns that are the same", () => {
    const x = nonNegativeLeastSquares([unit(0), unit(0), unit(1)], Float64Array.of(2, 3, 0));
    expect(x[0]! + x[1]!).toBeCloseTo(2, 12);
    expect(x[2]).toBeCloseTo(3, 12);
  });

  it("gives back the weights of a mixture, whichever of them are zero", () => {
    const weights = fc.array(fc.constantFrom(0, 0.5, 1, 7), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(fc.tuple(column(8), column(8), column(8)), weights, (columns, given) => {
        fc.pre(conditioning(gram(columns), 3).condition < 1e4 && columns.every((c) => dot(c, c) > 0.1));
        const b = residualOf(columns, Float64Array.from(given), new Float64Array(8)).map((value) => -value);
        const x = nonNegativeLeastSquares(columns, b);
        for (const [j, weight] of given.entries()) expect(x[j]).toBeCloseTo(weight, 6);
      }),
    );
  });
});

function gram(columns: readonly Float64Array[]): Float64Array {
  return Float64Array.from(columns.flatMap((a) => columns.map((b) => dot(a, b))));
}

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
    expect(conditioning(Float64Array.of(0, 0, 0, 1), 2).condition).toBe(Number.POSITIVE_INFINITY);
  });

  it("are inverted: a product with the inverse is the unit matrix, for any that are positive definite", () => {
    fc.assert(
      fc.property(fc.tuple(column(6), column(6), column(6), column(6)), (columns) => {
        const G = gram(columns).map((value, k) => value + (k % 5 === 0 ? 1 : 0));
        // Only the lower triangle is read.
        const lower = G.map((value, k) => (k % 4 > Math.floor(k / 4) ? Number.NaN : value));
        const inverse = invertPositive(lower, 4)!;
        expect(conditioning(lower, 4).condition / conditioning(G, 4).condition).toBeCloseTo(1, 6);
        for (let i = 0; i < 4; i++)
          for (let j = 0; j < 4; j++) {
            const column = Float64Array.from({ length: 4 }, (_, k) => inverse[4 * k + j]!);
            expect(dot(G.subarray(4 * i, 4 * i + 4), column)).toBeCloseTo(i === j ? 1 : 0, 6);
          }
        expect(lower[0]).toBe(G[0]);
      }),
    );
    expect(invertPositive(Float64Array.of(1, 0, 2, 1), 2)).toBeUndefined();
    expect(solveCholesky(Float64Array.of(0), Float64Array.of(1), 1)).toBe(false);
  });

  it("have the conditioning of their eigenvalues once the diagonal is one, in three dimensions too", () => {
    // Unit diagonal, r off it: eigenvalues 1 + 2r along (1, 1, 1) and twice 1 - r; here scaled by 2, 3 and 5.
    const scaled = (r: number) => Float64Array.of(4, 0, 0, 6 * r, 9, 0, 10 * r, 15 * r, 25);
    expect(conditioning(scaled(0.5), 3).condition).toBeCloseTo(4, 10);
    const { condition, weakest } = conditioning(scaled(-0.4), 3);
    expect(condition).toBeCloseTo(1.4 / 0.2, 10);
    for (const part of weakest) expect(part / weakest[0]!).toBeCloseTo(1, 8);
    expect(dot(weakest, weakest)).toBeCloseTo(1, 12);
    const chain = conditioning(Float64Array.of(1, 0, 0, 0.6, 1, 0, 0, 0.6, 1), 3);
    expect(chain.condition).toBeCloseTo((1 + 0.6 * Math.SQRT2) / (1 - 0.6 * Math.SQRT2), 9);
    expect(chain.weakest[1]! / chain.weakest[0]!).toBeCloseTo(-Math.SQRT2, 8);
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

  it("finds the minimum of a curved valley from every start", () => {
    fc.assert(
      fc.property(entry, entry, (x, y) => {
        const { x: found, converged } = minimizeNewton(rosenbrock([-9, -9], [9, 9]), Float64Array.of(x, y));
        expect(converged).toBe(true);
        expect(found[0]).toBeCloseTo(1, 7);
        expect(found[1]).toBeCloseTo(1, 7);
      }),
    );
  });

  it("stops on a bound with the other variable at its best", () => {
    const { x, converged } = minimizeNewton(rosenbrock([-9, -9], [0.5, 9]), Float64Array.of(-1, 2));
    expect(converged).toBe(true);
    expect(x[0]).toBe(0.5);
    expect(x[1]).toBeCloseTo(0.25, 9);
  });

  it("keeps a fixed variable", () => {
    expect(minimizeNewton(rosenbrock([2, -9], [2, 9]), Float64Array.of(0, 0)).x).toEqual(Float64Array.of(2, 4));
  });

  it("ends in a corner that the slope points into", () => {
    const { x, converged } = minimizeNewton(rosenbrock([-9, -9], [0.5, 0.1]), Float64Array.of(-1, -1));
    expect(converged).toBe(true);
    expect(x[1]).toBe(0.1);
    // On y = 0.1 the best x solves 200·x·(x² - 0.1)·2 = 2·(1 - x): about 0.3243.
    const slope = 400 * x[0]! * (x[0]! * x[0]! - 0.1) - 2 * (1 - x[0]!);
    expect(Math.abs(slope)).toBeLessThan(1e-6);
  });

  it("reports its state when it is stopped", () => {
    const problem = rosenbrock([-9, -9], [9, 9]);
    const start = Float64Array.of(-1.2, 1);
    const stopped = minimizeNewton(problem, start, { iterations: 3 });
    expect(stopped).toMatchObject({ converged: false, iterations: 3 });
    expect(stopped.decrement).toBeGreaterThan(1e-12);
    expect(stopped.value).toBeCloseTo(problem.value(stopped.x), 12);
    expect(stopped.value).toBeLessThan(problem.value(start));
    const none = minimizeNewton(problem, start, { iterations: 0 });
    expect(none).toMatchObject({ converged: false, iterations: 0, x: start });
    expect(start).toEqual(Float64Array.of(-1.2, 1));
  });

  it("takes one full step to the bottom of a bowl, and stays where it starts there", () => {
    const bowl: Problem = {
      size: 1,
      lower: Float64Array.of(-9),
      upper: Float64Array.of(9),
      value: ([x]) => 1 + (x! - 2) * (x! - 2),
      expand(x, gradient, hessian, metric) {
        gradient[0] = 2 * (x[0]! - 2);
        hessian[0] = 2;
        metric[0] = 2;
        return this.value(x);
      },
    };
    const { x, converged, iterations } = minimizeNewton(bowl, Float64Array.of(-5));
    expect([converged, x[0]]).toEqual([true, expect.closeTo(2, 10)]);
    expect(iterations).toBeLessThan(12);
    expect(minimizeNewton(bowl, Float64Array.of(2))).toMatchObject({
      converged: true,
      x: Float64Array.of(2),
      value: 1,
    });
    expect(minimizeNewton(bowl, Float64Array.of(50)).x[0]).toBeCloseTo(2, 10);
  });

  it("ignores starts where the value is not a number", () => {
    const nowhere = { ...rosenbrock([-9, -9], [9, 9]), expand: () => Number.NaN };
    expect(minimizeNewton(nowhere, Float64Array.of(1, 2))).toMatchObject({ converged: false, iterations: 0 });
  });

  it("ends in a minimum found before, when it comes close to it", () => {
    const shallow = (floor: number): Problem => {
      const steep = rosenbrock([-9, -9], [9, 9]);
      return {
        ...steep,
        value: (x) => floor + steep.value(x),
        expand: (x, gradient, hessian, metric) => floor + steep.expand(x, gradient, hessian, metric),
      };
    };
    const start = Float64Array.of(-1.2, 1);
    const known = minimizeNewton(shallow(10), start);
    expect(minimizeNewton(shallow(10), start, { known })).toBe(known);
    const elsewhere = { ...known, x: Float64Array.of(-1, 1) };
    expect(minimizeNewton(shallow(10), start, { known: elsewhere })).toEqual(known);
    const lower = { ...known, value: 9 };
    expect(minimizeNewton(shallow(10), start, { known: lower })).toEqual(known);
    const higher = { ...known, value: 11 };
    expect(minimizeNewton(shallow(10), start, { known: higher })).toEqual(known);
  });
});

describe("a simplex", () => {
  it("finds the bottom of a valley with a crease", () => {
    const found = minimizeNelderMead(([x, y]) => Math.abs(x! - 1) + (y! + 2) * (y! + 2), Float64Array.of(0, 0), {
      size: 0.5,
      tolerance: 1e-9,
    });
    expect(found[0]).toBeCloseTo(1, 6);
    expect(found[1]).toBeCloseTo(-2, 4);
  });

  it("finds it in three dimensions, and around a place where there is no value", () => {
    const target = [1, -2, 0.5];
    const bowl = (x: Float64Array) =>
      x.reduce((sum, xi, i) => sum + (1 + i) * (xi - target[i]!) * (xi - target[i]!), 0);
    const holed = (x: Float64Array) => (x[0]! < -0.1 ? Number.NaN : bowl(x));
    const start = Float64Array.of(0, 0, 0);
    for (const value of [bowl, holed]) {
      const found = minimizeNelderMead(value, start, { size: 0.7, tolerance: 1e-8 });
      for (const [i, xi] of found.entries()) expect(xi).toBeCloseTo(target[i]!, 6);
    }
    expect(start).toEqual(Float64Array.of(0, 0, 0));
  });

  it("shrinks where no step leads down", () => {
    const bent = ([x, y]: Float64Array) => 1e4 * (y! - x! * x!) * (y! - x! * x!) + (1 - x!) * (1 - x!);
    const cusp = ([x, y]: Float64Array) => Math.sqrt(Math.abs(x! - 1)) + Math.sqrt(Math.abs(y! - 1));
    for (const [value, x, y] of [
      [bent, 0, 0],
      [bent, 3, -2],
      [cusp, -1.2, 3],
    ] as const) {
      const found = minimizeNelderMead(value, Float64Array.of(x, y), { size: 0.9, tolerance: 1e-7, evaluations: 2000 });
      expect(found[0]).toBeCloseTo(1, 5);
      expect(found[1]).toBeCloseTo(1, 5);
    }
  });

  it("evaluates no more often than allowed, and returns the best point", () => {
    const seen: number[] = [];
    const value = (x: Float64Array) => {
      seen.push((x[0]! - 3) * (x[0]! - 3));
      return seen.at(-1)!;
    };
    const found = minimizeNelderMead(value, Float64Array.of(0), { size: 1, tolerance: 1e-12, evaluations: 10 });
    expect((found[0]! - 3) * (found[0]! - 3)).toBe(Math.min(...seen));
    expect(seen.length).toBeLessThan(25);
  });

  it("goes all the way down a long valley, and no further than the tolerance asks", () => {
    let asked = 0;
    const valley = ([x, y]: Float64Array) => {
      asked++;
      return 100 * (y! - x! * x!) * (y! - x! * x!) + (1 - x!) * (1 - x!);
    };
    const found = minimizeNelderMead(valley, Float64Array.of(-1.2, 1), { size: 0.5, tolerance: 1e-6 });
    expect(found[0]).toBeCloseTo(1, 4);
    expect(found[1]).toBeCloseTo(1, 4);
    expect(asked).toBeLessThan(300);
    const before = asked;
    minimizeNelderMead(valley, Float64Array.of(-1.2, 1), { size: 0.5, tolerance: 0.1 });
    expect(asked - before).toBeLessThan(before / 2);
  });
});

describe("Levenberg's and Marquardt's method", () => {
  const exponentials = (x: Float64Array) =>
    Float64Array.from({ length: 8 }, (_, i) => x[0]! * Math.exp(-x[1]! * i) + x[2]! - (3 * Math.exp(-0.4 * i) + 1));

  it("finds the curve that made the points, and the line of least squares where they are on none", () => {
    const { x, sum } = levenbergMarquardt(exponentials, Float64Array.of(1, 1, 0), { iterations: 50, tolerance: 1e-14 });
    expect([...x]).toEqual([3, 0.4, 1].map((value) => expect.closeTo(value, 6)));
    expect(sum).toBeLessThan(1e-12);
    const y = Float64Array.of(1, 3, 2, 5, 4);
    const line = levenbergMarquardt((p) => y.map((yi, i) => p[0]! + p[1]! * i - yi), Float64Array.of(100, -100), {
      iterations: 30,
    });
    expect([...line.x]).toEqual([expect.closeTo(1.4, 5), expect.closeTo(0.8, 5)]);
    expect(line.sum).toBeCloseTo(3.6, 6);
  });

  it("never ends above its start, evaluates at most what its iterations need, and returns the sum of where it ends", () => {
    for (const iterations of [0, 1, 2, 5]) {
      const start = Float64Array.of(1, 1, 0);
      const { x, sum } = levenbergMarquardt(exponentials, start, { iterations });
      const squares = (r: Float64Array) => r.reduce((total, value) => total + value * value, 0);
      expect(sum).toBeCloseTo(squares(exponentials(x)), 12);
      expect(sum < squares(exponentials(start))).toBe(iterations > 0);
      expect([...start]).toEqual([1, 1, 0]);
    }
  });

  it("avoids points where a residual is NaN, and stays at the start where that is one", () => {
    const root = (x: Float64Array) => Float64Array.of(Math.sqrt(x[0]!) - 0.1, 0.01 * (x[0]! - 3));
    const { x, sum } = levenbergMarquardt(root, Float64Array.of(4), { iterations: 60, tolerance: 1e-12 });
    expect(x[0]).toBeGreaterThan(0);
    expect(sum).toBeLessThan(0.002);
    const lost = levenbergMarquardt(root, Float64Array.of(-1), { iterations: 5 });
    expect([lost.x[0], lost.sum]).toEqual([-1, Number.POSITIVE_INFINITY]);
  });

  it("ends when a step gains less than its tolerance of the sum", () => {
    const calls = (tolerance: number) => {
      let count = 0;
      const counted = (x: Float64Array) => {
        count++;
        return exponentials(x).map((value, i) => value + (i % 2));
      };
      const { sum } = levenbergMarquardt(counted, Float64Array.of(1, 1, 0), { iterations: 200, tolerance });
      return { count, sum };
    };
    expect(calls(0.5).count).toBeLessThan(calls(1e-12).count);
    expect(calls(0.5).sum).toBeGreaterThanOrEqual(calls(1e-12).sum);
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
    expect(studentQuantile(0.95, 1)).toBeCloseTo(6.313751514675043, 4);
    expect(studentQuantile(0.975, 100)).toBeCloseTo(1.983971518449634, 6);
    expect(studentQuantile(0.5, 4)).toBe(0);
    expect(normalDensity(0)).toBeCloseTo(0.3989422804014327, 14);
    expect(normalDensity(-1.5)).toBeCloseTo(0.12951759566589174, 14);
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1.96)).toBeCloseTo(0.9750021048517795, 14);
  });

  it("have the tails that are published, to twelve digits of them", () => {
    expect(normalCdf(-6) / 9.865876450376946e-10).toBeCloseTo(1, 12);
    expect(normalCdf(-10) / 7.61985302416053e-24).toBeCloseTo(1, 12);
    expect(normalCdf(-5.000001) / 2.866501e-7).toBeCloseTo(1, 5);
    expect(normalCdf(-4.999999) / 2.866531e-7).toBeCloseTo(1, 5);
    expect(normalCdf(6)).toBeCloseTo(1 - 9.865876450376946e-10, 14);
  });

  it("rise, and are even or odd as they should be", () => {
    const x = fc.double({ min: 0, max: 9, noNaN: true });
    fc.assert(
      fc.property(x, x, (a, b) => {
        expect(normalCdf(a) + normalCdf(-a)).toBeCloseTo(1, 14);
        expect(normalDensity(a)).toBe(normalDensity(-a));
        if (a < b) expect(normalCdf(a)).toBeLessThanOrEqual(normalCdf(b) + 1e-15);
      }),
    );
  });
});

describe("a zero", () => {
  it("is found to rounding, also where the function is zero at an end", () => {
    expect(root((x) => x * x * x - 2, 0, 5)).toBeCloseTo(Math.cbrt(2), 14);
    expect(root((x) => x + 300, -1000, 1000)).toBeCloseTo(-300, 10);
    expect(root((x) => x, 0, 8)).toBeCloseTo(0, 14);
    expect(root((x) => x - 8, 0, 8)).toBeCloseTo(8, 14);
  });
});

describe("a quantile", () => {
  it.each([
    [[3, 1, 2, 4, 5], 0.5, 3],
    [[0, 10], 0.25, 2.5],
    [[1, 2, 3, 4], 0, 1],
    [[1, 2, 3, 4], 1, 4],
    [[1, 2, 3, 4], 0.4, 2.2],
    [[7], 0.3, 7],
    [[10, 9, 100], 1, 100],
    [[1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY], 0.75, Number.POSITIVE_INFINITY],
  ])("of %j at %d is %d", (values, p, expected) => expect(quantile(values, p)).toBeCloseTo(expected, 12));

  it("of no values is NaN", () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});
