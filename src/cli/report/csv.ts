import type { Standing } from "../../tournament/analysis/standing.ts";

/** The leaderboard as CSV: a line for each strategy, a column for each number of a standing, named by its path. */
export function leaderboardCsv(standings: readonly Standing[]): string {
  const rows = standings.map((standing) => new Map(leaves("", standing)));
  const columns = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const lines = rows.map((row) => columns.map((column) => cell(row.get(column))));
  return [columns, ...lines].map((cells) => `${cells.join(",")}\n`).join("");
}

/** Text is quoted where it must be (RFC 4180); nothing is an empty cell. */
export function cell(value: unknown): string {
  if (value === undefined || value === null || (typeof value === "number" && Number.isNaN(value))) return "";
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Every number and text of a value with its path, such as `regret.interval.0`. */
function leaves(path: string, value: unknown): [path: string, leaf: unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, member]) => leaves(path === "" ? name : `${path}.${name}`, member));
}
