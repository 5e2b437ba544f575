import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharedData } from "../../benchmarks/shared-data.ts";
import { COURSE_LAW, courseFile, courseRuns } from "../../src/fit/course-data.ts";
import { minimum, minimumPerBudget } from "../../src/fit/methods/minimum.ts";
import { powerLawAt } from "../../src/fit/power-law.ts";
import { chinchillaLoss, chinchillaOptimum } from "../../src/law/chinchilla.ts";
import { readRunsTable } from "../../src/table/runs.ts";
import type { RunPoint } from "../../src/task/run-point.ts";
import { requiresData } from "../requires.ts";

const FILE = "fits/isoflops_curves.json";
const data = requiresData(FILE);

describe("the course's data set", () => {
  it.skipIf(data.skip)(`is generated from its law, size for size${data.note}`, () => {
    const file: ReturnType<typeof courseFile> = JSON.parse(readFileSync(sharedData(FILE), "utf8"));
    const made = courseFile();
    const identity = (rows: typeof file) => rows.map(({ parameters, compute_budget }) => [parameters, compute_budget]);
    expect(identity(made)).toEqual(identity(file));
    for (const [index, { final_loss }] of file.entries())
      expect(Math.abs(made[index]!.final_loss - final_loss)).toBeLessThan(1e-9);
  });

  it("has a true optimum of 91.89B parameters at 1e23, where no neighbor is better", () => {
    const { N, D } = chinchillaOptimum(COURSE_LAW, 1e23);
    const loss = chinchillaLoss(COURSE_LAW, N, D);
    expect(N / 1e9).toBeCloseTo(91.89, 2);
    for (const factor of [0.99, 1.01])
      expect(chinchillaLoss(COURSE_LAW, N * factor, 1e23 / (6 * N * factor))).toBeGreaterThan(loss);
  });
});

describe("the handout's recipe", () => {
  const solves = (runs: readonly RunPoint[]) => {
    const laws = minimum.fit(runs).laws!;
    const expected = { N: [50_022_290_919, 126_757_923_309], D: [337_015_838_799, 1_331_744_835_972] };
    for (const quantity of ["N", "D"] as const)
      for (const [index, C] of [1e23, 1e24].entries())
        expect(Math.abs(powerLawAt(laws[quantity], C) / expected[quantity][index]! - 1)).toBeLessThan(1e-9);
  };

  it("answers the assignment's first problem on the generated runs", () => solves(courseRuns()));

  it.skipIf(data.skip)(`answers it on the course's file${data.note}`, () => {
    solves(readRunsTable(readFileSync(sharedData(FILE), "utf8")).runs);
  });

  it("reports a budget with one run and a minimum at the edge of what was tried", () => {
    const runs = courseRuns().filter((run) => run.C > 6e18 || run.N < 5e7);
    const found = minimumPerBudget(runs.filter((run) => run.C !== 1e19 || run.N < 5e8));
    expect(found.single.map(({ C }) => C)).toEqual([6e18]);
    expect(found.atEdge.map(({ C }) => C)).toEqual([1e19]);
    expect(found.minima).toHaveLength(8);
  });
});
