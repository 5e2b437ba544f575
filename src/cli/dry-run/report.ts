import type { DryRun, DryRunQuestion, ScenarioOutcome } from "../../experiment/dry-run.ts";
import { median } from "../../statistics/quantile.ts";
import type { WireConfig } from "../../task/stanford-2025/wire.ts";
import type { Submission } from "../../task/submission.ts";
import { submittedParameters } from "../../task/submission.ts";
import type { Outcome } from "./outcome.ts";

/** Least, median and most over the rehearsals. */
export interface Spread {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

export interface ScenarioReport {
  readonly scenario: string;
  readonly regret: Spread;
  /** FLOPs charged. */
  readonly spent: Spread;
  readonly refused: Spread;
  /** Median regret above that of an endpoint that grants everything, in nats. */
  readonly costs: number;
}

/** What `isoflop dry-run --json` prints. */
export interface DryRunReport {
  readonly fingerprint: string;
  /** Questions of the longest rehearsal. */
  readonly queries: number;
  readonly flops: { readonly planned: number; readonly least: number; readonly cap: number };
  readonly invalid: readonly object[];
  /** Every configuration that was asked for, and in how many rehearsals. */
  readonly asked: readonly (WireConfig & { readonly rehearsals: number; readonly problem?: string })[];
  /** What the first rehearsal asked and was answered, in order: another world's answers lead to other questions. */
  readonly first: { readonly world: string; readonly questions: readonly DryRunQuestion[] };
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

export function firstOf(flights: readonly DryRun[]): DryRunReport["first"] {
  const { world, questions } = flights[0] as DryRun;
  return { world, questions };
}

export function spreadOf(flights: readonly DryRun[]): DryRunReport["spread"] {
  return {
    regret: spread(flights.map(({ score }) => score.regret)),
    predictedLoss: spread(flights.map(({ trace }) => trace.submission.predictedLoss)),
    N: spread(flights.map(({ trace }) => submittedParameters(trace.submission))),
  };
}

export function worstOf(flights: readonly DryRun[]): DryRunReport["worst"] {
  const { world, repetition, score, trace } = flights.reduce((a, b) => (b.score.regret > a.score.regret ? b : a));
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
