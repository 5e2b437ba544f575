import { type Fit, type FitStatus, isUsable } from "../../fit/fitter.ts";
import { FITTERS } from "../../fit/index.ts";
import { minimumPerBudget } from "../../fit/methods/minimum.ts";
import { fitPowerLaw, type PowerLaw, powerLawAt } from "../../fit/power-law.ts";
import type { JournalHeader } from "../../flight/journal/record.ts";
import type { Plan } from "../../flight/plan.ts";
import type { JournaledRun, Reconstruction } from "../../flight/reconstruct.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { type AnsweredRun, FIELDS, type Field } from "../../task/configuration.ts";
import { formatShort } from "../../task/quantity.ts";
import { bestPerSize, pointOf, type RunPoint } from "../../task/run-point.ts";
import { inadmissibilities, type Submission } from "../../task/submission.ts";
import type { Source } from "../../training-api/training-api.ts";
import { scientific } from "../axes.ts";
import { type LawNumbers, lawNumbers } from "./law.ts";
import { type Purpose, purposesOf } from "./purposes.ts";

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
  readonly C: number;
  /** What they share, in words. */
  readonly of: string;
  readonly values: readonly { readonly value: number; readonly loss: number }[];
}

export interface BudgetNumbers {
  readonly C: number;
  readonly runs: number;
  /** FLOPs this run paid for; reused runs cost nothing. */
  readonly paid: number;
  /** The lowest of all its runs. */
  readonly lowest: { readonly N: number; readonly loss: number };
  /** The lowest of the runs that laws are fitted to, where several sizes are among them. */
  readonly best?: { readonly N: number; readonly loss: number; readonly atEdge: boolean };
}

/** Every number that a write-up shows, from a journal alone. Losses in nats, budgets in FLOPs. */
export interface WriteupNumbers {
  readonly source: Source;
  readonly plan: Omit<Plan, "schema" | "task">;
  /** The strategy in one line, where it has said it. */
  readonly summary?: string;
  readonly cap: number;
  readonly target: number;
  readonly spent: number;
  readonly done: boolean;
  readonly runs: readonly JournaledRun[];
  /** Why runs were bought, each run once. */
  readonly purposes: readonly Purpose[];
  /** What laws are fitted to. */
  readonly fitted: FittedRuns;
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
  /** The parametric law with its intervals; absent where the runs do not determine it. */
  readonly law?: LawNumbers;
  readonly comparisons: readonly Comparison[];
  readonly problems: readonly string[];
}

/** The runs that laws are fitted to: the lowest loss of each size and budget, of runs that are comparable. */
export interface FittedRuns {
  readonly points: readonly RunPoint[];
  /** The settings that they share; absent where runs of all settings are taken. */
  readonly recipe?: { readonly learningRate: number; readonly batchSize: number };
}

/** The numbers of a journal; `summary` is its strategy's. */
export function writeupNumbers(
  header: JournalHeader,
  plan: Plan,
  replay: Reconstruction,
  summary: string,
): WriteupNumbers {
  const { schema: _schema, task, ...shown } = plan;
  const { submission, runs } = replay;
  const answered = runs.filter((run): run is JournaledRun & AnsweredRun => run.status === "ok");
  const fitted = fittedRuns(distinct(answered));
  const { points } = fitted;
  const wanted = wantedSize(submission.law, task.target);
  const minima = lawsThroughMinima(points, task.target);
  const law = lawNumbers(points, task.target, plan.seed);
  return {
    source: header.endpoint.source,
    plan: shown,
    // What a program or a list is has no line of its own.
    ...(plan.strategy.kind === "shipped" || plan.strategy.kind === "module" ? { summary } : {}),
    cap: task.cap,
    target: task.target,
    spent: replay.spent,
    done: replay.done,
    runs,
    purposes: purposesOf(runs),
    fitted,
    budgets: budgetNumbers(answered, points),
    submission,
    modelSize: nonEmbeddingParameters(submission.config),
    ...(wanted === undefined ? {} : { wanted }),
    ...(minima ? { minima } : {}),
    methods:
      points.length === 0
        ? []
        : FITTERS.map((fitter) => methodNumbers(fitter.fit(points, { targets: [task.target] }), points, task.target)),
    ...(law ? { law } : {}),
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

/** Fewer runs of one recipe than this leave no law to fit. */
const FEWEST = { runs: 6, budgets: 2 };

/**
 * The runs of the learning rate and batch that most sizes and budgets share, since others differ for more reasons than
 * size; all runs where too few share one.
 */
function fittedRuns(answered: readonly AnsweredRun[]): FittedRuns {
  const groups = [
    ...Map.groupBy(answered, ({ learningRate, batchSize }) => `${learningRate}/${batchSize}`).values(),
  ].map((runs) => {
    const points = bestPerSize(runs.map(pointOf));
    return { points, budgets: new Set(points.map(({ C }) => C)).size, run: runs[0] as AnsweredRun };
  });
  const enough = groups.filter(({ points, budgets }) => points.length >= FEWEST.runs && budgets >= FEWEST.budgets);
  const lowest = ({ points }: (typeof groups)[number]) => Math.min(...points.map(({ loss }) => loss));
  const [most] = enough.toSorted((a, b) => b.points.length - a.points.length || lowest(a) - lowest(b));
  if (!most) return { points: bestPerSize(answered.map(pointOf)) };
  const { learningRate, batchSize } = most.run;
  return { points: most.points, recipe: { learningRate, batchSize } };
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
      const { N, loss } = own.map(pointOf).reduce((low, point) => (point.loss < low.loss ? point : low));
      return { C, runs: own.length, paid, lowest: { N, loss }, ...(shown ? { best: shown } : {}) };
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
        `${scientific(trainFlops, 3)} FLOPs`,
        ...(field === "dModel" || field === "numLayers" ? [] : [`${numLayers}×${dModel}`]),
        ...(field === "batchSize" ? [] : [`batch ${batchSize}`]),
        ...(field === "learningRate" ? [] : [`lr ${formatShort(learningRate)}`]),
      ];
      const values = group.map((run) => ({ value: run[field], loss: run.loss })).sort((a, b) => a.value - b.value);
      return { field, C: trainFlops, of: shared.join(", "), values };
    });
}

/** The size in a law written `N* = k·C^a`. */
function wantedSize(law: string | undefined, target: number): number | undefined {
  const [, coefficient, exponent] = /N\* = ([\d.e+-]+)·C\^([\d.e+-]+)/.exec(law ?? "") ?? [];
  const N = Number(coefficient) * Math.exp(Number(exponent) * Math.log(target));
  return Number.isFinite(N) ? N : undefined;
}
