import { describe, expect, it } from "vitest";
import { allocationFit, designFault } from "../../src/fit/allocation.ts";
import { bestAllocation } from "../../src/fit/best-allocation.ts";
import { courseRuns } from "../../src/fit/course-data.ts";
import { fitFlooredPowerLaw } from "../../src/fit/floored-power-law.ts";
import { envelope } from "../../src/fit/methods/envelope.ts";
import { frontier } from "../../src/fit/methods/frontier.ts";
import { interpolatedMinimum } from "../../src/fit/methods/interpolated-minimum.ts";
import { minimum, minimumPerBudget } from "../../src/fit/methods/minimum.ts";
import { optima as givenOptima } from "../../src/fit/methods/optima.ts";
import { fitParabola, nearLowest, parabola } from "../../src/fit/methods/parabola.ts";
import { objectiveOf } from "../../src/fit/objective.ts";
import { chinchillaLoss, chinchillaOptimum } from "../../src/law/chinchilla.ts";
import { budgetsIn, budgetsText, sameBudget } from "../../src/table/budgets.ts";
import { bestPerSize, pointOf, type RunPoint } from "../../src/task/run-point.ts";

const LAW = { E: 1.8, A: 480, B: 2100, alpha: 0.35, beta: 0.37 };
const power = (x: number, exponent: number) => Math.exp(exponent * Math.log(x));

/** Runs of a budget at some sizes, their losses a parabola of ln N about the best size, which is `best`. */
function curve(C: number, best: number, factors: readonly number[], low = 3 - Math.log10(C) / 100): RunPoint[] {
  return factors.map((factor) => {
    const N = best * factor;
    return { N, D: C / (6 * N), C, loss: low + 0.05 * Math.log(factor) * Math.log(factor) };
  });
}
const around = [0.25, 0.5, 1, 2, 4];

describe("the best allocation of any law", () => {
  it("is the closed form's where there is one", () => {
    for (const C of [1e15, 1e19, 1e24]) {
      const found = bestAllocation((N, D) => chinchillaLoss(LAW, N, D), C)!;
      const expected = chinchillaOptimum(LAW, C);
      expect(found.C).toBe(C);
      expect(found.N / expected.N).toBeCloseTo(1, 5);
      expect((6 * found.N * found.D) / C).toBeCloseTo(1, 12);
      expect(found.loss! / chinchillaLoss(LAW, expected.N, expected.D)!).toBeCloseTo(1, 12);
    }
  });

  it("is nowhere where the loss falls all the way to an end, is no number, or is not positive", () => {
    expect(bestAllocation((N) => 1 / N, 1e18)).toBeUndefined();
    expect(bestAllocation((N) => N, 1e18)).toBeUndefined();
    expect(bestAllocation(() => Number.NaN, 1e18)).toBeUndefined();
    expect(bestAllocation((N) => Math.abs(Math.log(N / 1e9)) - 1, 1e18)).toBeUndefined();
  });

  it("is where the loss has a value at all", () => {
    const loss = (N: number) => (N < 1e8 ? Number.NaN : 2 + Math.abs(Math.log(N / 1e9)));
    expect(bestAllocation(loss, 1e20)!.N / 1e9).toBeCloseTo(1, 6);
  });
});

describe("budgets of a table", () => {
  it("are one within 2 %, ascending, their runs by size and then by loss", () => {
    const run = (C: number, N: number, loss: number) => ({ C, N, D: C / (6 * N), loss });
    const runs = [run(1e19, 5, 3), run(1.02e18, 4, 3), run(1e18, 7, 4), run(1e18, 7, 3), run(1.03e18, 1, 1)];
    const budgets = budgetsIn(runs);
    expect(budgets.map(({ C }) => C)).toEqual([1e18, 1.03e18, 1e19]);
    expect(budgets.map((budget) => budget.runs.map(({ N, loss }) => [N, loss]))).toEqual([
      [
        [4, 3],
        [7, 3],
        [7, 4],
      ],
      [[1, 1]],
      [[5, 3]],
    ]);
    expect([sameBudget(100, 102), sameBudget(100, 102.1), sameBudget(100, 100)]).toEqual([true, false, true]);
  });

  it("are said in words: four of them, and how many more", () => {
    expect(budgetsText([6e18])).toBe("6e18 FLOPs");
    expect(budgetsText([1e15, 3e15, 6e15, 1e16])).toBe("1e15, 3e15, 6e15, 1e16 FLOPs");
    expect(budgetsText([1e15, 3e15, 6e15, 1e16, 3e16, 6e16])).toBe("1e15, 3e15, 6e15, 1e16 and 2 more budgets");
  });
});

