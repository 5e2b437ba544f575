import type { Rival } from "../../experiment/rivals.ts";
import { formatNats } from "../../task/quantity.ts";

/** The place among the rivals, equals not counted: 1 is the best. */
export function rankAmong(rivals: readonly Rival[], own: number): number {
  return 1 + rivals.filter(({ regret }) => regret !== undefined && regret < own).length;
}

/** The place among the rivals, in words where it is shared: `2 of 20` or `shared 1 of 20 (as good: champion)`. */
export function rankText(rivals: readonly Rival[], own: number): string {
  const equal = rivals.filter(({ regret }) => regret === own).map(({ name }) => name);
  const place = `${rankAmong(rivals, own)} of ${rivals.length + 1}`;
  return equal.length === 0 ? place : `shared ${place} (as good: ${equal.join(", ")})`;
}

/** A line for every rival and the submission, lowest regret first. */
export function ranking(rivals: readonly Rival[], own: number): string[] {
  // First among equals: the sort keeps the order of equals.
  const entries = [{ name: "this submission", regret: own }, ...rivals];
  const regretOf = ({ regret }: Rival) => regret ?? Number.POSITIVE_INFINITY;
  return entries
    .sort((a, b) => regretOf(a) - regretOf(b))
    .map(({ name, regret }) => `${regret === undefined ? "failed" : formatNats(regret)}  ${name}`);
}
