import { describe, expect, it } from "vitest";
import { fitSettingLaws, type SettingName, type TunedRun } from "../../src/fit/setting-laws.ts";
import { randomStream } from "../../src/task/random.ts";

const power = (x: number, exponent: number) => Math.exp(exponent * Math.log(x));
const bestRate = (N: number, D: number) => 50 * power(N, -0.6) * power(D, 0.2);
const bestBatch = (D: number) => 0.02 * power(D, 0.45);

/** ln loss as a tilted bowl over both settings, `steps` from their best values. */
function cell(N: number, D: number, rates: readonly number[], batches: readonly number[]): TunedRun[] {
  return rates.flatMap((rate) =>
    batches.map((batch) => {
      const [x, y] = [Math.log(rate), Math.log(batch)];
      const loss = 3 * Math.exp(0.015 * (x * x + x * y + 2 * y * y));
      return { N, D, C: 6 * N * D, loss, learningRate: rate * bestRate(N, D), batchSize: batch * bestBatch(D) };
    }),
  );
}

const STEPS = [0.5, 0.8, 1.3, 2];
const grid = (Ns: readonly number[], Ds: readonly number[]) =>
  Ns.flatMap((N) => Ds.flatMap((D) => cell(N, D, STEPS, STEPS)));
const runs = grid([1e8, 4e8, 1.6e9], [2e9, 8e9, 3.2e10]);
const BOTH: readonly SettingName[] = ["learning_rate", "batch_size"];
const lawsOf = (rows: readonly TunedRun[], settings = BOTH, draws = 0) =>
  fitSettingLaws(rows, settings, { draws, rng: randomStream("settings") });

describe("laws of the best settings", () => {
  it("are those of the bottoms of the bowls, the rate's in N and D, the batch's in D alone", () => {
    const { cells, laws, warnings } = lawsOf(runs);
    expect(cells).toHaveLength(9);
    for (const { N, D, best, used, runs: of } of cells) {
      expect(best!.learning_rate! / bestRate(N, D)).toBeCloseTo(1, 9);
      expect(best!.batch_size! / bestBatch(D)).toBeCloseTo(1, 9);
      expect(of).toBe(16);
      expect(used).toBeLessThan(16);
    }
    const [rate, batch] = laws;
    expect([rate!.setting, rate!.coefficient]).toEqual(["learning_rate", expect.closeTo(50, 5)]);
    expect(rate!.exponents).toEqual({ N: expect.closeTo(-0.6, 9), D: expect.closeTo(0.2, 9) });
    expect([batch!.setting, batch!.coefficient]).toEqual(["batch_size", expect.closeTo(0.02, 9)]);
    expect(batch!.exponents).toEqual({ D: expect.closeTo(0.45, 9) });
    expect([rate!.intervals, warnings]).toEqual([undefined, []]);
  });

  it("use the variables that vary", () => {
    expect(lawsOf(grid([1e8, 4e8, 1.6e9], [2e9])).laws.map(({ exponents }) => Object.keys(exponents))).toEqual([["N"]]);
    const overD = lawsOf(grid([1e8], [2e9, 8e9, 3.2e10])).laws;
    expect(overD.map(({ exponents }) => Object.keys(exponents))).toEqual([["D"], ["D"]]);
    expect(overD[0]!.exponents.D).toBeCloseTo(0.2, 9);
  });

  it("are of the settings asked for", () => {
    const { laws, cells } = lawsOf(
      grid([1e8, 4e8, 1.6e9], [2e9, 8e9]).filter((_, i) => i % 4 === 1),
      ["learning_rate"],
    );
    expect(laws.map(({ setting }) => setting)).toEqual(["learning_rate"]);
    expect(Object.keys(cells[0]!.best!)).toEqual(["learning_rate"]);
  });

  it("have intervals of nine in ten from cells drawn again, twenty draws at least", () => {
    expect(lawsOf(runs, BOTH, 19).laws[0]!.intervals).toBeUndefined();
    const { laws } = lawsOf(runs, BOTH, 60);
    const { intervals } = laws[0]!;
    expect(intervals).toMatchObject({ level: 0.9, N: [expect.closeTo(-0.6, 6), expect.closeTo(-0.6, 6)] });
    expect(intervals!.D).toEqual([expect.closeTo(0.2, 6), expect.closeTo(0.2, 6)]);
    expect(intervals!.coefficient).toEqual([expect.closeTo(50, 3), expect.closeTo(50, 3)]);
    expect(Object.keys(laws[1]!.intervals!)).toEqual(["level", "coefficient", "D"]);
    const off = runs.map((run) => ({ ...run, learningRate: run.learningRate! * (run.N === 4e8 ? 1.2 : 1) }));
    const [low, high] = lawsOf(off, BOTH, 200).laws[0]!.intervals!.N!;
    expect(low).toBeLessThan(-0.601);
    expect(high).toBeGreaterThan(low + 0.01);
  });

  it("need more cells with a best value than they have parameters", () => {
    const few = lawsOf(grid([1e8, 4e8, 1.6e9], [2e9]).slice(16));
    expect(few.laws).toEqual([]);
    expect(few.warnings).toHaveLength(2);
    for (const part of ["learning_rate", "2 of 2"]) expect(few.warnings[0]).toContain(part);
    expect(lawsOf(grid([1e8], [2e9, 8e9])).laws).toEqual([]);
  });
});

describe("a cell without a best value", () => {
  const [N, D] = [1e8, 2e9];
  it.each<[string, TunedRun[]]>([
    ["three values", cell(N, D, [0.8, 1.25], [0.8, 1.25])],
    [
      "7 runs",
      cell(N, D, [0.8, 1, 1.25], [0.8, 1.25])
        .concat(cell(N, D, [1], [1]))
        .slice(0, 6)
        .map((run, i) => ({ ...run, batchSize: i + 1 })),
    ],
    ["outside", cell(N, D, [1.1, 1.3, 1.5, 1.7], [0.8, 0.9, 1.1, 1.3])],
    ["outside", cell(N, D, [0.5, 0.6, 0.7, 0.8], [0.8, 0.9, 1.1, 1.3])],
    ["downward", cell(N, D, STEPS, STEPS).map((run) => ({ ...run, loss: 6 - run.loss }))],
    [
      "no bowl",
      Array.from({ length: 8 }, (_, i) => ({
        ...cell(N, D, [1], [1])[0]!,
        learningRate: 1e-3 * (i + 1),
        batchSize: 10 * (i + 1),
      })),
    ],
  ])("says why: %s", (part, rows) => {
    const [only] = lawsOf(rows).cells;
    expect(only!.best).toBeUndefined();
    expect(only!.reason).toContain(part);
  });

  it("is one without runs near the lowest loss that have both settings", () => {
    const far = cell(N, D, STEPS, STEPS).map((run, i) => (i % 5 === 0 ? run : { ...run, loss: 1.03 * run.loss }));
    expect(lawsOf(far).cells[0]!.used).toBeLessThan(8);
    const bare = cell(N, D, STEPS, STEPS).map(({ batchSize: _, ...run }) => run);
    expect(lawsOf(bare).cells[0]).toMatchObject({ runs: 16, used: 0 });
    expect(lawsOf(bare, ["learning_rate"]).cells[0]!.used).toBeGreaterThan(0);
    const zero = cell(N, D, STEPS, STEPS).map((run) => ({ ...run, learningRate: 0 }));
    expect(lawsOf(zero).cells[0]!.used).toBe(0);
  });
});