describe("points of runs", () => {
  it("have N = 12·L·d² and D = C/(6N)", () => {
    const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 };
    const N = 12 * 8 * 512 * 512;
    expect(pointOf({ ...config, loss: 5 })).toEqual({ N, C: 1e16, D: 1e16 / (6 * N), loss: 5 });
  });

  it("are thinned to the best of each size and budget, the first of equals, in their order", () => {
    const points = [
      { N: 1, C: 1, D: 1, loss: 3, id: "a" },
      { N: 1, C: 2, D: 1, loss: 4, id: "b" },
      { N: 1, C: 1, D: 1, loss: 2, id: "c" },
      { N: 2, C: 1, D: 1, loss: 5, id: "d" },
      { N: 1, C: 1, D: 1, loss: 2, id: "e" },
    ];
    expect(bestPerSize(points).map(({ id }) => id)).toEqual(["b", "c", "d"]);
  });
});

describe("a parabola over ln x", () => {
  const at = (x: number) => 3 + 0.05 * Math.log(x / 1e8) * Math.log(x / 1e8);
  const points = [1e7, 5e7, 2e8, 3e9].map((x) => ({ x, y: at(x) }));

  it("is the one that made the points", () => {
    const found = fitParabola(points)!;
    expect(found.vertex / 1e8).toBeCloseTo(1, 9);
    expect(found.loss).toBeCloseTo(3, 12);
    expect(found.curvature).toBeCloseTo(0.05, 12);
    expect(found.inside).toBe(true);
    for (const x of [1e6, 1e8, 1e10]) expect(found.at(x)).toBeCloseTo(at(x), 10);
  });

  it("says when it opens downward, and when its vertex lies beside the points", () => {
    expect(fitParabola(points.map(({ x, y }) => ({ x, y: -y })))!.curvature).toBeCloseTo(-0.05, 12);
    // The vertex lies between the first two; mirrored about the middle it would lie beyond the last.
    expect(fitParabola([0.9e8, 2e8, 3e8].map((x) => ({ x, y: at(x) })))!.inside).toBe(true);
    const right = fitParabola(points.slice(1).map(({ x, y }) => ({ x: 4 * x, y })))!;
    expect([right.vertex / 4e8, right.inside]).toEqual([expect.closeTo(1, 9), true]);
    expect(fitParabola([2e8, 3e8, 4e8].map((x) => ({ x, y: at(x) })))!.inside).toBe(false);
    expect(fitParabola([2e7, 3e7, 4e7].map((x) => ({ x, y: at(x) })))!.inside).toBe(false);
  });

  it("counts a weight of three as the point three times", () => {
    const spoiled = points.map((point, i) => ({ ...point, y: point.y + (i === 2 ? 0.1 : 0) }));
    const weighted = fitParabola(spoiled.map((point, i) => ({ ...point, weight: i === 1 ? 3 : 1 })))!;
    const thrice = fitParabola([...spoiled, spoiled[1]!, spoiled[1]!])!;
    expect(weighted.vertex / thrice.vertex).toBeCloseTo(1, 9);
    expect(weighted.loss).toBeCloseTo(thrice.loss, 10);
    expect(weighted.vertex).not.toBeCloseTo(fitParabola(spoiled)!.vertex, -3);
  });

  it.each([
    ["two points", points.slice(0, 2)],
    ["two different sizes", [...points.slice(0, 2), points[0]!]],
    ["a straight line", [1, 10, 100].map((x) => ({ x, y: 2 }))],
    ["a size of zero", [...points, { x: 0, y: 1 }]],
    ["an infinite size", [...points, { x: Number.POSITIVE_INFINITY, y: 1 }]],
    ["a loss that is no number", [...points, { x: 1e8, y: Number.NaN }]],
  ])("is none through %s", (_, some) => expect(fitParabola(some)).toBeUndefined());
});

describe("the best of each budget", () => {
  it("is the lowest, of equals the smallest; what compares nothing or lies at an edge is told", () => {
    const { minima, single, atEdge } = minimumPerBudget([
      ...curve(1e18, 1e8, [0.5, 1, 2]),
      ...curve(1e19, 1e8, [1, 2, 4]),
      ...curve(1e20, 1e8, [0.25, 0.5, 1]),
      ...curve(1e21, 1e8, [1]),
      ...curve(1e22, 1e8, [0.5, 2, 4]),
      ...curve(1e23, 1e8, [0.25, 0.5, 2]),
    ]);
    expect(minima.map(({ C, N }) => [C, N])).toEqual([
      [1e18, 1e8],
      [1e19, 1e8],
      [1e20, 1e8],
      [1e22, 5e7],
      [1e23, 5e7],
    ]);
    expect(single.map(({ C }) => C)).toEqual([1e21]);
    expect(atEdge.map(({ C }) => C)).toEqual([1e19, 1e20, 1e22]);
  });
});

