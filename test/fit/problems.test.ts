import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lawAt, pointAt } from "../../src/fit/chinchilla.ts";
import { ChinchillaProblem } from "../../src/fit/chinchilla-problem.ts";
import type { Problem } from "../../src/fit/kernels/newton.ts";
import { LogLawProblem } from "../../src/fit/law-family.ts";
import {
  huber,
  OBJECTIVES,
  type ObjectiveName,
  objectiveOf,
  roundingFloor,
  withPenalties,
} from "../../src/fit/objective.ts";
import { mean, oneBudget, type Rows, rowsOf, sampleRows } from "../../src/fit/rows.ts";
import { runsOf } from "../../src/testing/arbitraries.ts";

const LAW = { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 };
const GRID = { budgets: [1e18, 1e20], sizesPerBudget: 4, width: 4, offset: 1.3 };
const table = () => rowsOf(runsOf(LAW, GRID, 0.02, 1).map((run, i) => ({ ...run, weight: 1 + (i % 3) }))) as Rows;

// Sums of each kind, with a delta that leaves some residuals inside and others beyond.
const SUMS = OBJECTIVES.filter((name) => name !== "huber-likelihood");
const DELTA = 0.02;

/** A point some way off the law, so that residuals are of both signs. */
const points = fc
  .tuple(...[0.2, 0.3, 0.3, 0.05, 0.05].map((width) => fc.double({ min: -width, max: width, noNaN: true })))
  .map((shift) => Float64Array.from(shift));

interface Expansion {
  readonly value: number;
  readonly gradient: Float64Array;
  readonly hessian: Float64Array;
  readonly metric: Float64Array;
}

function expansion(problem: Problem, x: Float64Array): Expansion {
  const n = problem.size;
  const [gradient, hessian, metric] = [new Float64Array(n), new Float64Array(n * n), new Float64Array(n * n)];
  return { value: problem.expand(x, gradient, hessian, metric), gradient, hessian, metric };
}

/** The slope of a function along a variable, by central differences. */
function slope(f: (x: Float64Array) => number, x: Float64Array, i: number, h = 1e-6): number {
  const moved = (by: number) => f(x.map((value, k) => (k === i ? value + by : value)));
  return (moved(h) - moved(-h)) / (2 * h);
}

function expectDerivatives(problem: Problem, x: Float64Array): void {
  const { value, gradient, hessian } = expansion(problem, x);
  const size = Math.max(...gradient.map(Math.abs), ...hessian.map(Math.abs));
  expect(value).toBeCloseTo(problem.value(x), 12);
  for (let i = 0; i < problem.size; i++) {
    expect(Math.abs(gradient[i]! - slope((at) => problem.value(at), x, i))).toBeLessThan(1e-6 * size);
    for (let j = 0; j <= i; j++) {
      const numeric = slope((at) => expansion(problem, at).gradient[i]!, x, j);
      expect(Math.abs(hessian[i * problem.size + j]! - numeric)).toBeLessThan(1e-5 * size);
    }
  }
}

/** The problem of a sum, its law as a point, and the residuals of other points. */
function problemOf(name: ObjectiveName) {
  const rows = table();
  const objective = objectiveOf(name, DELTA);
  const problem = new ChinchillaProblem(rows, objective);
  const at = pointAt(problem, LAW);
  const residuals = (x: Float64Array): Float64Array => {
    const { E, A, B, alpha, beta } = lawAt(problem, x);
    return rows.loss.map((observed, i) => {
      const loss = E + A * Math.exp(-alpha * rows.logN[i]!) + B * Math.exp(-beta * rows.logD[i]!);
      return objective.log ? Math.log(loss / observed) : loss - observed;
    });
  };
  const weighed = (r: number, i: number) => rows.weight[i]! * (r > 0 ? (objective.above ?? 1) : 1);
  return {
    rows,
    objective,
    problem,
    at,
    residuals,
    weighed,
    moved: (shift: Float64Array) => at.map((a, i) => a + shift[i]!),
  };
}

