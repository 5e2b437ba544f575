import type { DryRun, DryRunQuestion, ScenarioOutcome } from "../../experiment/dry-run.ts";
import { percentileIntervals, withinStrata } from "../../statistics/bootstrap.ts";
import { OrderedSample, onceEach } from "../../statistics/ordered-sample.ts";
import { median } from "../../statistics/quantile.ts";
import { randomStream } from "../../task/random.ts";
import type { WireConfig } from "../../task/stanford-2025/wire.ts";
import { type Submission, submittedParameters } from "../../task/submission.ts";
import type { Ends, Standing } from "../../tournament/analysis/analysis.ts";

/** Statistics of the rehearsals: those of the leaderboard that need no other strategies. */
export interface Outcome extends Pick<Standing, "name" | "n" | "failed" | "spend"> {
  readonly regret: Pick<Standing["regret"], "median" | "p90" | "iqm" | "interval">;
  readonly lnNError: Pick<Standing["lnNError"], "median" | "medianAbsolute">;
  readonly lossError: Pick<Standing["lossError"], "median" | "medianAbsolute">;
  /** Where the target is a time. */
  readonly inTime?: InTime;
  readonly coverage?: { readonly level: number; readonly rate: number; readonly width: number; readonly n: number };
}

/** Least, median and most over the rehearsals. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export interface ScenarioReport {
  readonly scenario: string;
  readonly regret: Spread;
  /** FLOPs or seconds charged. */
  readonly spent: Spread;
  readonly refused: Spread;
  /** Median regret above that of an endpoint that grants everything, in nats. */
  readonly costs: number;
}

interface Cost {
  readonly planned: number;
  readonly least: number;
  readonly cap: number;
}

/** A configuration whose budget is seconds. */
export type SecondsWire = Omit<WireConfig, "train_flops"> & { readonly seconds: number; readonly tokens?: number };

/** How submissions kept to a target of seconds. */
export interface InTime {
  /** The share that ended in time, and the probability of it that was stated (median); jobs stopped at their limit. */
  readonly finished: number;
  readonly stated?: number;
  readonly timedOut: number;
}

/** What `isoflop dry-run --json` prints. */
export interface DryRunReport {
  readonly fingerprint: string;
  /** The table of runs that were known from the start; absent for none. */
  readonly history?: string;
  /** Questions of the longest rehearsal. */
  readonly queries: number;
  /** Absent where the budget is seconds. */
  readonly flops?: Cost;
  /** Present where the budget is seconds; `reserved`: the most that was spent and reserved at once. */
  readonly seconds?: Cost & { readonly reserved: number };
  readonly invalid: readonly object[];
  /** Every configuration that was asked for, and in how many rehearsals. */
  readonly asked: readonly ((WireConfig | SecondsWire) & { readonly rehearsals: number; readonly problem?: string })[];
  /** What the first rehearsal asked and was answered, in order: another world's answers lead to other questions. */
  readonly first: {
    readonly world: string;
    readonly questions: readonly DryRunQuestion[];
    /** Why it stopped with much of the cap left, in the strategy's words. */
    readonly note?: string;
  };
  readonly outcome: Outcome;
  readonly spread: { readonly regret: Spread; readonly predictedLoss: Spread; readonly N: Spread };
  readonly worst: {
    readonly world: string;
    readonly repetition: number;
    readonly regret: number;
    readonly submission: Submission;
  };
  readonly scenarios: readonly ScenarioReport[];
  /** The file the plan was written to. */
  readonly plan: string | null;
}

export function outcomeOf(name: string, rehearsals: readonly DryRun[], seed: number): Outcome {
  const sample = new OrderedSample(rehearsals.map(({ score }) => score.regret));
  const worlds = Map.groupBy(rehearsals.keys(), (i) => (rehearsals[i] as DryRun).world);
  const iqm = (counts: Float64Array) => sample.interquartileMean(counts);
  const bootstrap = { level: 0.95, resamples: 1000, rng: randomStream(`${seed}/bootstrap/${name}`) };
  const [interval] = percentileIntervals(sample.size, withinStrata([...worlds.values()]), [iqm], bootstrap);
  const all = onceEach(sample.size);
  const middle = (of: (rehearsal: DryRun) => number) => median(rehearsals.map(of));
  const stated = rehearsals.flatMap(({ trace, score }) => {
    const { interval: own } = trace.submission;
    return own ? [{ level: own.level, width: own.high - own.low, covered: score.covered === true }] : [];
  });
  return {
    name,
    n: rehearsals.length,
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
    ...(rehearsals.some(({ score }) => score.run) ? { inTime: inTime(rehearsals) } : {}),
  };
}

function inTime(rehearsals: readonly DryRun[]): InTime {
  const stated = rehearsals.flatMap(({ trace }) => trace.submission.runtime?.finishes ?? []);
  const runs = rehearsals.flatMap(({ trace }) => trace.runs);
  return {
    finished: rehearsals.filter(({ score }) => score.run?.finished).length / rehearsals.length,
    ...(stated.length > 0 && { stated: median(stated) }),
    timedOut: runs.filter(({ status }) => status === "timed-out").length / Math.max(1, runs.length),
  };
}

export function firstOf(rehearsals: readonly DryRun[]): DryRunReport["first"] {
  const { world, questions, trace } = rehearsals[0] as DryRun;
  return { world, questions, ...(trace.note !== undefined && { note: trace.note }) };
}

export function spreadOf(rehearsals: readonly DryRun[]): DryRunReport["spread"] {
  return {
    regret: spread(rehearsals.map(({ score }) => score.regret)),
    predictedLoss: spread(rehearsals.map(({ trace }) => trace.submission.predictedLoss)),
    N: spread(rehearsals.map(({ trace }) => submittedParameters(trace.submission))),
  };
}

export function worstOf(rehearsals: readonly DryRun[]): DryRunReport["worst"] {
  const { world, repetition, score, trace } = rehearsals.reduce((a, b) => (b.score.regret > a.score.regret ? b : a));
  return { world, repetition, regret: score.regret, submission: trace.submission };
}

export function scenarioReports(outcomes: readonly ScenarioOutcome[], usual: number): ScenarioReport[] {
  return [...Map.groupBy(outcomes, ({ scenario }) => scenario)].map(([scenario, own]) => {
    const regret = spread(own.map(({ score }) => score.regret));
    return {
      scenario,
      regret,
      spent: spread(own.map(({ trace }) => trace.spent)),
      refused: spread(own.map(({ trace }) => trace.runs.filter(({ status }) => status === "refused").length)),
      costs: regret.median - usual,
    };
  });
}

function spread(values: readonly number[]): Spread {
  return { least: Math.min(...values), median: median(values), most: Math.max(...values) };
}