const optima = [1e18, 1e19, 1e20].map((C) => {
  const N = power(C / 120, 0.5);
  return { C, N, D: C / (6 * N), loss: 1.7 + 2000 / power(C, 0.16) };
});

describe("power laws through optima", () => {
  const RUNS = courseRuns();

  it("predict sizes, tokens, and with three budgets the loss", () => {
    const fit = allocationFit("minimum", RUNS, { points: optima, what: "three optima", warnings: ["beware"] }, "log");
    expect(fit).toMatchObject({
      method: "minimum",
      status: "converged",
      explanation: "least squares in log space through the three optima",
      points: optima,
      warnings: ["beware"],
      exponents: { a: expect.closeTo(0.5, 10), b: expect.closeTo(0.5, 10) },
      parameters: {
        a: fit.exponents!.a,
        b: fit.exponents!.b,
        k_N: fit.laws!.N.coefficient,
        k_D: fit.laws!.D.coefficient,
      },
    });
    expect(fit.optimum(1e22)).toEqual({
      C: 1e22,
      N: expect.closeTo(power(1e22 / 120, 0.5), -3),
      D: expect.closeTo(20 * power(1e22 / 120, 0.5), -4),
      loss: expect.closeTo(1.7 + 2000 / power(1e22, 0.16), 6),
    });
  });

  it("are tested by nothing with two, and predict no loss then", () => {
    const fit = allocationFit("minimum", RUNS, { points: optima.slice(0, 2), what: "two optima" }, "linear");
    expect(fit.warnings).toEqual([
      "two budgets determine the laws exactly: nothing tests them",
      "no loss is predicted: a floored power law needs positive losses at three budgets",
    ]);
    expect(Object.keys(fit.optimum(1e22)!)).toEqual(["C", "N", "D"]);
    const unlossed = allocationFit(
      "minimum",
      RUNS,
      { points: optima.map(({ C, N, D }) => ({ C, N, D })), what: "optima" },
      "log",
    );
    expect(unlossed.warnings).toHaveLength(1);
  });

  it.each([
    [[], "power laws need optima at two budgets or more, there are 0"],
    [optima.slice(0, 1), "power laws need optima at two budgets or more, there are 1"],
    [[optima[0]!, optima[0]!], "no power law fits the optima of the 2 budgets"],
    [optima.map((optimum) => ({ ...optimum, D: -1 })), "no power law fits the optima of the 3 budgets"],
  ])("are none through too little", (some, explanation) => {
    expect(
      allocationFit("envelope", RUNS, { points: some, what: "optima", warnings: ["beware"] }, "log"),
    ).toMatchObject({
      method: "envelope",
      status: "not identified",
      explanation,
      warnings: ["beware"],
      parameters: {},
    });
  });
});

describe("a design that cannot say which size is best", () => {
  /** Runs of these sizes and ratios D/N. */
  const design = (...pairs: readonly (readonly [N: number, ratio: number])[]): RunPoint[] =>
    pairs.map(([N, ratio]) => ({ N, D: ratio * N, C: 6 * ratio * N * N, loss: 3 }));
  /** Sizes that follow compute as one power law but for these shares. */
  const along = (...shares: readonly number[]): RunPoint[] =>
    shares.map((share, i) => {
      const C = 1e18 * 10 ** i;
      const N = power(C, 0.45) * (1 + share);
      return { N, D: C / (6 * N), C, loss: 3 };
    });

  it.each<[string, RunPoint[]]>([
    ["no N and D", design([1e8, 20], [Number.NaN, 20], [2e8, 40])],
    ["no N and D", design([1e8, 20], [0, 20], [2e8, 40])],
    ["no N and D", design([1e8, 20], [2e8, 0], [2e8, 40])],
    ["one model size", design([1e8, 20], [1.01e8, 40], [1e8, 80])],
    ["one ratio", design([1e8, 20], [2e8, 21], [4e8, 20])],
    ["follows compute", along(0, 0, 0)],
    ["follows compute", along(0.02, -0.02, 0.02, -0.02)],
  ])("has %s", (fault, runs) => {
    expect(designFault(runs)).toContain(fault);
    expect(designFault([...runs, ...runs])).toContain(fault);
    const through = { points: optima, what: "" };
    expect(allocationFit("envelope", runs, through, "log").explanation).toContain(fault);
    expect(allocationFit("optima", runs, { ...through, given: true }, "log").explanation).not.toContain(fault);
  });

  it.each<[string, RunPoint[]]>([
    ["a second size", design([1e8, 20], [1.5e8, 40], [1e8, 80])],
    ["a second ratio", design([1e8, 20], [2e8, 24], [4e8, 20])],
    ["sizes beside the law", along(0.05, -0.05, 0.05, -0.05)],
    ["two runs", along(0, 0)],
    ["one budget", design([1e8, 20], [2e8, 5], [4e8, 1.25])],
    ["one run", design([Number.NaN, 20])],
    ["no run", []],
  ])("is not one with %s", (_, runs) => {
    expect(designFault(runs)).toBeUndefined();
  });

  it("needs more runs than its laws have parameters; a table of optima needs three", () => {
    const through = { points: optima, what: "" };
    const [four, five] = [curve(1e18, 1e8, [0.5, 1, 2, 4]), curve(1e18, 1e8, around)];
    expect(allocationFit("envelope", four, through, "log")).toMatchObject({
      status: "not identified",
      explanation: expect.stringContaining("4 runs exactly"),
    });
    expect(allocationFit("envelope", five, through, "log").status).toBe("converged");
    const given = { ...through, given: true };
    expect(allocationFit("optima", four.slice(0, 2), given, "log").status).toBe("not identified");
    expect(allocationFit("optima", four.slice(0, 3), given, "log").status).toBe("converged");
  });
});

