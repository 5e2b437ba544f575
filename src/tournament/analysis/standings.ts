import { percentileIntervals, type Strata, wholeStrata, withinStrata } from "../../statistics/bootstrap.ts";
import { OrderedSample, onceEach } from "../../statistics/ordered-sample.ts";
import { median, quantile } from "../../statistics/quantile.ts";
import { randomStream } from "../../task/random.ts";
import type { ColumnName } from "../columns.ts";
import { ANYTIME_SHARES } from "../result.ts";
import type { Ends, FiveNumbers, Standing } from "./analysis.ts";
import { type Cell, type Field, meanAt, valuesOf } from "./field.ts";

/** Coverage of every interval of the analysis. */
export const LEVEL = 0.95;
/** Bootstrap replicates of every interval. */
export const RESAMPLES = 1000;
/** Least regret of a control in a world, in nats, so that nothing is divided by noise. */
const LEAST_CONTROL = 0.002;

/** The leaderboard of a field: the least interquartile mean of regret first. */
export function standingsOf(
  field: Field,
  names: readonly string[],
  ranks: ReadonlyMap<number, number>,
  seed: number,
  control?: number,
): Standing[] {
  const standings = field.ranked.map((entrant) =>
    standingOf(field, entrant, names[entrant] as string, ranks.get(entrant) ?? Number.NaN, seed, control),
  );
  return standings.sort((a, b) => a.regret.iqm - b.regret.iqm || a.rank.mean - b.rank.mean);
}

function standingOf(
  field: Field,
  entrant: number,
  name: string,
  rank: number,
  seed: number,
  control: number | undefined,
): Standing {
  const { columns, cells, strata } = field;
  const column = (of: ColumnName) => valuesOf(columns, of, entrant, cells);
  const present = (of: ColumnName) => column(of).filter((value) => !Number.isNaN(value));
  const bootstrap = { level: LEVEL, resamples: RESAMPLES, rng: randomStream(`${seed}/bootstrap/${name}`) };
  const regrets = field.regrets.get(entrant) as Float64Array;
  const sample = new OrderedSample(regrets);
  const all = onceEach(sample.size);
  const iqm = (counts: Float64Array) => sample.interquartileMean(counts);
  const middle = (counts: Float64Array) => sample.quantile(counts, 0.5);
  const ninth = (counts: Float64Array) => sample.quantile(counts, 0.9);
  const within = percentileIntervals(sample.size, withinStrata(strata), [iqm, middle, ninth], bootstrap);
  const [newWorlds] = percentileIntervals(sample.size, wholeStrata(strata), [iqm], bootstrap);
  const fromSize = mean(present("fromSize"));
  const scored = mean(present("regret"));
  const equivalent = present("computeEquivalent");
  const normalized = control === undefined ? undefined : normalisedRegrets(field, entrant, control);
  return {
    name,
    n: cells.length,
    failed: column("ok").filter((ok) => ok === 0).length,
    regret: {
      median: middle(all),
      p90: ninth(all),
      iqm: iqm(all),
      interval: within[0] as Ends,
      newWorlds: newWorlds as Ends,
      medianInterval: within[1] as Ends,
      p90Interval: within[2] as Ends,
      quantiles: fiveNumbers(regrets),
      fromSize,
      fromHyperparameters: scored - fromSize,
    },
    ...(normalized ? { normalisedRegret: iqmWithInterval(normalized, strata, bootstrap) } : {}),
    ...(equivalent.length > 0
      ? { computeEquivalent: { median: median(equivalent), quantiles: fiveNumbers(equivalent) } }
      : {}),
    ...anytimeOf(field, entrant, regrets, bootstrap),
    lnNError: errorOf(present("lnNError")),
    lossError: errorOf(present("lossError")),
    ...coverageOf(field, entrant, bootstrap),
    ...clockOf(present),
    spend: { median: median(column("spent")) },
    protocol: {
      queries: median(column("queries")),
      repeats: sum(column("repeats")),
      refused: sum(column("refused")),
      invalid: sum(column("invalid")),
    },
    seconds: { median: median(column("seconds")), p90: quantile(column("seconds"), 0.9) },
    rank: { mean: rank },
  };
}

type Bootstrap = Parameters<typeof percentileIntervals>[3];

