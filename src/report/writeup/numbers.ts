import { bootstrapFits, refitIntervals } from "../../fit/bootstrap.ts";
import { type Fit, type FitStatus, isUsable } from "../../fit/fitter.ts";
import { FITTERS } from "../../fit/index.ts";
import { minimumPerBudget } from "../../fit/methods/minimum.ts";
import { parametric } from "../../fit/methods/parametric.ts";
import { fitPowerLaw, type PowerLaw, powerLawAt } from "../../fit/power-law.ts";
import type { JournalHeader } from "../../flight/journal/record.ts";
import type { Plan } from "../../flight/plan.ts";
import type { JournaledRun, Reconstruction } from "../../flight/reconstruct.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { type AnsweredRun, FIELDS, type Field } from "../../task/configuration.ts";
import { formatShort } from "../../task/quantity.ts";
import { randomStream } from "../../task/random.ts";
import { bestPerSize, pointOf, type RunPoint } from "../../task/run-point.ts";
import { inadmissibilities, type Submission } from "../../task/submission.ts";
import type { Source } from "../../training-api/training-api.ts";

/** One fit method and its prediction for the target. */
export interface MethodNumbers {
  readonly method: string;
  readonly status: FitStatus;
  readonly explanation: string;
  /** Size and loss at the target; absent where the method does not predict it. */
  readonly N?: number;
  readonly loss?: number;
  /** Root mean square of ln(predicted / observed) over the runs; absent for methods without a law of the loss. */
  readonly rms?: number;
}

/** Runs that differ in one field alone. */
export interface Comparison {
  readonly field: Field;
  /** What they share, in words. */
  readonly of: string;
  readonly values: readonly { readonly value: number; readonly loss: number }[];
}

export interface BudgetNumbers {
  readonly C: number;
  readonly runs: number;
  /** FLOPs this run paid for; reused runs cost nothing. */
  readonly paid: number;
  readonly best?: { readonly N: number; readonly loss: number; readonly atEdge: boolean };
}

/** Every number that a write-up shows, from a journal alone. Losses in nats, budgets in FLOPs. */
export interface WriteupNumbers {
  readonly source: Source;
  readonly plan: Omit<Plan, "schema" | "task">;
  readonly cap: number;
  readonly target: number;
  readonly spent: number;
  readonly done: boolean;
  readonly runs: readonly JournaledRun[];
  readonly budgets: readonly BudgetNumbers[];
  readonly submission: Submission;
  readonly modelSize: number;
  /** N that the strategy's law asks for, where its text says it as `N* = k·C^a`. */
  readonly wanted?: number;
  /** Power laws through the lowest runs of the budgets, in log space; absent where they determine none. */
  readonly minima?: {
    readonly N: PowerLaw;
    readonly loss: PowerLaw;
    readonly at: { readonly N: number; readonly loss: number };
  };
  readonly methods: readonly MethodNumbers[];
  /** Bootstrap of the parametric law at the target; absent where it is not identified. */
  readonly bootstrap?: {
    readonly level: number;
    readonly draws: number;
    readonly N: readonly [number, number];
    readonly loss?: readonly [number, number];
  };
  readonly comparisons: readonly Comparison[];
  readonly problems: readonly string[];
}

/** Coverage aimed at by the bootstrap, and its refits. */
const BOOTSTRAP = { level: 0.9, draws: 200 };

export function writeupNumbers(header: JournalHeader, plan: Plan, replay: Reconstruction): WriteupNumbers {
  const { schema: _schema, task, ...flown } = plan;
  const { submission, runs } = replay;
  const answered = runs.filter((run): run is JournaledRun & AnsweredRun => run.status === "ok");
  const points = bestPerSize(distinct(answered).map(pointOf));
  const wanted = wantedSize(submission.law, task.target);
  const minima = lawsThroughMinima(points, task.target);
  const bootstrap = bootstrapAt(points, task.target, plan.seed);
  return {
    source: header.endpoint.source,
    plan: flown,
    cap: task.cap,
    target: task.target,
    spent: replay.spent,
    done: replay.done,
    runs,
    budgets: budgetNumbers(answered, points),
    submission,
    modelSize: nonEmbeddingParameters(submission.config),
    ...(wanted === undefined ? {} : { wanted }),
    ...(minima ? { minima } : {}),
    methods:
      points.length === 0
        ? []
        : FITTERS.map((fitter) => methodNumbers(fitter.fit(points, { targets: [task.target] }), points, task.target)),
    ...(bootstrap ? { bootstrap } : {}),
    comparisons: FIELDS.filter((field) => field !== "trainFlops").flatMap((field) =>
      comparisonsOf(field, distinct(answered)),
    ),
    problems: inadmissibilities(submission.config, task.admissible, task.target),
  };
}

