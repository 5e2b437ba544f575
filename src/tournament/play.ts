import { checkedStrategy, TimedOutError } from "../experiment/checked-strategy.ts";
import { drive, streamName } from "../experiment/drive.ts";
import { scoreSubmission } from "../experiment/score.ts";
import { type AnyStrategy, inapplicability, isProgram } from "../experiment/session.ts";
import { anyQuestionOf } from "../surface/any-world.ts";
import type { AnyWorld } from "../surface/world.ts";
import type { Run } from "../task/configuration.ts";
import { thrownText } from "../task/errors.ts";
import type { Query, Strategy } from "../task/strategy.ts";
import type { Submission } from "../task/submission.ts";
import { apiOf } from "../training-api/api-of-world.ts";
import { anytimeRegrets, computeEquivalent, intervalScore, type SpentRun } from "./measures.ts";
import type { BoughtRun, Result, TournamentScore } from "./result.ts";
import { type Beacon, ThinkingClock, timedStrategy } from "./thinking-clock.ts";

/** Seconds a strategy may think in one run unless told otherwise. */
export const THINKING_SECONDS = 5;

export interface PlayOptions {
  /** @defaultValue THINKING_SECONDS */
  readonly thinkingSeconds?: number;
  /** Where a watching thread sees how long the strategy has been thinking. */
  readonly beacon?: Beacon;
  /** Ask at every share of the budget what would be submitted. @defaultValue false */
  readonly anytime?: boolean;
  readonly onRun?: (run: Run, query: Query, spent: number) => void;
}

/**
 * Plays one job in this thread. Noise belongs to (world seed, repetition, configuration) and the strategy's own draws
 * to (seed, strategy, repetition), so all strategies of a repetition meet the same world and every run can be repeated.
 * A strategy that throws, thinks too long or submits something inadmissible gives a failed result, with its reason;
 * nothing is thrown. A strategy with a fixed run table does not apply where finished runs are played back.
 */
export async function play(
  strategy: AnyStrategy,
  world: AnyWorld,
  repetition: number,
  seed: number,
  { thinkingSeconds = THINKING_SECONDS, beacon, anytime = false, onRun }: PlayOptions = {},
): Promise<Result> {
  const job = { strategy: strategy.name, world: world.document.name, repetition };
  const stream = streamName(seed, strategy.name, repetition);
  // A program checks and times itself.
  const checked = isProgram(strategy) ? undefined : checkedStrategy(strategy);
  const clock = new ThinkingClock(thinkingSeconds, beacon);
  const began = performance.now();
  const history: SpentRun[] = [];
  const outcome = (repeats: number) => ({
    ...job,
    spent: history.at(-1)?.spent ?? 0,
    queries: history.length,
    repeats,
    refused: history.filter(({ run }) => run.status === "refused").length,
    invalid: history.filter(({ run }) => run.status === "invalid").length,
    seconds: Math.round(1e4 * (checked ? clock.seconds : (performance.now() - began) / 1000)) / 1e4,
    ...(repetition === 0 ? { runs: history.map(({ run }) => boughtRun(run)) } : {}),
    ...recordedAmong(
      world,
      history.map(({ run }) => run),
    ),
  });
  if (checked?.fixedRuns && (world.replay || anyQuestionOf(world.document) !== "course"))
    return {
      ...outcome(0),
      status: "not-applicable",
      failure: "its runs are fixed in advance and are not offered here",
    };
  const reason = inapplicability(strategy, world.task);
  if (reason !== undefined) return { ...outcome(0), status: "not-applicable", failure: reason };
  try {
    const { submission, repeats } = await drive(
      checked ? timedStrategy(checked, clock) : strategy,
      apiOf(world, repetition),
      world.task,
      {
        stream,
        onRun: (run, query, spent) => {
          history.push({ run: Object.freeze(run), spent });
          onRun?.(run, query, spent);
        },
      },
    );
    const score = tournamentScore(world, submission, repetition);
    const result = { ...outcome(repeats), status: "ok" as const, submission, score };
    if (!anytime || !checked) return result;
    const recommend: Strategy["recommend"] = (...given) =>
      new ThinkingClock(thinkingSeconds, beacon).think(() => checked.recommend(...given));
    return { ...result, anytime: anytimeRegrets(recommend, history, submission, world, stream) };
  } catch (error) {
    const failure = thrownText(error);
    const late = error instanceof TimedOutError ? { timedOut: true as const } : {};
    return { ...outcome(0), status: "failed", failure, ...late };
  }
}

/** The score of a submission. Throws a UserError when it may not be submitted. */
export function tournamentScore(world: AnyWorld, submission: Submission, repetition = 0): TournamentScore {
  const score = scoreSubmission(world, submission, repetition);
  const { interval } = submission;
  return {
    ...score,
    // A table of finished runs has too few budgets to say.
    ...(world.replay ? {} : { computeEquivalent: computeEquivalent(world, score.trueLoss) }),
    ...(interval ? { intervalScore: intervalScore(interval, score.trueLoss) } : {}),
  };
}

/** Which of these runs a recorded answer answered. */
export function recordedAmong(world: AnyWorld, runs: readonly Run[]): Pick<Result, "recorded"> {
  const recorded = runs.flatMap((run, i) => (run.status === "ok" && world.recordedLoss(run) !== undefined ? [i] : []));
  return recorded.length > 0 ? { recorded } : {};
}

/** A run as it is stored: its six values and its loss, or its status where it has none. */
export function boughtRun(run: Run): BoughtRun {
  const { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops } = run;
  return [dModel, numLayers, numHeads, batchSize, learningRate, trainFlops, run.loss ?? run.status];
}
