import { formatFlops } from "../task/quantity.ts";
import type { RunPoint } from "../task/run-point.ts";

/** The runs that spent the same compute. */
export interface Budget<Point extends RunPoint = RunPoint> {
  /** FLOPs: the first run's. */
  readonly C: number;
  readonly runs: readonly Point[];
}

/** Budgets closer than this are one: tables record what a run spent, a little beside what it was given. */
const SAME_BUDGET = 1.02;

/**
 * The runs by budget, budgets ascending, runs of a budget by size and then loss, so that their order in the table does
 * not matter.
 */
export function budgetsIn<Point extends RunPoint>(runs: readonly Point[]): Budget<Point>[] {
  return byBudget(runs, ({ C }) => C).map((members) => ({
    C: members[0]!.C,
    runs: members.toSorted((a, b) => a.N - b.N || a.loss - b.loss),
  }));
}

/** Items of one budget, budgets ascending, and so the items of each. */
function byBudget<Item>(items: readonly Item[], flops: (item: Item) => number): Item[][] {
  const budgets: Item[][] = [];
  for (const item of items.toSorted((a, b) => flops(a) - flops(b))) {
    const last = budgets.at(-1);
    if (last && sameBudget(flops(last[0]!), flops(item))) last.push(item);
    else budgets.push([item]);
  }
  return budgets;
}

/** Whether compute, in FLOPs, is the same budget as another that is not larger. */
export function sameBudget(smaller: number, larger: number): boolean {
  return larger <= smaller * SAME_BUDGET;
}

/**
 * The budget that runs of a level were given: their own where all spent the same, else the roundest number within 2 % of
 * what the middle one spent.
 *
 * @param spent different amounts, ascending.
 */
function roundBudget(spent: readonly number[]): number {
  const middle = spent[spent.length >> 1]!;
  const rounded = spent.length === 1 ? [] : [1, 2, 3].map((digits) => Number(middle.toPrecision(digits)));
  return rounded.find((value) => sameBudget(Math.min(value, middle), Math.max(value, middle))) ?? Math.round(middle);
}

/** The level of each amount of compute: amounts of one budget have the same. */
export function budgetLevels(spent: readonly number[]): (flops: number) => number {
  const level = new Map<number, number>();
  for (const members of byBudget([...new Set(spent)], (flops) => flops)) {
    const round = roundBudget(members);
    for (const member of members) level.set(member, round);
  }
  return (flops) => level.get(flops) ?? flops;
}

/** `6e18 FLOPs`, `3e15, 6e15 and 12 more budgets`. */
export function budgetsText(budgets: readonly number[]): string {
  const shown = budgets.slice(0, 4).map(formatFlops).join(", ");
  return budgets.length > 4 ? `${shown} and ${budgets.length - 4} more budgets` : `${shown} FLOPs`;
}