describe("the methods of one optimum per budget", () => {
  const budgets = [1e18, 1e19, 1e20, 1e21];
  const runs = budgets.flatMap((C) => curve(C, power(C / 120, 0.5), around));

  it.each([minimum, parabola, envelope])("$name finds the sizes that are best", (fitter) => {
    const fit = fitter.fit(runs);
    expect([fit.method, fit.status]).toEqual([fitter.name, "converged"]);
    expect(fit.optimum(1e23)!.N / power(1e23 / 120, 0.5)).toBeCloseTo(1, 6);
    expect(fit.optimum(1e23)!.D / (20 * power(1e23 / 120, 0.5))).toBeCloseTo(1, 6);
    expect(fitter.fit([]).method).toBe(fitter.name);
    expect(fit.points).toHaveLength(4);
  });

  it("say what they went through, and in which space", () => {
    const words = (fitter: typeof minimum, space?: "log" | "linear") =>
      fitter.fit(runs, space ? { space } : {}).explanation;
    expect(words(minimum)).toBe("least squares in linear space through the lowest run of 4 budgets");
    expect(words(minimum, "log")).toBe("least squares in log space through the lowest run of 4 budgets");
    expect(words(parabola)).toBe("least squares in log space through the vertices of 4 budgets");
    expect(words(envelope)).toBe("least squares in log space through the 4 runs on the envelope");
    expect(words(envelope, "linear")).toBe("least squares in linear space through the 4 runs on the envelope");
  });

  it("minimum tells of budgets it drops, and of optima at an edge", () => {
    const some = [...runs, ...curve(1e22, 1e10, [1]), ...curve(1e23, 1e10, [1, 2])];
    expect(minimum.fit(some).warnings).toEqual([
      "dropped, a single run at its budget: 1e22 FLOPs",
      "the lowest run is the smallest or largest tried at 1e23 FLOPs: the optimum may lie beyond",
    ]);
    expect(minimum.fit(runs).warnings).toEqual([]);
    expect(minimum.fit([...runs, { ...runs[0]!, loss: Number.NaN }])).toMatchObject({
      method: "minimum",
      status: "not identified",
      explanation: "a loss is not finite",
    });
  });

  it("parabola tells of budgets without a vertex to use, those of one reason together", () => {
    const two = curve(3e21, 1e10, [1, 2]);
    const opening = curve(1e22, 1e10, around).map((run) => ({ ...run, loss: 6 - run.loss }));
    const beside = curve(3e22, 1e10, [2, 3, 4]);
    const alike = curve(3e23, 1e10, [0.99, 1, 1.01]).map((run) => ({ ...run, D: 5e12 }));
    const alone = [...curve(6e22, 1e10, [1]), ...curve(1e23, 1e10, [1])];
    const all = [...runs, ...two, ...opening, ...beside, ...alone, ...alike];
    expect(parabola.fit(all, { window: Number.POSITIVE_INFINITY }).warnings.slice(0, 5)).toEqual([
      "dropped, a parabola needs three sizes, it has 2: 3e21 FLOPs",
      "dropped, the parabola opens downward: 1e22 FLOPs",
      "dropped, the vertex lies outside the sizes tried: 3e22 FLOPs",
      "dropped, a single run: 6e22, 1e23 FLOPs",
      "dropped, its runs determine no parabola: 3e23 FLOPs",
    ]);
  });

  it("parabola uses no budget whose parabola over D has no vertex to use, whatever that over N has", () => {
    // Tables may have a D of their own; with these the losses, best in the middle of N, are concave or fall all the way.
    const own = (C: number, factors: readonly number[]) =>
      curve(C, 1e10, [0.5, 1, 2]).map((run, i) => ({ ...run, D: 1e12 * factors[i]!, loss: [3.2, 3, 3.1][i]! }));
    const swapped = own(6e22, [1, 0.5, 2]).map((run) => ({ ...run, N: run.D, D: run.N }));
    const beside = own(1e23, [1, 8, 2]);
    const all = [
      ...runs,
      ...own(3e22, [1, 0.5, 2]),
      ...swapped,
      ...beside,
      ...beside.map((run) => ({ ...run, C: 3e23, N: run.D, D: run.N })),
    ];
    const { warnings } = parabola.fit(all, { window: Number.POSITIVE_INFINITY });
    expect(warnings.slice(0, 2)).toEqual([
      "dropped, the parabola opens downward: 3e22, 6e22 FLOPs",
      "dropped, the vertex lies outside the sizes tried: 1e23, 3e23 FLOPs",
    ]);
  });

  it("envelope goes through the runs that nothing cheaper or as cheap beats", () => {
    const run = (C: number, N: number, loss: number) => ({ C, N, D: C / (6 * N), loss });
    const fit = envelope.fit([run(3e18, 4, 3.5), run(1e18, 1, 4), run(1e18, 2, 5), run(2e18, 3, 4), run(4e18, 9, 3.5)]);
    expect(fit.points.map(({ N }) => N)).toEqual([1, 4]);
    expect(envelope.fit([run(1e18, 2, 4), run(1e18, 1, 4), run(2e18, 3, 3)]).points.map(({ N }) => N)).toEqual([1, 3]);
    for (const bad of [run(1e18, 1, Number.NaN), { ...run(1e18, 1, 3), C: Number.POSITIVE_INFINITY }])
      expect(envelope.fit([...runs, bad])).toMatchObject({
        method: "envelope",
        status: "not identified",
        explanation: "a number is not finite",
      });
  });
});

