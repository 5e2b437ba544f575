import { criticalDifference, friedmanTest, indistinctRuns, meanRanks, ranksOf } from "../../statistics/ranks.ts";
import type { Ranking } from "./analysis.ts";
import { type Field, meanAt, TIE } from "./field.ts";

/** The level of the tests. */
export const ALPHA = 0.05;

/**
 * Mean rank of each entrant over worlds: repetitions are averaged first, since those of one world are not independent.
 */
export function ranksByWorld({ ranked, regrets, strata }: Field): { rows: number[][]; means: Map<number, number> } {
  const rows = strata.map((stratum) =>
    ranksOf(
      ranked.map((entrant) => meanAt(regrets.get(entrant) as Float64Array, stratum)),
      TIE,
    ),
  );
  const means = meanRanks(rows);
  return { rows, means: new Map(ranked.map((entrant, i) => [entrant, means[i] as number])) };
}

/** Friedman's test and Nemenyi's critical difference; undefined with fewer than two strategies or worlds. */
export function rankingOf(
  rows: readonly (readonly number[])[],
  means: ReadonlyMap<number, number>,
  names: readonly string[],
): Ranking | undefined {
  if (rows.length < 2 || means.size < 2) return undefined;
  const { chiSquared, p, F, pF } = friedmanTest(rows);
  const difference = criticalDifference(ALPHA, means.size, rows.length);
  const order = [...means].sort(([, a], [, b]) => a - b);
  const runs = indistinctRuns(
    order.map(([, rank]) => rank),
    difference,
  );
  return {
    worlds: rows.length,
    chiSquared,
    p,
    F,
    pF,
    criticalDifference: difference,
    indistinct: runs.map(([first, last]) => order.slice(first, last + 1).map(([entrant]) => names[entrant] as string)),
  };
}
