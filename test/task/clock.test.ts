import { expect, it } from "vitest";
import { settledCost } from "../../src/task/clock.ts";
import { STANFORD_2026_TASK } from "../../src/task/stanford-2026/task.ts";

it("an ended run costs what it used, at least the least charge and at most its reservation", () => {
  const clock = { ...STANFORD_2026_TASK.clock!, leastCharge: 1 };
  expect(settledCost(7.5, 40, clock)).toBe(7.5);
  expect(settledCost(0.2, 40, clock)).toBe(1);
  expect(settledCost(41, 40, clock)).toBe(40);
});