describe("the frontier", () => {
  const best = [1e18, 1e19, 1e20, 1e21].map((C) => ({ C, loss: 1.7 + 2000 / power(C, 0.16) }));

  it.each(["log-square", "raw-square", "log-huber", "raw-huber"] as const)("is the law of its losses by %s", (name) => {
    const law = fitFlooredPowerLaw(best, objectiveOf(name))!;
    expect(law.status).toBe("converged");
    expect([law.E, law.gamma]).toEqual([expect.closeTo(1.7, 7), expect.closeTo(0.16, 7)]);
    expect(law.K / 2000).toBeCloseTo(1, 6);
    expect(law.at(1e24)).toBeCloseTo(1.7 + 2000 / power(1e24, 0.16), 7);
  });

  it("is none for two budgets, a budget twice, or a loss that is not positive", () => {
    expect(fitFlooredPowerLaw(best.slice(0, 2))).toBeUndefined();
    expect(fitFlooredPowerLaw([...best.slice(0, 2), best[0]!])).toBeUndefined();
    expect(fitFlooredPowerLaw([...best, { C: 1e22, loss: -1 }])).toBeUndefined();
  });

  it("is not identified where losses do not fall, and three budgets leave nothing to judge by", () => {
    expect(fitFlooredPowerLaw(best.map(({ C }) => ({ C, loss: 3 })))!).toMatchObject({
      status: "not identified",
      explanation: "the loss does not depend on C",
    });
    expect(fitFlooredPowerLaw(best.slice(0, 3))!.at(1e19)).toBeCloseTo(best[1]!.loss, 8);
    const noisy = best.map(({ C }, i) => ({ C, loss: 3 - 0.002 * i + (i % 2 ? 0.02 : -0.02) }));
    const vague = fitFlooredPowerLaw([...noisy, { C: 1e22, loss: 2.99 }])!;
    expect(vague.status).not.toBe("converged");
    expect(vague.explanation).toMatch(/\b(gamma|K|E|C)\b/);
    expect(fitFlooredPowerLaw(best, undefined, 1.6)).toMatchObject({ E: 1.6, status: "converged" });
  });

  it("as a method has the sizes of the same runs, its own loss, and names what it cannot do", () => {
    const runs = best.flatMap(({ C, loss }) => curve(C, power(C / 120, 0.5), around, loss));
    const fit = frontier.fit(runs);
    expect(fit).toMatchObject({
      method: "frontier",
      status: "converged",
      objective: { name: "log-square" },
      parameters: { E: expect.closeTo(1.7, 6), K: expect.any(Number), gamma: expect.closeTo(0.16, 6) },
      exponents: { a: expect.closeTo(0.5, 8) },
    });
    expect(fit.explanation).toMatch(/^gradient zero to rounding/);
    expect(fit.optimum(1e22)!.loss).toBeCloseTo(1.7 + 2000 / power(1e22, 0.16), 6);
    expect(frontier.fit(runs, { objective: "raw-huber" }).objective!.name).toBe("raw-huber");
    expect(frontier.fit(runs, { objective: "huber-likelihood" })).toMatchObject({
      method: "frontier",
      explanation: "the frontier has no likelihood with a scale",
    });
    const uneven = runs.map((run, i) => (i % 5 === 2 ? { ...run, N: run.N * (1 + (i % 3) / 4) } : run));
    expect(frontier.fit(uneven).laws).toEqual(minimum.fit(uneven, { space: "log" }).laws);
    expect(frontier.fit(uneven, { space: "linear" }).laws).toEqual(minimum.fit(uneven).laws);
    expect(minimum.fit(uneven).laws).not.toEqual(minimum.fit(uneven, { space: "log" }).laws);
    expect(frontier.fit([...runs.slice(0, 10), ...curve(1e22, 1e9, [1])])).toMatchObject({
      status: "not identified",
      explanation: "a floored power law needs three budgets with two runs each, there are 2",
      warnings: expect.arrayContaining(["dropped, a single run at its budget: 1e22 FLOPs"]),
    });
  });
});

