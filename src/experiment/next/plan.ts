import { type Beliefs, believe, concludeFrom, finiteRuns, inUnit } from "../../../strategies/champion/beliefs.ts";
import { candidateRuns } from "../../../strategies/champion/candidates.ts";
import { expectedLoss, likeliest } from "../../../strategies/champion/decision.ts";
import {
  chooseRuns,
  followRuns,
  type Purchase,
  type Uncertainty,
  uncertaintyNow,
} from "../../../strategies/champion/design.ts";
import { ALL_INGREDIENTS } from "../../../strategies/champion/ingredients.ts";
import { logFeaturesOf } from "../../../strategies/champion/surface-family.ts";
import { strategyNamed } from "../../../strategies/index.ts";
import { farText } from "../../fit/plausibility.ts";
import { HALF_WIDTH_80 } from "../../statistics/distributions.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { identityOf, type Run, type RunConfig } from "../../task/configuration.ts";
import { UserError } from "../../task/errors.ts";
import { formatFlops } from "../../task/quantity.ts";
import { randomStream } from "../../task/random.ts";
import { violationOf } from "../../task/search-space.ts";
import { violationMessage } from "../../task/stanford-2025/wire.ts";
import type { Query } from "../../task/strategy.ts";
import type { Submission } from "../../task/submission.ts";
import type { GivenSpace } from "../../task/task-schema.ts";
import type { KnownRun } from "../history.ts";
import { type AnyStrategy, beginSession } from "../session.ts";
import { PLANNED_AT_ONCE } from "./options.ts";
import { reasonFor } from "./reason.ts";
import { type TaskOfRuns, taskOfKnownRuns } from "./task-of-runs.ts";

/** How runs are planned. */
export interface NextOptions {
  /** FLOPs that all new runs may cost. */
  readonly budget: number;
  /** FLOPs of the run whose best size is wanted. */
  readonly target: number;
  /** How many runs to plan at once, at most. @defaultValue 5 */
  readonly parallel?: number;
  /** Who chooses the runs: a strategy, or the name of a shipped one. @defaultValue "champion" */
  readonly strategy?: string | AnyStrategy;
  /** What may be asked, where the table cannot say. */
  readonly space?: GivenSpace;
  /** @defaultValue 0 */
  readonly seed?: number;
}

/** A run to buy. */
export interface NextRun {
  /** Parameters, tokens and FLOPs. */
  readonly N: number;
  readonly D: number;
  readonly C: number;
  /** A configuration of that size; learning rate and batch are planned only where `NextPlan.recipes` says so. */
  readonly config: RunConfig;
  readonly reason: string;
  /** What is expected after this run and those before it: standard deviations at the target, and regret of deciding then. */
  readonly expected: { readonly sdLoss: number; readonly sdLnN: number; readonly regret: number };
}

/** What would be submitted now, and how certain it is. */
export interface NextNow {
  /** FLOPs, parameters and tokens of the target run. */
  readonly C: number;
  readonly N: number;
  readonly D: number;
  readonly loss: number;
  readonly interval: {
    readonly level: number;
    readonly N: readonly [low: number, high: number];
    readonly loss: readonly [low: number, high: number];
  };
  /** Expected loss above the best, in the unit of the losses, of choosing now. */
  readonly regret: number;
  readonly sdLoss: number;
  readonly sdLnN: number;
  readonly config: RunConfig;
}

/** Which runs to buy next. */
export interface NextPlan {
  readonly strategy: string;
  readonly now: NextNow;
  /** In the order in which they tell most for their cost. */
  readonly runs: readonly NextRun[];
  /** FLOPs of the budget that these runs leave. */
  readonly left: number;
  /** Whether learning rate or batch are planned; else N and D alone. */
  readonly recipes: boolean;
  /** After how many of these runs more would hardly matter: 0 is now; absent where none of them is the last. */
  readonly enoughAfter?: number;
  readonly notes: readonly string[];
}

/** The level of intervals, which HALF_WIDTH_80 belongs to. */
const LEVEL = 0.8;
/** Regrets below this share of the loss are ties: 0.002 nats at a loss of 2.5. */
const TIE = 8e-4;
/** Planned runs cost at least the dearest candidate divided by this, and their sizes lie within this factor of the best. */
const GUARD = { compute: 50, size: 4 };
/** Batches with answers that are only predicted, until a strategy that buys one run at a time has named enough. */
const MOST_BATCHES = 60;