describe.each(SUMS)("the sum of approach 3, %s", (name) => {
  it("is the sum of the objective over the residuals", () => {
    const { objective, problem, residuals, moved, weighed } = problemOf(name);
    fc.assert(
      fc.property(points, (shift) => {
        const x = moved(shift);
        const sum = residuals(x).reduce((total, r, i) => total + weighed(r, i) * huber(r, objective.delta), 0);
        expect(problem.value(x) / sum).toBeCloseTo(1, 9);
      }),
    );
  });

  it("has the derivatives that differences give", () => {
    const { objective, problem, residuals, moved } = problemOf(name);
    // Where a residual is all but delta, a difference quotient straddles the kink of the slope.
    const straddles = (x: Float64Array) => residuals(x).some((r) => Math.abs(Math.abs(r) - objective.delta) < 1e-4);
    fc.assert(
      fc.property(points, (shift) => {
        fc.pre(!straddles(moved(shift)));
        expectDerivatives(problem, moved(shift));
      }),
      { numRuns: 40 },
    );
  });

  it("has its second derivatives for a metric where the law fits exactly", () => {
    const fitting = new ChinchillaProblem(rowsOf(runsOf(LAW, GRID)) as Rows, objectiveOf(name, DELTA));
    const { hessian, metric } = expansion(fitting, pointAt(fitting, LAW));
    const size = Math.max(...hessian.map(Math.abs));
    for (const [k, value] of metric.entries()) expect(Math.abs(value - hessian[k]!)).toBeLessThan(1e-9 * size);
  });

  it("has a metric that counts a run beyond delta by delta over its residual", () => {
    const { rows, objective, problem, residuals, moved, weighed } = problemOf(name);
    fc.assert(
      fc.property(points, (shift) => {
        const x = moved(shift);
        const { metric } = expansion(problem, x);
        const slopes = Array.from({ length: 5 }, (_, i) =>
          rows.loss.map((_, row) => slope((y) => residuals(y)[row]!, x, i)),
        );
        const counts = residuals(x).map((r, i) => weighed(r, i) * Math.min(1, objective.delta / Math.abs(r)));
        const size = Math.max(...metric.map(Math.abs));
        for (let i = 0; i < 5; i++)
          for (let j = 0; j <= i; j++) {
            const sum = counts.reduce((total, count, row) => total + count * slopes[i]![row]! * slopes[j]![row]!, 0);
            expect(Math.abs(metric[i * 5 + j]! - sum)).toBeLessThan(1e-6 * size);
          }
      }),
      { numRuns: 10 },
    );
  });

  it("is that of any law written as one, to its last derivative", () => {
    const { rows, objective, problem, moved } = problemOf(name);
    const law = {
      size: 5,
      lower: problem.lower,
      upper: problem.upper,
      at(x: Float64Array, row: number, g?: Float64Array, h?: Float64Array) {
        const [u, v] = [rows.logN[row]! - problem.centerN, rows.logD[row]! - problem.centerD];
        const [a, b] = [Math.exp(x[1]! - x[3]! * u), Math.exp(x[2]! - x[4]! * v)];
        const loss = x[0]! + a + b;
        const slopes = [1, a, b, -a * u, -b * v].map((value) => value / loss);
        g?.set(slopes);
        if (h) {
          for (let i = 0; i < 5; i++) for (let j = 0; j <= i; j++) h[i * 5 + j] = -slopes[i]! * slopes[j]!;
          h[6]! += a / loss;
          h[12]! += b / loss;
          h[16]! -= (a * u) / loss;
          h[22]! -= (b * v) / loss;
          h[18]! += (a * u * u) / loss;
          h[24]! += (b * v * v) / loss;
        }
        return Math.log(loss);
      },
    };
    const any = new LogLawProblem(law, rows, objective);
    expect([any.size, any.lower, any.upper, any.floor]).toEqual([5, problem.lower, problem.upper, problem.floor]);
    fc.assert(
      fc.property(points, (shift) => {
        const [one, other] = [expansion(any, moved(shift)), expansion(problem, moved(shift))];
        expect(any.value(moved(shift)) / other.value).toBeCloseTo(1, 10);
        expect(one.value / other.value).toBeCloseTo(1, 10);
        for (const part of ["gradient", "hessian", "metric"] as const) {
          const size = Math.max(...other[part].map(Math.abs));
          for (const [k, value] of other[part].entries())
            expect(Math.abs(one[part][k]! - value)).toBeLessThan(1e-10 * size);
        }
      }),
    );
  });

  it("stays right when penalties are added to it", () => {
    const { problem, at, moved } = problemOf(name);
    const penalties = [
      { direction: Float64Array.of(1, 0, 0, 0, 0), value: 2, strength: 3 },
      { direction: Float64Array.of(0, 1, 0, 20, 0), value: 7, strength: 0.5 },
    ];
    const penalized = withPenalties(problem, penalties);
    expect([penalized.size, penalized.lower, penalized.upper, penalized.floor]).toEqual([
      5,
      problem.lower,
      problem.upper,
      problem.floor,
    ]);
    const extra = 1.5 * (at[0]! - 2) * (at[0]! - 2) + 0.25 * (at[1]! + 20 * at[3]! - 7) * (at[1]! + 20 * at[3]! - 7);
    expect(penalized.value(at) - problem.value(at)).toBeCloseTo(extra, 10);
    const shift = Float64Array.of(0.05, 0.1, -0.1, 0.02, -0.02);
    expectDerivatives(penalized, moved(shift));
    const [plain, pulled] = [expansion(problem, at), expansion(penalized, at)];
    const added = (part: "hessian" | "metric") => pulled[part].map((value, k) => value - plain[part][k]!);
    for (const [k, value] of added("metric").entries()) expect(value).toBeCloseTo(added("hessian")[k]!, 9);
    expect(withPenalties(problem, [])).toBe(problem);
  });
});