describe("a table of optima", () => {
  it("is taken as it is, in any order, with the losses that it has", () => {
    const fit = givenOptima.fit(optima.toReversed());
    expect(fit).toMatchObject({ method: "optima", status: "converged", points: optima });
    expect(fit.explanation).toContain("3 optima");
    expect(fit.exponents!.a).toBeCloseTo(0.5, 10);
    expect(fit.optimum(1e22)!.loss).toBeCloseTo(1.7 + 2000 / power(1e22, 0.16), 6);
    const bare = givenOptima.fit(optima.map((run, i) => ({ ...run, loss: i === 1 ? 0 : Number.NaN })));
    expect(bare.points.map((point) => "loss" in point)).toEqual([false, false, false]);
    const uneven = optima.map((run, i) => ({ ...run, N: run.N * (i === 1 ? 1.5 : 1) }));
    const [linear, log] = [givenOptima.fit(uneven, { space: "linear" }), givenOptima.fit(uneven)];
    expect(linear.exponents!.a).not.toBeCloseTo(log.exponents!.a, 4);
    const twice = { ...optima[1]!, N: 2 * optima[1]!.N };
    expect(givenOptima.fit([twice, ...optima]).points).toEqual([optima[0], optima[1], twice, optima[2]]);
  });
});

describe("Akima's curve through a budget", () => {
  const budgets = [1e18, 1e19, 1e20];
  /** Runs of each budget at these shares of the best size, ln loss as given; `best` sizes follow C^0.5. */
  const through = (shares: readonly number[], log: (x: number) => number) =>
    budgets.flatMap((C) => {
      const best = power(C / 120, 0.5);
      return shares.map((share) => {
        const N = best * share;
        return { N, D: C / (6 * N), C, loss: Math.exp(log(Math.log(share))) };
      });
    });
  const points = (runs: readonly RunPoint[]) =>
    interpolatedMinimum
      .fit(runs)
      .points.map(({ C, N, D, loss }) => [N / power(C / 120, 0.5), D / (C / (6 * power(C / 120, 0.5))), loss!]);

  it("is the parabola that made evenly spaced runs, and finds its bottom between them, over N and over D", () => {
    const shares = [0.15, 0.3, 0.6, 1.2, 2.4, 4.8];
    const four = through([0.4, 0.8, 1.6, 3.2], (x) => 0.8 + 0.05 * x * x);
    for (const [N, D, loss] of [...points(through(shares, (x) => 0.8 + 0.05 * x * x)), ...points(four)]) {
      expect([N, D]).toEqual([expect.closeTo(1, 9), expect.closeTo(1, 9)]);
      expect(loss).toBeCloseTo(Math.exp(0.8), 9);
    }
    const fit = interpolatedMinimum.fit(through(shares, (x) => 0.8 + 0.05 * x * x));
    expect(fit).toMatchObject({ method: "interpolated-minimum", status: "converged", warnings: [] });
    expect(fit.explanation).toContain("3 budgets");
    expect(fit.exponents!.a).toBeCloseTo(0.5, 9);
  });

  it("is even where its runs are, however they are spaced, and bends with them", () => {
    const log = (x: number) => 0.8 + 0.05 * Math.abs(x) + 0.02 * x * x * x * x;
    for (const shares of [
      [0.3, 0.5, 0.8, 1.25, 2, 1 / 0.3],
      [0.1, 0.2, 0.7, 1 / 0.7, 5, 10],
    ])
      for (const [N, D, loss] of points(through(shares, log))) {
        expect([N, D]).toEqual([expect.closeTo(1, 8), expect.closeTo(1, 8)]);
        expect(loss).toBeLessThan(Math.exp(log(Math.log(shares[3]!))));
      }
  });

  it("passes through its runs: it lies no higher than the lowest, and beside it", () => {
    const jagged = [0.2, 0.4, 0.9, 1.1, 2.5, 5];
    const offs = [0.02, -0.01, 0.03, 0.01, -0.02, 0.02];
    const runs = through(
      jagged,
      (x) => 0.8 + 0.05 * x * x + offs[jagged.findIndex((s) => Math.abs(Math.log(s) - x) < 1e-9)]!,
    );
    for (const [N, , loss] of points(runs)) {
      expect(loss).toBeLessThanOrEqual(Math.min(...runs.map((run) => run.loss)) + 1e-12);
      expect(N).toBeGreaterThan(0.9);
      expect(N).toBeLessThan(2.5);
    }
  });

  it("is flat between two equal runs of a level valley", () => {
    const level = (x: number) => 0.8 + (Math.abs(x) < 1 ? 0 : 0.1 * (Math.abs(x) - 1));
    for (const [, , loss] of points(through([0.1, 0.2, 0.6, 0.8, 1.25, 1 / 0.6, 5, 10], level)))
      expect(loss).toBeCloseTo(Math.exp(0.8), 6);
  });

  it.each<[string, readonly number[], (x: number) => number]>([
    ["four sizes, it has 3", [0.5, 1, 2], (x) => 0.8 + 0.05 * x * x],
    ["four sizes, it has 3", [0.5, 1, 1.04, 2], (x) => 0.8 + 0.05 * x * x],
    ["smallest or largest", [1, 2, 4, 8], (x) => 0.8 + 0.05 * x * x],
    ["smallest or largest", [0.125, 0.25, 0.5, 1], (x) => 0.8 + 0.05 * x * x],
  ])("is not used where a budget needs %s, which is told with the budgets", (reason, shares, log) => {
    const { warnings, status } = interpolatedMinimum.fit(through(shares, log));
    expect(status).toBe("not identified");
    expect(warnings).toHaveLength(1);
    for (const part of [reason, "1e18", "1e20"]) expect(warnings[0]).toContain(part);
  });

  it("counts sizes within 5 % as one of the lower loss, and no loss that is not positive", () => {
    const runs = through([0.15, 0.3, 0.6, 1.2, 2.4, 4.8], (x) => 0.8 + 0.05 * x * x);
    const more = runs.flatMap((run) => [
      run,
      { ...run, N: 1.03 * run.N, D: run.D / 1.03, loss: 1.2 * run.loss },
      { ...run, N: 1.5 * run.N, D: run.D / 1.5, loss: 0 },
      { ...run, N: 1.5 * run.N, D: run.D / 1.5, loss: -1 },
    ]);
    for (const [i, point] of points(more).entries()) expect(point[2]).toBeCloseTo(points(runs)[i]![2]!, 9);
  });
});