/**
 * Which runs to buy next, given those at hand. Everything about the target comes from the champion's mixture of surface
 * families; another strategy chooses the runs and the submission, and the mixture says what they are worth. Runs planned
 * together are conditioned on each other, so that no two of them tell the same.
 *
 * @param runs at least four runs of two sizes or more: N, D, C and the loss, with shape, learning rate and batch where they
 *   are known.
 * @throws UserError where nothing can be planned, in one line.
 *
 * @example
 * ```ts
 * import { nextRuns, readRunsTable } from "isoflop";
 * const { runs } = readRunsTable(`N,C,loss
 * 5e6,1e17,4.86
 * 2e7,1e17,4.69
 * 8e7,1e17,4.87
 * 1e7,1e18,4.26
 * 8e7,1e18,3.78
 * 3e8,1e18,3.93
 * 3e7,1e19,3.56
 * 3e8,1e19,3.16
 * 1e9,1e19,3.27`);
 * const plan = await nextRuns(runs, { budget: 5e19, target: 1e21, parallel: 2 });
 * plan.runs.length; // 2
 * await nextRuns(runs, { budget: 1e16, target: 1e21 }); // throws UserError
 * ```
 */
export async function nextRuns(runs: readonly KnownRun[], options: NextOptions): Promise<NextPlan> {
  const { budget, target, parallel = PLANNED_AT_ONCE, seed = 0 } = options;
  const { strategy: chosen = "champion" } = options;
  const strategy = typeof chosen === "string" ? strategyNamed(chosen) : chosen;
  const problem = taskOfKnownRuns(runs, budget, target, options.space);
  const { task, compute, recipes, used } = problem;
  const known = finiteRuns(task.history);
  const beliefs = believe(known, task, ALL_INGREDIENTS);
  if (!beliefs) throw new UserError("no law fits these runs at all: isoflop fit RUNS --method all says why");
  const stream = `next/${seed}`;
  const submission =
    strategy.name === "champion"
      ? concludeFrom(beliefs, task, ALL_INGREDIENTS, randomStream(`${stream}/recommend`))
      : await submissionNow(strategy, task, stream);
  const before = inUnit(uncertaintyNow(designProblem(beliefs, task)), beliefs.unit);
  const now = nowOf(submission, before, problem);
  const purchases = await purchasesOf(strategy, beliefs, problem, now, Math.max(1, parallel), stream);
  const planned = purchases.map(({ query, after }, i): NextRun => {
    const { reason, ...config } = query;
    const N = nonEmbeddingParameters(config);
    const C = config.trainFlops;
    return {
      N,
      D: compute.tokens(C, N),
      C,
      config,
      reason:
        reason ||
        reasonFor(
          config,
          known,
          purchases.slice(0, i).map((earlier) => earlier.query),
          now,
          recipes,
        ),
      expected: { sdLoss: shrunk(now.sdLoss, after.lossSd, before.lossSd), sdLnN: after.sizeSd, regret: after.regret },
    };
  });
  const tie = TIE * now.loss;
  const enough = [now.regret, ...planned.map(({ expected }) => expected.regret)].findIndex((regret) => regret < tie);
  const far = farText(runs, target);
  return {
    strategy: strategy.name,
    now,
    runs: planned,
    left: task.cap - planned.reduce((sum, { C }) => sum + C, 0),
    recipes,
    ...(enough >= 0 && { enoughAfter: enough }),
    notes: [
      ...(used < runs.length
        ? [`of ${runs.length} runs the ${used} with the lowest losses and the most compute are used`]
        : []),
      ...(compute.note ? [compute.note] : []),
      ...(far ? [far] : []),
      ...(budget >= target ? [`the budget would pay for the target run itself (${formatFlops(target)} FLOPs)`] : []),
      ...(planned.length === 0 ? ["no affordable run is expected to change anything"] : []),
    ],
  };
}

