import type { Standing } from "../../src/report/standing.ts";
import { randomStream } from "../../src/task/random.ts";
import { stratifiedInterval } from "../statistics/bootstrap.ts";
import { interquartileMean, median, quantile } from "../statistics/quantile.ts";
import type { Result } from "./result.ts";

/** Regrets closer than this are equal in ranks, in nats: below the noise between two seeds (docs/statistics.md). */
export const TIE = 0.002;
/** Coverage of the intervals of the leaderboard. */
export const INTERVAL_LEVEL = 0.95;

/**
 * The leaderboard of a field: the least interquartile mean of regret first. A failed run is scored with the worst regret
 * of the field in its world and repetition; errors of size and loss are of the runs that handed something in.
 */
export function standingsOf(results: readonly Result[], seed: number): Standing[] {
  const regrets = regretsOf(results);
  const ranks = meanRanks(results, regrets);
  const byStrategy = Map.groupBy(results, ({ strategy }) => strategy);
  const standings = [...byStrategy].map(([name, own]) =>
    standingOf(name, own, regrets, ranks.get(name) as number, seed),
  );
  return standings.sort((a, b) => a.regret.iqm - b.regret.iqm);
}

function standingOf(
  name: string,
  results: readonly Result[],
  regrets: ReadonlyMap<Result, number>,
  rank: number,
  seed: number,
): Standing {
  const regretOf = (result: Result) => regrets.get(result) as number;
  const all = results.map(regretOf);
  const strata = [...Map.groupBy(results, ({ world }) => world).values()].map((own) => own.map(regretOf));
  const scored = results.filter((result) => result.status === "ok");
  const lnN = scored.map(({ score }) => score.lnNError);
  const loss = scored.map(({ score }) => score.lossError);
  const intervals = scored.flatMap(({ score, submission: { interval } }) => (interval ? [{ score, interval }] : []));
  const level = intervals[0]?.interval.level;
  return {
    name,
    n: results.length,
    failed: results.length - scored.length,
    regret: {
      median: median(all),
      p90: quantile(all, 0.9),
      iqm: interquartileMean(all),
      interval: stratifiedInterval(strata, interquartileMean, {
        level: INTERVAL_LEVEL,
        resamples: 1000,
        rng: randomStream(`${seed}/bootstrap/${name}`),
      }),
    },
    lnNError: { median: median(lnN), medianAbsolute: median(lnN.map(Math.abs)) },
    lossError: { median: median(loss), medianAbsolute: median(loss.map(Math.abs)) },
    ...(level === undefined
      ? {}
      : {
          coverage: {
            level,
            rate: intervals.filter(({ score }) => score.covered).length / intervals.length,
            width: median(intervals.map(({ interval }) => interval.high - interval.low)),
          },
        }),
    spend: { median: median(results.map(({ spent }) => spent)) },
    seconds: { median: median(results.map(({ seconds }) => seconds)) },
    rank: { mean: rank },
  };
}

/** The regret of every result; a failed one takes the worst of the field in its world and repetition. */
function regretsOf(results: readonly Result[]): Map<Result, number> {
  const regrets = new Map<Result, number>();
  for (const field of fields(results)) {
    const known = field.flatMap((result) => (result.status === "ok" ? [result.score.regret] : []));
    const worst = known.length > 0 ? Math.max(...known) : Number.POSITIVE_INFINITY;
    for (const result of field) regrets.set(result, result.status === "ok" ? result.score.regret : worst);
  }
  return regrets;
}

/** Mean rank of each strategy over worlds and repetitions; regrets within a tie share the mean of their ranks. */
function meanRanks(results: readonly Result[], regrets: ReadonlyMap<Result, number>): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const field of fields(results)) {
    for (const result of field) {
      const own = regrets.get(result) as number;
      const others = field.filter((other) => other !== result).map((other) => regrets.get(other) as number);
      const better = others.filter((other) => other < own - TIE).length;
      const tied = others.filter((other) => Math.abs(other - own) <= TIE || other === own).length;
      const total = sums.get(result.strategy) ?? { sum: 0, count: 0 };
      sums.set(result.strategy, { sum: total.sum + 1 + better + tied / 2, count: total.count + 1 });
    }
  }
  return new Map([...sums].map(([name, { sum, count }]) => [name, sum / count]));
}

/** The results that met the same world with the same noise. */
function fields(results: readonly Result[]): Iterable<Result[]> {
  return Map.groupBy(results, ({ world, repetition }) => `${world}\n${repetition}`).values();
}