describe("the window of a budget's parabola", () => {
  const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];
  /** A budget whose lowest run has this size. */
  const budget = (lowest: number) => ({
    C: 1e18,
    runs: sizes.map((N) => ({ N, D: 1e18 / (6 * N), C: 1e18, loss: 3 + Math.log(N / lowest) * Math.log(N / lowest) })),
  });
  const within = (lowest: number, window: number) => {
    const near = nearLowest(budget(lowest), window);
    return typeof near === "string" ? near : near.runs.map(({ N }) => N);
  };

  it.each([
    [16, 1, [4, 8, 16, 32, 64]],
    [16, 4, [4, 8, 16, 32, 64]],
    [16, 8, [2, 4, 8, 16, 32, 64, 128]],
    [16, 7.99, [4, 8, 16, 32, 64]],
    [2, 1, [1, 2, 4, 8]],
    [128, 1, [32, 64, 128, 256]],
    [128, 8, [16, 32, 64, 128, 256]],
    [1, Number.POSITIVE_INFINITY, sizes],
  ])(
    "about a lowest run of %d within a factor of %d holds those and two on either side",
    (lowest, window, expected) => {
      expect(within(lowest, window)).toEqual(expected);
    },
  );

  it("is none where the lowest run is the smallest or largest, but for two sizes, which have no parabola", () => {
    for (const lowest of [1, 256]) expect(within(lowest, 5)).toContain("smallest or largest");
    const two = { C: 1e18, runs: budget(1).runs.slice(0, 2) };
    expect(nearLowest(two, 5)).toEqual(two);
    const three = { C: 1e18, runs: budget(1).runs.slice(0, 3) };
    expect(nearLowest(three, 5)).toContain("smallest or largest");
  });
});