describe("the limits of approach 3", () => {
  it("contain the law, and every floor from zero to the highest loss", () => {
    const rows = table();
    const problem = new ChinchillaProblem(rows, objectiveOf("log-huber"));
    const x = pointAt(problem, LAW);
    expect(x.every((value, i) => value > problem.lower[i]! && value < problem.upper[i]!)).toBe(true);
    expect([problem.lower[0], problem.upper[0]]).toEqual([0, Math.max(...rows.loss)]);
    expect(lawAt(problem, x)).toEqual(
      Object.fromEntries(Object.entries(LAW).map(([name, value]) => [name, expect.closeTo(value, 8)])),
    );
  });

  it("are centered on the weighted means, or on a given point", () => {
    const rows = table();
    const problem = new ChinchillaProblem(rows, objectiveOf("log-huber"));
    expect([problem.centerN, problem.centerD]).toEqual([mean(rows.logN, rows.weight), mean(rows.logD, rows.weight)]);
    const told = new ChinchillaProblem(rows, objectiveOf("log-huber"), { center: [0, 3] });
    expect([told.centerN, told.centerD]).toEqual([0, 3]);
    const law = pointAt(told, { ...LAW, alpha: 9 });
    expect(law[1]).toBeCloseTo(Math.log(LAW.A), 12);
    // At N = 1 the term of a steep law is large, and must have room.
    const steep = pointAt(told, { ...LAW, alpha: 3, A: LAW.A * Math.exp((3 - LAW.alpha) * 20) });
    expect(steep[1]).toBeLessThan(told.upper[1]!);
  });
});