function iqmWithInterval(values: Float64Array, strata: Strata, bootstrap: Bootstrap): { iqm: number; interval: Ends } {
  const sample = new OrderedSample(values);
  const iqm = (counts: Float64Array) => sample.interquartileMean(counts);
  const [interval] = percentileIntervals(sample.size, withinStrata(strata), [iqm], bootstrap);
  return { iqm: iqm(onceEach(sample.size)), interval: interval as Ends };
}

/** Regrets in units of the control's mean regret in the same world. */
function normalisedRegrets({ regrets, strata }: Field, entrant: number, control: number): Float64Array {
  const [own, controls] = [regrets.get(entrant) as Float64Array, regrets.get(control) as Float64Array];
  const normalized = new Float64Array(own.length);
  for (const stratum of strata) {
    const unit = Math.max(LEAST_CONTROL, meanAt(controls, stratum));
    for (const i of stratum) normalized[i] = (own[i] as number) / unit;
  }
  return normalized;
}

/**
 * Where recommending early failed, the worst regret known in that world counts, or the final regret if that is worse.
 */
function anytimeOf(
  field: Field,
  entrant: number,
  final: Float64Array,
  bootstrap: Bootstrap,
): Pick<Standing, "anytime"> {
  const { columns, ranked } = field;
  const positions = [...field.cells.keys()].filter((i) => field.cells[i]?.repetition === 0);
  const cells = positions.map((i) => field.cells[i] as Cell);
  const asked = valuesOf(columns, "anytime0", entrant, cells);
  if (!asked.some((value) => !Number.isNaN(value))) return {};
  const anytime = ANYTIME_SHARES.map((share, i) => {
    const name = `anytime${i}` as ColumnName;
    const values = valuesOf(columns, name, entrant, cells);
    const others = ranked.map((other) => valuesOf(columns, name, other, cells));
    for (const [at, value] of values.entries()) {
      if (Number.isFinite(value)) continue;
      const known = others.map((of) => of[at] as number).filter(Number.isFinite);
      values[at] = Math.max(final[positions[at] as number] as number, ...known);
    }
    const sample = new OrderedSample(values);
    const iqm = (counts: Float64Array) => sample.interquartileMean(counts);
    const worlds = [...values.keys()].map((at) => [at]);
    const [interval] = percentileIntervals(values.length, wholeStrata(worlds), [iqm], bootstrap);
    return { share, iqm: iqm(onceEach(values.length)), interval: interval as Ends };
  });
  return { anytime };
}

function coverageOf({ columns, cells }: Field, entrant: number, bootstrap: Bootstrap): Pick<Standing, "coverage"> {
  const covered = valuesOf(columns, "covered", entrant, cells);
  const stated = [...covered.keys()].filter((i) => !Number.isNaN(covered[i] as number));
  if (stated.length === 0) return {};
  const at = (name: ColumnName) => {
    const values = valuesOf(columns, name, entrant, cells);
    return Float64Array.from(stated, (i) => values[i] as number);
  };
  const byWorld = Map.groupBy(stated.keys(), (i) => cells[stated[i] as number]?.world);
  const sample = new OrderedSample(at("covered"));
  const rate = (counts: Float64Array) => sample.mean(counts);
  const [interval] = percentileIntervals(sample.size, wholeStrata([...byWorld.values()]), [rate], bootstrap);
  return {
    coverage: {
      level: median(at("level")),
      rate: rate(onceEach(sample.size)),
      interval: interval as Ends,
      width: median(at("width")),
      score: mean(at("intervalScore")),
      n: stated.length,
    },
  };
}

/** How submissions kept to a target of seconds. */
function clockOf(present: (of: ColumnName) => Float64Array): Pick<Standing, "clock"> {
  const timedOut = present("timedOut");
  if (timedOut.length === 0) return {};
  return {
    clock: {
      timedOut: mean(timedOut),
      stated: 1 - mean(present("finishes")),
      coverage: mean(present("runtimeCovered")),
      medianAbsolute: median(present("runtimeError").map(Math.abs)),
    },
  };
}

function errorOf(errors: Float64Array): Standing["lnNError"] {
  return { median: median(errors), medianAbsolute: median(errors.map(Math.abs)), quantiles: fiveNumbers(errors) };
}

function fiveNumbers(values: Float64Array): FiveNumbers {
  return [0.05, 0.25, 0.5, 0.75, 0.95].map((p) => quantile(values, p)) as unknown as FiveNumbers;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + (Number.isNaN(value) ? 0 : value), 0);
}

function mean(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}