function nowOf(submission: Submission, before: Uncertainty, { task, compute }: TaskOfRuns): NextNow {
  const { regret, lossSd, sizeSd } = before;
  const N = nonEmbeddingParameters(submission.config);
  const { predictedLoss: loss, interval } = submission;
  const factor = Math.exp(HALF_WIDTH_80 * sizeSd);
  const half = HALF_WIDTH_80 * lossSd;
  return {
    C: task.target,
    N,
    D: compute.tokens(task.target, N),
    loss,
    interval: {
      level: interval?.level ?? LEVEL,
      N: [N / factor, N * factor],
      loss: interval ? [interval.low, interval.high] : [loss - half, loss + half],
    },
    ...{ regret, sdLnN: sizeSd, config: submission.config },
    // Every strategy's interval is read at the level it states.
    sdLoss: interval ? (interval.high - interval.low) / (2 * HALF_WIDTH_80) : lossSd,
  };
}

/** What a strategy submits from the history alone. */
async function submissionNow(strategy: AnyStrategy, task: TaskOfRuns["task"], stream: string): Promise<Submission> {
  const session = await beginSession(strategy, task, stream);
  try {
    await session.next([], 0);
    return await session.submit([]);
  } finally {
    await session.end();
  }
}

/** The strategy's runs, each with what is expected after it and those before it. */
async function purchasesOf(
  strategy: AnyStrategy,
  beliefs: Beliefs,
  { task }: TaskOfRuns,
  now: NextNow,
  most: number,
  stream: string,
): Promise<Purchase[]> {
  const known = new Set(task.history.map(identityOf));
  const isNew = (query: RunConfig) => !known.has(identityOf(query));
  const own = strategy.name === "champion" ? worthwhile(candidateRuns(task, true).filter(isNew), now) : undefined;
  const candidates = own ?? (await namedBy(strategy, beliefs, task, most, stream));
  const problem = { ...designProblem(beliefs, task), candidates, place: task.cap / most };
  const purchases = own ? chooseRuns(problem, task.cap, most) : followRuns(problem);
  return purchases.map(({ query, before, after }) => ({
    query,
    before: inUnit(before, beliefs.unit),
    after: inUnit(after, beliefs.unit),
  }));
}

/**
 * Runs that a law of large models can be judged by: not far cheaper than the dearest, and of sizes near the best one.
 * Others may look informative under every family, since all of them are laws of the whole range.
 */
function worthwhile(candidates: readonly Query[], now: NextNow): readonly Query[] {
  const dearest = Math.max(...candidates.map(({ trainFlops }) => trainFlops));
  const near = candidates.filter((query) => {
    const best = now.N * Math.sqrt(query.trainFlops / now.C);
    const off = Math.abs(Math.log(nonEmbeddingParameters(query) / best));
    return query.trainFlops * GUARD.compute >= dearest && off <= Math.log(GUARD.size);
  });
  return near.length > 0 ? near : candidates;
}

/**
 * The first new queries of a strategy that knows the history, but for those outside the search space or beyond the
 * budget. Where it waits for answers, it gets the predicted ones.
 */
async function namedBy(
  strategy: AnyStrategy,
  beliefs: Beliefs,
  task: TaskOfRuns["task"],
  most: number,
  stream: string,
): Promise<Query[]> {
  const surface = likeliest(beliefs.mixture);
  const session = await beginSession(strategy, task, stream);
  try {
    const asked = new Set(task.history.map(identityOf));
    const named: Query[] = [];
    let spent = 0;
    const answer = (query: Query): Run => {
      const { reason: _, ...config } = query;
      const violation = violationOf(config, task.searchSpace);
      if (violation) return { ...config, status: "invalid", message: violationMessage(violation) };
      if (!asked.has(identityOf(config))) {
        if (spent + config.trainFlops > task.cap) return { ...config, status: "refused", message: "beyond the budget" };
        asked.add(identityOf(config));
        spent += config.trainFlops;
        named.push(query);
      }
      return { ...config, status: "ok", loss: beliefs.unit * expectedLoss(surface, logFeaturesOf(config)) };
    };
    let batch = await session.next([], 0);
    for (let count = 0; batch && named.length < most && count < MOST_BATCHES; count++)
      batch = await session.next(batch.map(answer), spent);
    return named.slice(0, most);
  } finally {
    await session.end();
  }
}

/** A standard deviation after runs that lower another one of the same thing. */
function shrunk(sd: number, after: number, before: number): number {
  return before > 0 ? (sd * after) / before : sd;
}

function designProblem({ mixture, bounds }: Beliefs, task: TaskOfRuns["task"]) {
  return { mixture, task, bounds, aim: "both" as const, candidates: [] };
}
