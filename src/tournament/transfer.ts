import { quantile } from "../statistics/quantile.ts";
import { kendallTau, meanRanks, ranksOf } from "../statistics/ranks.ts";
import { randomStream } from "../task/random.ts";

/** Who predicts the order on a family of tables: suites that ship, or the other families' surfaces or rows. */
export const PREDICTORS = ["shipped", "shippedTable", "calibrated", "replay"] as const;
export type Predictor = (typeof PREDICTORS)[number];

/** Regrets in a world, strategy by strategy, and how close is equal. */
export interface WorldRegrets {
  readonly regrets: readonly number[];
  readonly tie: number;
}

/** What was played of a family of tables: its rows, and its fitted surfaces as worlds. */
export interface PlayedFamily {
  readonly name: string;
  readonly replay: readonly WorldRegrets[];
  readonly calibrated: readonly WorldRegrets[];
}

export interface TransferOfFamily {
  readonly name: string;
  readonly worlds: number;
  /** τ between the orders of two halves of its worlds, mean of many splits. */
  readonly reliability: number;
  /** τ that a perfect predictor is expected to have with the order found: the noise between worlds allows no more. */
  readonly ceiling: number;
  readonly tau: Readonly<Record<Predictor, number>>;
}

export interface Transfer {
  readonly families: readonly TransferOfFamily[];
  readonly mean: {
    readonly ceiling: number;
    /** τ that the variance of ranks allows a predictor that knows other families only. */
    readonly ceilingUnseen: number;
    /** Mean over families with a 95 % bootstrap interval over families. */
    readonly tau: Readonly<Record<Predictor, { readonly value: number; readonly interval: readonly [number, number] }>>;
  };
  /** Variances of ranks: of strategies, of strategy × family, and of strategy × world with noise. */
  readonly variance: { readonly strategy: number; readonly family: number; readonly world: number };
}

const SPLITS = 200;
const RESAMPLES = 2000;

/**
 * How well each predictor predicts the order of strategies on a family of tables that it has not seen: Kendall's τ of
 * mean ranks, one family left out at a time (docs/tables-as-worlds.md, "Sim to real").
 *
 * @param families at least two, each with a world or more.
 * @param shipped regrets on a suite that ships, and on its worlds asked as a table.
 */
export function transferOf(
  families: readonly PlayedFamily[],
  shipped: readonly WorldRegrets[],
  shippedTable: readonly WorldRegrets[],
): Transfer {
  const rng = randomStream("transfer");
  const results = families.map((family): TransferOfFamily => {
    const own = meanRank(family.replay);
    const others = families.filter((other) => other !== family);
    // Each family counts alike, whatever the number of its worlds.
    const pooled = (part: "replay" | "calibrated") => meanRanks(others.map((other) => meanRank(other[part])));
    const reliability = splitHalf(family.replay, rng);
    return {
      name: family.name,
      worlds: family.replay.length,
      reliability,
      ceiling: ceilingOf(reliability),
      tau: {
        shipped: kendallTau(own, meanRank(shipped)),
        shippedTable: kendallTau(own, meanRank(shippedTable)),
        calibrated: kendallTau(own, pooled("calibrated")),
        replay: kendallTau(own, pooled("replay")),
      },
    };
  });
  const summary = (predictor: Predictor) => {
    const taus = results.map(({ tau }) => tau[predictor]);
    const means = Array.from({ length: RESAMPLES }, () => mean(taus.map(() => taus[Math.floor(rng() * taus.length)]!)));
    return { value: mean(taus), interval: [quantile(means, 0.025), quantile(means, 0.975)] as const };
  };
  const variance = varianceComponents(families.map(({ replay }) => replay.map(ranks)));
  const ceilings = results.map(({ ceiling }) => ceiling).filter((ceiling) => !Number.isNaN(ceiling));
  return {
    families: results,
    mean: {
      ceiling: mean(ceilings),
      ceilingUnseen: unseenCeiling(variance, families),
      tau: Object.fromEntries(
        PREDICTORS.map((predictor) => [predictor, summary(predictor)]),
      ) as Transfer["mean"]["tau"],
    },
    variance,
  };
}

function ranks({ regrets, tie }: WorldRegrets): number[] {
  return ranksOf(regrets, tie);
}

function meanRank(worlds: readonly WorldRegrets[]): number[] {
  return meanRanks(worlds.map(ranks));
}

/** τ between two halves of the worlds; NaN for a single world. */
function splitHalf(worlds: readonly WorldRegrets[], rng: () => number): number {
  if (worlds.length < 2) return Number.NaN;
  const taus = Array.from({ length: SPLITS }, () => {
    const order = worlds.map((world) => ({ world, at: rng() })).toSorted((a, b) => a.at - b.at);
    const half = order.length >> 1;
    const part = (from: number, to: number) => meanRank(order.slice(from, to).map(({ world }) => world));
    return kendallTau(part(0, half), part(half, order.length));
  });
  return mean(taus.filter((tau) => !Number.isNaN(tau)));
}

/** Spearman and Brown's reliability of all worlds from that of halves; its root is a perfect predictor's agreement. */
function ceilingOf(half: number): number {
  return Math.sqrt(Math.max(0, (2 * half) / (1 + half)));
}

/** τ between normal variables of the correlation that the mean ranks of one family and of all others have. */
function unseenCeiling({ strategy, family, world }: Transfer["variance"], families: readonly PlayedFamily[]): number {
  const ofFamily = family + world * mean(families.map(({ replay }) => 1 / replay.length));
  const others = strategy + ofFamily / (families.length - 1);
  return (2 / Math.PI) * Math.asin(strategy / Math.max(1e-9, Math.sqrt((strategy + ofFamily) * others)));
}

/** By the method of moments, over ranks[family][world][strategy]. */
function varianceComponents(families: readonly (readonly (readonly number[])[])[]): Transfer["variance"] {
  const variance = (values: readonly number[]) => {
    const center = mean(values);
    return values.reduce((sum, value) => sum + (value - center) * (value - center), 0) / Math.max(1, values.length - 1);
  };
  const strategies = families[0]?.[0]?.length ?? 0;
  const perStrategy = Array.from({ length: strategies }, (_, s) => {
    const byFamily = families.map((worlds) => worlds.map((world) => world[s]!));
    const means = byFamily.map(mean);
    return {
      world: mean(byFamily.filter((values) => values.length > 1).map(variance)),
      ofMeans: variance(means),
      mean: mean(means),
    };
  });
  const world = mean(perStrategy.map((each) => each.world));
  const perFamily = mean(families.map((worlds) => 1 / worlds.length));
  const family = Math.max(0, mean(perStrategy.map(({ ofMeans }) => ofMeans)) - world * perFamily);
  const strategy = Math.max(
    0,
    variance(perStrategy.map((each) => each.mean)) - (family + world * perFamily) / families.length,
  );
  return { strategy, family, world };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