function distinct(runs: readonly (JournaledRun & AnsweredRun)[]): (JournaledRun & AnsweredRun)[] {
  const key = (run: AnsweredRun) => FIELDS.map((field) => run[field]).join("/");
  return [...new Map(runs.map((run) => [key(run), run])).values()];
}

function methodNumbers(fit: Fit, points: readonly RunPoint[], target: number): MethodNumbers {
  const { method, status, explanation, loss: law } = fit;
  const optimum = isUsable(fit) ? fit.optimum(target) : undefined;
  const rms =
    law &&
    Math.sqrt(
      points.reduce((sum, { N, D, C, loss }) => sum + square(Math.log(law(N, D, C) / loss)), 0) / points.length,
    );
  return {
    method,
    status,
    explanation,
    ...(optimum ? { N: optimum.N } : {}),
    ...(optimum?.loss === undefined ? {} : { loss: optimum.loss }),
    ...(rms === undefined || !Number.isFinite(rms) ? {} : { rms }),
  };
}

function square(value: number): number {
  return value * value;
}

function lawsThroughMinima(points: readonly RunPoint[], target: number): WriteupNumbers["minima"] {
  const { minima } = minimumPerBudget(points);
  const N = fitPowerLaw(minima.map(({ C, N }) => ({ x: C, y: N })));
  const loss = fitPowerLaw(minima.map((run) => ({ x: run.C, y: run.loss })));
  return N && loss && { N, loss, at: { N: powerLawAt(N, target), loss: powerLawAt(loss, target) } };
}

function bootstrapAt(points: readonly RunPoint[], target: number, seed: number): WriteupNumbers["bootstrap"] {
  if (points.length < 5) return undefined;
  const fit = parametric.fit(points);
  if (!isUsable(fit)) return undefined;
  const { draws, level } = BOOTSTRAP;
  const refits = bootstrapFits(parametric, points, fit, {
    resampling: "residuals",
    draws,
    rng: randomStream(`writeup/${seed}`),
  });
  const freedom = { runs: points.length, parameters: Object.keys(fit.parameters).length };
  const intervals = refitIntervals(refits, [target], level, freedom);
  const [at] = intervals?.targets ?? [];
  return at && { level, draws: refits.length, N: at.N, ...(at.loss ? { loss: at.loss } : {}) };
}

function budgetNumbers(
  answered: readonly (JournaledRun & AnsweredRun)[],
  points: readonly RunPoint[],
): BudgetNumbers[] {
  const { minima, atEdge } = minimumPerBudget(points);
  const edges = new Set(atEdge.map(({ C }) => C));
  const byBudget = Map.groupBy(distinct(answered), ({ trainFlops }) => trainFlops);
  return [...byBudget]
    .sort(([a], [b]) => a - b)
    .map(([C, own]) => {
      const best = minima.find((point) => point.C === C);
      const paid = own.filter(({ from }) => from === "endpoint").length * C;
      const shown = best && { N: best.N, loss: best.loss, atEdge: edges.has(C) };
      return { C, runs: own.length, paid, ...(shown ? { best: shown } : {}) };
    });
}

function comparisonsOf(field: Field, runs: readonly AnsweredRun[]): Comparison[] {
  const others = FIELDS.filter((other) => other !== field);
  const groups = Map.groupBy(runs, (run) => others.map((other) => run[other]).join("/"));
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => {
      const { dModel, numLayers, batchSize, learningRate, trainFlops } = group[0] as AnsweredRun;
      const shared = [
        `${trainFlops.toExponential(0).replace("+", "")} FLOPs`,
        ...(field === "dModel" || field === "numLayers" ? [] : [`${numLayers}×${dModel}`]),
        ...(field === "batchSize" ? [] : [`batch ${batchSize}`]),
        ...(field === "learningRate" ? [] : [`lr ${formatShort(learningRate)}`]),
      ];
      const values = group.map((run) => ({ value: run[field], loss: run.loss })).sort((a, b) => a.value - b.value);
      return { field, of: shared.join(", "), values };
    });
}

/** The size in a law written `N* = k·C^a`. */
function wantedSize(law: string | undefined, target: number): number | undefined {
  const [, coefficient, exponent] = /N\* = ([\d.e+-]+)·C\^([\d.e+-]+)/.exec(law ?? "") ?? [];
  const N = Number(coefficient) * Math.exp(Number(exponent) * Math.log(target));
  return Number.isFinite(N) ? N : undefined;
}
