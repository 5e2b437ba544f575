import { describe, expect, it } from "vitest";
import { budgetLevels, budgetsIn, budgetsText, sameBudget } from "../../src/table/budgets.ts";

describe("budgets", () => {
  it("are the runs of the same compute, within 2 %, ascending, by size and then loss", () => {
    const run = (C: number, N: number, loss: number) => ({ N, D: 1, C, loss });
    const runs = [run(2e18, 3, 1), run(1e18, 2, 9), run(1.01e18, 1, 5), run(1e18, 2, 8), run(1.03e18, 7, 7)];
    const found = budgetsIn(runs).map(({ C, runs }) => [C, ...runs.map(({ N, loss }) => `${N}/${loss}`)]);
    expect(found).toEqual([
      [1e18, "1/5", "2/8", "2/9"],
      [1.03e18, "7/7"],
      [2e18, "3/1"],
    ]);
    expect([sameBudget(100, 102), sameBudget(100, 102.1), sameBudget(1, 1)]).toEqual([true, false, true]);
  });

  it("have the roundest level near the middle of what was spent, or what all spent", () => {
    const level = budgetLevels([1.01e18, 1e18, 0.995e18, 5.5e18, 5.5e18, 1.234e19, 1.2345e19, 1e18]);
    expect([0.995e18, 1e18, 1.01e18].map(level)).toEqual([1e18, 1e18, 1e18]);
    expect([level(5.5e18), level(7)]).toEqual([5.5e18, 7]);
    expect(level(1.234e19)).toBe(level(1.2345e19));
    expect(budgetLevels([1234.5])(1234.5)).toBe(1235);
    expect(budgetLevels([1.27e18, 1.28e18])(1.27e18)).toBe(1.3e18);
    expect(budgetLevels([1.244e18, 1.245e18, 1.246e18])(1.244e18)).toBe(1.25e18);
    expect(budgetLevels([])(3)).toBe(3);
    expect([3e18, 1e18, 2e18].map(budgetLevels([3e18, 1e18, 2e18]))).toEqual([3e18, 1e18, 2e18]);
  });

  it("in words are all of up to four, and a count of the others", () => {
    expect(budgetsText([6e18])).toBe("6e18 FLOPs");
    expect(budgetsText([1e15, 2e15, 3e15, 4e15])).toBe("1e15, 2e15, 3e15, 4e15 FLOPs");
    expect(budgetsText([1e15, 2e15, 3e15, 4e15, 5e15])).toBe("1e15, 2e15, 3e15, 4e15 and 1 more budgets");
  });
});
