import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recommendation } from "../../src/experiment/session.ts";
import { answered, identityOf, type Run, type RunConfig } from "../../src/task/configuration.ts";
import { type Rng, randomStream } from "../../src/task/random.ts";
import { violationOf } from "../../src/task/search-space.ts";
import type { Query, Strategy } from "../../src/task/strategy.ts";
import { inadmissibilities } from "../../src/task/submission.ts";
import type { Task } from "../../src/task/task.ts";
import { STRATEGIES } from "../../strategies/index.ts";
import { answerOf, anyBehavior, anyTask, type Behavior, DIVERGES, DIVERGING } from "./tasks.ts";

/** More batches than any strategy has a use for. */
const MOST = 500;
/** What is left below this share of the cap needs no explanation. */
const LEFT = 0.2;

interface Played {
  readonly batches: readonly (readonly Query[])[];
  readonly runs: readonly Run[];
  /** FLOPs of what was answered. */
  readonly spent: number;
  readonly ended: boolean;
  /** What the strategy said at its end. */
  readonly note: unknown;
}

/** Plays the questions against an API that behaves so; its refusals are its own, not for lack of budget. */
function playQuestions(strategy: Strategy, task: Task, behavior: Behavior, rng: Rng): Played {
  const generator = strategy.queries(task, rng);
  const batches: (readonly Query[])[] = [];
  const runs: Run[] = [];
  let spent = 0;
  let step = generator.next();
  while (!step.done && batches.length < MOST) {
    batches.push(step.value);
    const answers = step.value.map((query) => answerOf(query, behavior));
    for (const answer of answers) if (answer.status === "ok") spent += answer.trainFlops;
    runs.push(...answers);
    step = generator.next(answers);
  }
  return { batches, runs, spent, ended: step.done === true, note: step.done ? step.value : undefined };
}

const without = ({ reason, ...config }: Query): RunConfig => config;

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
  // It fits a dozen surfaces for every batch.
  const cases = (count: number) => ({ numRuns: name === "champion" ? Math.ceil(count / 4) : count, seed: 1 });

  it("asks only what the task offers, each query with a reason and never twice, within the cap, and ends", () => {
    fc.assert(
      fc.property(anyTask, anyBehavior, (task, behavior) => {
        const { batches, spent, ended } = playOnce(task, behavior);
        const asked = batches.flat();
        const rows = new Set(task.candidates?.map(identityOf));
        for (const query of asked) {
          expect(violationOf(query, task.searchSpace)).toBeUndefined();
          expect(query.reason).toMatch(/\w/);
          if (task.candidates) expect(rows).toContain(identityOf(query));
        }
        expect(batches.every((batch) => batch.length > 0)).toBe(true);
        expect(spent).toBeLessThanOrEqual(task.cap);
        expect(ended).toBe(true);
        const identities = asked.map((query) => JSON.stringify(without(query)));
        expect(new Set(identities).size).toBe(identities.length);
      }),
      cases(25),
    );
  });

  it("spends four fifths of the cap, or ends with a note that says why not", () => {
    fc.assert(
      fc.property(anyTask, anyBehavior, (task, behavior) => {
        const { spent, runs, note } = playOnce(task, behavior);
        if (runs.some(({ status }) => status !== "ok")) return;
        if (spent < (1 - LEFT) * task.cap) expect(note).toMatch(/\w/);
      }),
      cases(25),
    );
  });

  it("recommends something admissible and finite on every prefix of its runs", () => {
    fc.assert(
      fc.property(anyTask, anyBehavior, (task, behavior) => {
        const { runs } = playOnce(task, behavior);
        for (const length of new Set([0, 1, 2, runs.length >> 1, runs.length])) {
          const { config, predictedLoss, interval } = strategy.recommend(runs.slice(0, length), task, stream());
          expect(inadmissibilities(config, task.admissible, task.target)).toEqual([]);
          expect(predictedLoss).toSatisfy(Number.isFinite);
          if (!interval) continue;
          expect(interval.level).toBeGreaterThan(0);
          expect(interval.level).toBeLessThan(1);
          expect(interval.low).toBeLessThanOrEqual(interval.high);
          expect([interval.low, interval.high]).toSatisfy((ends: number[]) => ends.every(Number.isFinite));
        }
      }),
      cases(10),
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
        for (const bought of [[], runs]) {
          const { config } = recommendation(strategy, bought, later, "");
          expect(inadmissibilities(config, task.admissible, task.target)).toEqual([]);
        }
      }),
      cases(8),
    );
  });

  it("submits no recipe that its own runs show to be ruinous", () => {
    for (const task of DIVERGING) {
      const { runs } = playQuestions(strategy, task, DIVERGES, stream());
      const { config } = strategy.recommend(runs, task, stream());
      const lowest = Math.min(...answered(runs).map(({ loss }) => loss));
      if (Number.isFinite(lowest)) expect(answerOf(config, DIVERGES).loss).toBeLessThan(lowest + 0.5);
    }
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
      cases(4),
    );
  });
});
