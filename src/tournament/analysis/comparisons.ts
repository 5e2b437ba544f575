import { percentileIntervals, wholeStrata, withinStrata } from "../../statistics/bootstrap.ts";
import { OrderedSample, onceEach } from "../../statistics/ordered-sample.ts";
import { holm, improvements, signFlipTest } from "../../statistics/paired-tests.ts";
import { criticalDifference, friedmanTest, indistinctRuns, meanRanks, ranksOf } from "../../statistics/ranks.ts";
import { randomStream } from "../../task/random.ts";
import type { Ends, Pair, Ranking } from "./analysis.ts";
import { type Field, meanAt } from "./field.ts";
import { LEVEL } from "./standings.ts";

/** The level of the tests. */
export const ALPHA = 0.05;

/** Whether a pair differs by more than chance: the one verdict on significance, wherever it is shown. */
export function isSignificant({ p }: Pick<Pair, "p">): boolean {
  return p < ALPHA;
}

/**
 * Mean rank of each entrant over worlds: repetitions are averaged first, since those of one world are not independent.
 */
export function ranksByWorld({ ranked, regrets, strata, ties }: Field): {
  rows: number[][];
  means: Map<number, number>;
} {
  const rows = strata.map((stratum) =>
    ranksOf(
      ranked.map((entrant) => meanAt(regrets.get(entrant) as Float64Array, stratum)),
      ties[stratum[0]!],
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

/** Replicates for each of the k(k − 1)/2 pairs. */
const RESAMPLES = 400;

/** Every pair of the field, the one with more wins named first. */
export function pairsOf({ ranked, regrets, strata, ties }: Field, names: readonly string[], seed: number): Pair[] {
  const pairs = ranked.flatMap((first, i) =>
    ranked.slice(i + 1).map((second) => {
      const rng = randomStream(`${seed}/pair/${names[first]}/${names[second]}`);
      const own = improvements(regrets.get(first) as Float64Array, regrets.get(second) as Float64Array, ties);
      const sample = new OrderedSample(own);
      const share = (counts: Float64Array) => sample.mean(counts);
      const bootstrap = { level: LEVEL, resamples: RESAMPLES, rng };
      const [interval] = percentileIntervals(own.length, withinStrata(strata), [share], bootstrap);
      const [newWorlds] = percentileIntervals(own.length, wholeStrata(strata), [share], bootstrap);
      const p = signFlipTest(
        strata.map((stratum) => meanAt(own, stratum) - 0.5),
        rng,
      );
      return orient(
        names[first] as string,
        names[second] as string,
        share(onceEach(own.length)),
        interval as Ends,
        newWorlds as Ends,
        p,
      );
    }),
  );
  const corrected = holm(pairs.map(({ p }) => p));
  return pairs.map((pair, i) => ({ ...pair, p: corrected[i] as number }));
}

function orient(first: string, second: string, probability: number, interval: Ends, newWorlds: Ends, p: number): Pair {
  if (probability >= 0.5) return { better: first, worse: second, probability, interval, newWorlds, p };
  const flip = ([low, high]: Ends): Ends => [1 - high, 1 - low];
  return {
    better: second,
    worse: first,
    probability: 1 - probability,
    interval: flip(interval),
    newWorlds: flip(newWorlds),
    p,
  };
}

/**
 * Strategies in the order given, in runs within which no pair differs significantly; runs of one are left out, and runs
 * within a longer one.
 */
export function alikeRuns(names: readonly string[], pairs: readonly Pair[]): [first: number, last: number][] {
  const differing = new Set(pairs.filter(isSignificant).map(({ better, worse }) => [better, worse].sort().join("\n")));
  const differ = (i: number, j: number) => differing.has([names[i]!, names[j]!].sort().join("\n"));
  const runs: [first: number, last: number][] = [];
  for (const first of names.keys()) {
    let last = first;
    while (last + 1 < names.length && names.slice(first, last + 1).every((_, k) => !differ(first + k, last + 1)))
      last++;
    if (last > first && last > (runs.at(-1)?.[1] ?? -1)) runs.push([first, last]);
  }
  return runs;
}
