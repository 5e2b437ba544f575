import type { Interval } from "../../fit/bootstrap.ts";
import { formatCount } from "../../task/quantity.ts";

// How the reports of `fit` write facts, numbers and intervals.

/** Two columns, the first padded to the widest name. */
export function facts(entries: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(12, ...entries.map(([name]) => name.length + 2));
  return entries.map(([name, text]) => `${name.padEnd(width)}${text}`).join("\n");
}

export function whole(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

export function counts([low, high]: Interval): string {
  return `${formatCount(low)} to ${formatCount(high)}`;
}

export function range([low, high]: Interval): string {
  return `${significant(low, 4)} to ${significant(high, 4)}`;
}

export function significant(value: number, digits = 6): string {
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 2);
}