describe("objectives", () => {
  it("are of losses or their logarithms, squares or Huber's", () => {
    expect(OBJECTIVES.map((name) => objectiveOf(name, 0.5))).toEqual([
      { log: true, delta: 0.5 },
      { log: true, delta: Number.POSITIVE_INFINITY },
      { log: false, delta: 0.5 },
      { log: false, delta: Number.POSITIVE_INFINITY },
      { log: false, delta: 0.5, above: 10 },
      { log: true, delta: 0.5 },
    ]);
    expect(objectiveOf("log-huber").delta).toBe(1e-3);
  });

  it("turn from square to straight without a step or a kink", () => {
    expect([huber(0.5, 1), huber(-0.5, 1), huber(3, 1), huber(-3, 1)]).toEqual([0.125, 0.125, 2.5, 2.5]);
    expect(huber(1 + 1e-9, 1)).toBeCloseTo(huber(1, 1), 8);
    expect((huber(1 + 1e-6, 1) - huber(1, 1)) / 1e-6).toBeCloseTo(1, 5);
  });

  it("count rounding errors as zero: 1e-30 for each run, in units of its loss", () => {
    const [loss, weight] = [Float64Array.of(2, 3), Float64Array.of(1, 2)];
    expect(roundingFloor(objectiveOf("log-square"), loss, weight) / 3e-30).toBeCloseTo(1, 12);
    expect(roundingFloor(objectiveOf("raw-square"), loss, weight) / 22e-30).toBeCloseTo(1, 12);
  });
});

describe("a sample of many rows", () => {
  const rows = rowsOf(
    Array.from({ length: 10 }, (_, i) => ({
      N: 1e8,
      D: 1e9,
      C: 1e18 * (i + 1),
      loss: 3 + i,
      uniqueTokens: i + 1,
      weight: i + 1,
    })),
  ) as Rows;

  it("is evenly spaced through their order, in every column", () => {
    const three = sampleRows(rows, 3);
    expect([three.n, Array.from(three.loss)]).toEqual([4, [3, 6, 9, 12]]);
    expect(Array.from(three.weight)).toEqual([1, 4, 7, 10]);
    for (const [name, column] of Object.entries(three).filter(([name]) => name !== "n"))
      expect(Array.from(column as Float64Array), name).toEqual(
        Array.from(rows[name as "loss"]).filter((_, i) => i % 3 === 0),
      );
    expect(sampleRows(rows, 6).n).toBe(10);
    expect(sampleRows(rows, 20)).toEqual(rows);
  });

  it("is of one budget where all are within 2 %, which is worth a warning", () => {
    expect(oneBudget(rows)).toEqual([]);
    const same = rowsOf([1e18, 1.01e18, 1.015e18].map((C) => ({ N: 1e8, D: 1e9, C, loss: 3 }))) as Rows;
    expect(oneBudget(same)).toEqual([expect.stringContaining("one budget")]);
    expect(oneBudget(rowsOf([]) as Rows)).toEqual([]);
  });
});

describe("runs as columns", () => {
  const run = { N: 1e8, D: 2e9, C: 1.2e18, loss: 3 };

  it("do not depend on the order of the table", () => {
    const runs = [
      run,
      { ...run, loss: 2 },
      { ...run, D: 1e9 },
      { ...run, N: 5e7 },
      { ...run, C: 1e17 },
      { ...run, weight: 2 },
      { ...run, weight: 0.5 },
    ];
    const sorted = rowsOf(runs) as Rows;
    expect(rowsOf(runs.toReversed())).toEqual(sorted);
    expect(Array.from(sorted.weight)).toEqual([1, 1, 1, 1, 0.5, 1, 2]);
    expect(sorted.n).toBe(7);
    expect(sorted.logC[0]).toBeCloseTo(Math.log(1e17), 12);
  });

  it.each([
    [{ N: 0 }, "N must be positive and below 1e+150, got 0"],
    [{ D: -1 }, "D must be positive and below 1e+150, got -1"],
    [{ C: 1e150 }, "C must be positive and below 1e+150, got 1e+150"],
    [{ loss: Number.NaN }, "loss must be positive and below 1e+150, got NaN"],
    [{ weight: 0 }, "weight must be positive and below 1e+150, got 0"],
  ])("%j cannot be one", (change, sentence) => {
    expect(rowsOf([run, { ...run, ...change }])).toBe(sentence);
  });

  it("have weighted means", () => {
    expect(mean(Float64Array.of(1, 5), Float64Array.of(3, 1))).toBe(2);
  });
});
