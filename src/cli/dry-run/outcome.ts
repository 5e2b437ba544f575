import type { DryRun } from "../../experiment/dry-run.ts";
import { percentileIntervals, withinStrata } from "../../statistics/bootstrap.ts";
import { OrderedSample, onceEach } from "../../statistics/ordered-sample.ts";
import { median } from "../../statistics/quantile.ts";
import { randomStream } from "../../task/random.ts";
import type { Ends, Standing } from "../../tournament/analysis/standing.ts";

/** What rehearsals came to: the statistics of the leaderboard that need no field of competitors. */
export interface Outcome extends Pick<Standing, "name" | "n" | "failed" | "spend"> {
  readonly regret: Pick<Standing["regret"], "median" | "p90" | "iqm" | "interval">;
  readonly lnNError: Pick<Standing["lnNError"], "median" | "medianAbsolute">;
  readonly lossError: Pick<Standing["lossError"], "median" | "medianAbsolute">;
  readonly coverage?: { readonly level: number; readonly rate: number; readonly width: number; readonly n: number };
}

export function outcomeOf(name: string, flights: readonly DryRun[], seed: number): Outcome {
  const sample = new OrderedSample(flights.map(({ score }) => score.regret));
  const worlds = Map.groupBy(flights.keys(), (i) => (flights[i] as DryRun).world);
  const iqm = (counts: Float64Array) => sample.interquartileMean(counts);
  const bootstrap = { level: 0.95, resamples: 1000, rng: randomStream(`${seed}/bootstrap/${name}`) };
  const [interval] = percentileIntervals(sample.size, withinStrata([...worlds.values()]), [iqm], bootstrap);
  const all = onceEach(sample.size);
  const middle = (of: (flight: DryRun) => number) => median(flights.map(of));
  const stated = flights.flatMap(({ trace, score }) => {
    const { interval: own } = trace.submission;
    return own ? [{ level: own.level, width: own.high - own.low, covered: score.covered === true }] : [];
  });
  return {
    name,
    n: flights.length,
    failed: 0,
    regret: {
      median: sample.quantile(all, 0.5),
      p90: sample.quantile(all, 0.9),
      iqm: iqm(all),
      interval: interval as Ends,
    },
    lnNError: {
      median: middle(({ score }) => score.lnNError),
      medianAbsolute: middle(({ score }) => Math.abs(score.lnNError)),
    },
    lossError: {
      median: middle(({ score }) => score.lossError),
      medianAbsolute: middle(({ score }) => Math.abs(score.lossError)),
    },
    ...(stated[0]
      ? {
          coverage: {
            level: stated[0].level,
            rate: stated.filter(({ covered }) => covered).length / stated.length,
            width: median(stated.map(({ width }) => width)),
            n: stated.length,
          },
        }
      : {}),
    spend: { median: middle(({ trace }) => trace.spent) },
  };
}
