import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recommendation } from "../../src/experiment/session.ts";
import { identityOf, type Run } from "../../src/task/configuration.ts";
import { type Rng, randomStream } from "../../src/task/random.ts";
import { violationOf } from "../../src/task/search-space.ts";
import type { Query, Strategy } from "../../src/task/strategy.ts";
import { inadmissibilities } from "../../src/task/submission.ts";
import type { Task } from "../../src/task/task.ts";
import { STRATEGIES } from "../../strategies/index.ts";
import { answerOf, anyBehavior, anyTask, type Behavior } from "./tasks.ts";

/** More questions than any strategy has a use for. */
const MOST = 1000;
/** Prefixes of the runs at which a recommendation is asked for, beside none and all. */
const PREFIXES = 6;

interface Played {
  readonly batches: readonly (readonly Query[])[];
  readonly runs: readonly Run[];
  /** FLOPs of what was answered. */
  readonly spent: number;
  readonly ended: boolean;
}

/** Plays the questions against an API that behaves so; its refusals are its own, not for lack of budget. */
function playQuestions(strategy: Strategy, task: Task, behavior: Behavior, rng: Rng): Played {
  const generator = strategy.queries(task, rng);
  const batches: (readonly Query[])[] = [];
  const runs: Run[] = [];
  let spent = 0;
  let step = generator.next();
  while (!step.done && runs.length < MOST) {
    batches.push(step.value);
    const answers = step.value.map((query) => answerOf(query, behavior));
    for (const answer of answers) if (answer.status === "ok") spent += answer.trainFlops;
    runs.push(...answers);
    step = generator.next(answers);
  }
  return { batches, runs, spent, ended: step.done === true };
}

function prefixesOf(runs: readonly Run[]): (readonly Run[])[] {
  const lengths = Array.from({ length: PREFIXES + 1 }, (_, i) => Math.round((runs.length * i) / PREFIXES));
  return [...new Set([0, 1, 2, ...lengths])].map((length) => runs.slice(0, length));
}

describe.each(STRATEGIES.map((strategy) => [strategy.name, strategy] as const))("%s", (name, strategy) => {
  const stream = () => randomStream(`laws/${name}`);
  // Properties of one seed try the same cases: each is played once.
  const played = new Map<string, Played>();
  const playOnce = (task: Task, behavior: Behavior): Played => {
    const key = JSON.stringify([task, behavior]);
    const found = played.get(key) ?? playQuestions(strategy, task, behavior, stream());
    played.set(key, found);
    return found;
  };

  it("asks only what the task allows, each query with a reason and never twice, within the cap, and ends", () => {
    fc.assert(
      fc.property(anyTask, anyBehavior, (task, behavior) => {
        const { batches, spent, ended } = playOnce(task, behavior);
        const asked = batches.flat();
        for (const query of asked) {
          expect(violationOf(query, task.searchSpace)).toBeUndefined();
          expect(query.reason).toMatch(/\w/);
        }
        expect(batches.every((batch) => batch.length > 0)).toBe(true);
        expect(spent).toBeLessThanOrEqual(task.cap);
        expect(ended).toBe(true);
        const identities = asked.map(({ reason, ...config }) => JSON.stringify(config));
        expect(new Set(identities).size).toBe(identities.length);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("asks of a table only what is in it", () => {
    const tables = anyTask.filter((task) => task.candidates !== undefined);
    fc.assert(
      fc.property(tables, anyBehavior, (task, behavior) => {
        for (const { reason, ...config } of playQuestions(strategy, task, behavior, stream()).batches.flat())
          expect(task.candidates).toContainEqual(config);
      }),
      { numRuns: 10, seed: 2 },
    );
  });

  it("recommends something admissible and finite on every prefix of its runs", () => {
    fc.assert(
      fc.property(anyTask, anyBehavior, (task, behavior) => {
        const { runs } = playOnce(task, behavior);
        for (const prefix of prefixesOf(runs)) {
          const { config, predictedLoss, interval } = strategy.recommend(prefix, task, stream());
          expect(inadmissibilities(config, task.admissible, task.target)).toEqual([]);
          expect(predictedLoss).toSatisfy(Number.isFinite);
          if (!interval) continue;
          expect(interval.level).toBeGreaterThan(0);
          expect(interval.level).toBeLessThan(1);
          expect(interval.low).toBeLessThanOrEqual(interval.high);
          expect([interval.low, interval.high]).toSatisfy((ends: number[]) => ends.every(Number.isFinite));
        }
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it("does not buy a run of its history again, and recommends from the history alone", () => {
    fc.assert(
      fc.property(anyTask, anyBehavior, (task, behavior) => {
        const history = playOnce(task, behavior).runs.filter(({ status }) => status === "ok");
        const later = { ...task, history };
        const known = new Set(history.map(identityOf));
        const { batches, runs, ended } = playQuestions(strategy, later, behavior, stream());
        expect(ended).toBe(true);
        expect(batches.flat().filter((query) => known.has(identityOf(query)))).toEqual([]);
        for (const { config } of [recommendation(strategy, [], later, ""), recommendation(strategy, runs, later, "")])
          expect(inadmissibilities(config, task.admissible, task.target)).toEqual([]);
      }),
      { numRuns: 8, seed: 1 },
    );
  });

  it("is a function of the task, the answers and the random stream", () => {
    fc.assert(
      fc.property(anyTask, anyBehavior, (task, behavior) => {
        const once = playOnce(task, behavior);
        const again = playQuestions(strategy, task, behavior, stream());
        expect(again).toEqual(once);
        const submit = () => strategy.recommend(once.runs, task, stream());
        expect(submit()).toEqual(submit());
      }),
      { numRuns: 5, seed: 1 },
    );
  });
});