describe("parabolas that miss the lowest runs", () => {
  const budgets = [1e18, 1e19, 1e20];
  const STEPS = Array.from({ length: 15 }, (_, i) => i - 7);
  /** Sizes by powers of 1.5 about the best one; the loss is a function of the step. */
  const swept = (loss: (step: number, budget: number) => number, steps = STEPS) =>
    budgets.flatMap((C, budget) =>
      steps.map((step) => {
        const N = power(C / 120, 0.5) * power(1.5, step);
        return { N, D: C / (6 * N), C, loss: 3 + loss(step, budget) };
      }),
    );
  const all = { window: Number.POSITIVE_INFINITY };
  const bowl = (step: number) => 0.004 * step * step;

  it.each([
    ["larger", 1],
    ["smaller", -1],
  ])("by more than a step of the grid toward %s sizes are implausible", (side, sign) => {
    const steep = (step: number) => (sign * step < 0 ? 0.03 : 0.002) * step * step;
    const fit = parabola.fit(swept(steep), all);
    expect(fit.status).toBe("implausible");
    for (const part of [side, "grid steps", "--window"]) expect(fit.explanation).toContain(part);
    expect(
      parabola.fit(
        swept((step, budget) => (budget === 0 ? steep(step) : bowl(step))),
        all,
      ).status,
    ).toBe("converged");
    expect(parabola.fit(swept(bowl), all).status).toBe("converged");
    expect(parabola.fit(swept(steep), { ...all, start: {} }).status).not.toBe("implausible");
  });

  it("by more than three standard errors are implausible, in most budgets", () => {
    const spiked = (depth: number, of: (budget: number) => boolean = () => true) =>
      parabola.fit(
        swept((step, budget) => bowl(step) - (step === 0 && of(budget) ? depth : 0)),
        all,
      );
    expect(spiked(0.05)).toMatchObject({
      status: "implausible",
      explanation: expect.stringContaining("standard errors"),
    });
    expect(spiked(0.05, (budget) => budget > 1).status).toBe("converged");
    const lower = swept((step) => bowl(step) + (step === 0 ? 0.0039 : 0));
    expect(parabola.fit(lower, all).status).toBe("converged");
    const few = swept((step) => bowl(step) - (step === 0 ? 0.05 : 0), [-1, 0, 1]);
    expect(parabola.fit(few, all).status).toBe("converged");
  });

  it("do not miss them by the scatter of equal noise", () => {
    const noise = (step: number, budget: number) => 0.002 * Math.sin(5 * step + 3 * budget);
    expect(
      parabola.fit(
        swept((step, budget) => bowl(step) + noise(step, budget)),
        all,
      ).status,
    ).toBe("converged");
  });
});

describe("the frontier's limits", () => {
  const runs = [1e18, 1e19, 1e20, 1e21].flatMap((C) =>
    curve(C, power(C / 120, 0.5), around, 1.7 + 2000 / power(C, 0.16)),
  );

  it("are named: parameters it cannot fix, objectives it lacks, and losses that are not numbers", () => {
    for (const options of [
      { fixed: { K: 1 } },
      { priors: { gamma: { mean: 1, sd: 1 } } },
      { fixed: { E: 1, K: 1, x: 2 } },
    ]) {
      const { status, explanation } = frontier.fit(runs, options);
      expect(status).toBe("not identified");
      for (const name of Object.keys({ ...options.fixed, ...options.priors }).filter((name) => name !== "E"))
        expect(explanation).toContain(name);
    }
    expect(frontier.fit(runs, { fixed: { E: 1.5 } }).parameters.E).toBe(1.5);
    expect(frontier.fit(runs, { objective: "huber-likelihood" }).status).toBe("not identified");
    expect(frontier.fit([...runs, { ...runs[0]!, loss: Number.NaN }]).explanation).toContain("there are 0");
  });

  it("follow from the design: no best size where each budget has one run, or where sizes follow compute", () => {
    const single = runs.filter((_, i) => i % 5 === 2);
    const fit = frontier.fit(single);
    expect([fit.status, fit.laws, fit.optimum(1e22)]).toEqual(["converged", undefined, undefined]);
    expect(fit.lossOfC!(1e20)).toBeCloseTo(single[2]!.loss, 2);
    expect(fit.warnings).toContainEqual(expect.stringContaining("one run"));
    const along = single.flatMap((run) => [run, { ...run, loss: run.loss + 0.1 }]);
    expect(frontier.fit(along).warnings).toContainEqual(expect.stringContaining("one ratio"));
    expect(frontier.fit(runs).optimum(1e22)!.loss).toBeCloseTo(frontier.fit(single).lossOfC!(1e22), 6);
  });
});

it("an envelope of two runs tests nothing", () => {
  const [cheap, dear] = [curve(1e18, 1e8, around), curve(1e20, 1e9, around)];
  const two = [...cheap, ...dear.map((run) => ({ ...run, loss: run.loss - 0.5 }))].toSorted(
    (a, b) => a.C - b.C || a.loss - b.loss,
  );
  expect(envelope.fit(two)).toMatchObject({
    status: "not identified",
    explanation: expect.stringContaining("two runs"),
  });
  const third = curve(1e22, 1e10, around).map((run) => ({ ...run, loss: run.loss - 1 }));
  expect(envelope.fit([...two, ...third]).status).toBe("converged");
});
