import { isDeepStrictEqual } from "node:util";
import type { AnyWorld, World } from "../surface/world.ts";
import { identityOf, type Run, type RunConfig } from "../task/configuration.ts";
import { thrownText, UserError } from "../task/errors.ts";
import type { Score } from "../task/score.ts";
import type { Query } from "../task/strategy.ts";
import { simulatedApi } from "../training-api/simulated.ts";
import { type DriveOptions, drive, streamName, type Trace } from "./drive.ts";
import { scoreSubmission } from "./score.ts";
import type { AnyStrategy } from "./session.ts";

/** A strategy run once on one world with one frozen draw of its noise. */
export interface DryRun {
  readonly world: string;
  readonly repetition: number;
  readonly trace: Trace;
  /** The trace's runs, each as the question it answers. */
  readonly questions: readonly DryRunQuestion[];
  readonly score: Score;
}

/** A question of a rehearsal with its answer. */
export interface DryRunQuestion {
  readonly run: Run;
  /** Why the strategy asks, where it says so. */
  readonly reason: string | undefined;
  /** FLOPs or seconds charged so far. */
  readonly spent: number;
}

/**
 * Plays what is rehearsed once on a world.
 *
 * @param granted the share of the cap that is granted; it is not told.
 */
export type Play = (world: AnyWorld, repetition: number, granted: number, options: DriveOptions) => Promise<Trace>;

/** Drives a strategy over a world of FLOPs. */
export function strategyPlay(strategy: AnyStrategy): Play {
  return (world, repetition, granted, options) => {
    const task = { ...world.task, cap: Math.floor(granted * world.task.cap) };
    return drive(strategy, simulatedApi({ ...world, task } as World, repetition), world.task, options);
  };
}

/**
 * Runs a strategy over simulated worlds, with the random streams that the tournament gives it (the live run takes those
 * of repetition 0).
 *
 * @throws UserError naming the world on which the strategy fails: a plan must not.
 */
export async function* rehearse(
  strategy: AnyStrategy,
  worlds: readonly AnyWorld[],
  repetitions: number,
  seed: number,
  play: Play = strategyPlay(strategy),
): AsyncGenerator<DryRun> {
  for (const world of worlds) {
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const stream = streamName(seed, strategy.name, repetition);
      try {
        const questions: DryRunQuestion[] = [];
        const onRun = (run: Run, { reason }: Query, spent: number) => questions.push({ run, reason, spent });
        const trace = await play(world, repetition, 1, { stream, onRun });
        const score = scoreSubmission(world, trace.submission, repetition);
        yield { world: world.document.name, repetition, trace, questions, score };
      } catch (error) {
        throw new UserError(
          `strategy "${strategy.name}" fails on ${world.document.name}, repetition ${repetition}: ${thrownText(error)}`,
        );
      }
    }
  }
}

/** What may go wrong with an endpoint's budget, as the share of the cap that it still grants. */
export interface Scenario {
  readonly name: string;
  readonly granted: number;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: "a quarter of the cap is already spent", granted: 0.75 },
  { name: "the endpoint refuses everything after half of the cap", granted: 0.5 },
  { name: "the endpoint refuses everything", granted: 0 },
];

/** A strategy run once in a scenario. */
export interface ScenarioOutcome {
  readonly scenario: string;
  readonly world: string;
  readonly trace: Trace;
  readonly score: Score;
}

/** Runs a strategy, which is not told, in every scenario on every world, with the first draw of the noise. */
export async function playScenarios(
  worlds: readonly AnyWorld[],
  stream: string,
  play: Play,
): Promise<ScenarioOutcome[]> {
  const outcomes: ScenarioOutcome[] = [];
  for (const { name: scenario, granted } of SCENARIOS) {
    for (const world of worlds) {
      const trace = await play(world, 0, granted, { stream });
      outcomes.push({ scenario, world: world.document.name, trace, score: scoreSubmission(world, trace.submission) });
    }
  }
  return outcomes;
}

/**
 * Runs a strategy twice on the same world.
 *
 * @throws UserError when it does not do the same twice: it could not be resumed after a crash.
 */
export async function checkRepeatable(
  strategy: AnyStrategy,
  world: AnyWorld,
  stream: string,
  play: Play = strategyPlay(strategy),
): Promise<void> {
  const runOnce = () => play(world, 0, 1, { stream });
  if (!isDeepStrictEqual(await runOnce(), await runOnce()))
    throw new UserError(
      `strategy "${strategy.name}" does not repeat itself after the same answers, so a run could not be resumed. ` +
        "Draw from the stream it is given, not from Math.random or a clock",
    );
}

/** A configuration that was asked for in rehearsals: in how many, and why it was refused if it was. */
export interface AskedConfiguration {
  readonly config: RunConfig;
  readonly rehearsals: number;
  readonly problem?: string;
}

/** Every configuration that was asked for, the most expensive first. */
export function askedConfigurations(rehearsals: readonly (readonly Run[])[]): AskedConfiguration[] {
  const asked = new Map<string, AskedConfiguration>();
  for (const runs of rehearsals) {
    const own = new Map(runs.map((run) => [identityOf(run), run]));
    for (const [identity, { status, message, loss: _loss, course: _course, ...config }] of own) {
      const known = asked.get(identity);
      const problem = known?.problem ?? (status === "refused" || status === "invalid" ? message : undefined);
      asked.set(identity, {
        config,
        rehearsals: (known?.rehearsals ?? 0) + 1,
        ...(problem === undefined ? {} : { problem }),
      });
    }
  }
  return [...asked.values()].sort((a, b) => b.config.trainFlops - a.config.trainFlops);
}
