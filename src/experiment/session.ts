import type { Run } from "../task/configuration.ts";
import { randomStream } from "../task/random.ts";
import type { Query, Strategy } from "../task/strategy.ts";
import type { Submission } from "../task/submission.ts";
import { type Task, withHistory } from "../task/task.ts";

/** A strategy that is a program in any language. It starts once per run and ends with it. */
export interface Program {
  readonly name: string;
  readonly summary: string;
  /** Starts it for one run. */
  begin(task: Task, stream: string): Promise<Session>;
}

/** A strategy of either kind: an object with a generator, or a program in any language. */
export type AnyStrategy = Strategy | Program;

/** What a strategy asks next; undefined when it asks no more. */
export type Batch = readonly Query[] | undefined;

/** One run of a strategy, from its first question to its submission. */
export interface Session {
  /**
   * The next batch.
   *
   * @param answers those to the batch before, in its order; none at first.
   * @param spent FLOPs charged so far.
   */
  next(answers: readonly Run[], spent: number): Batch | Promise<Batch>;
  /** Why it asks no more, where it says so. */
  note?(): string | undefined;
  /** What it submits after these runs; nothing more is asked. */
  submit(runs: readonly Run[]): Submission | Promise<Submission>;
  /** Ends it, wherever it is. Nothing of it keeps running. */
  end(): void | Promise<void>;
}

/** Whether a strategy is a program, which runs in a process of its own. */
export function isProgram(strategy: AnyStrategy): strategy is Program {
  return "begin" in strategy;
}

/** Why a strategy does not apply to a task; undefined where it does. */
export function inapplicability(strategy: AnyStrategy, { clock }: Pick<Task, "clock">): string | undefined {
  if (!clock) return undefined;
  if (isProgram(strategy)) return "programs know the API of FLOPs only";
  if (strategy.fixedRuns) return "its runs are fixed in advance, in FLOPs, and runs cost time here";
  return strategy.flopsOnly ? "it counts tokens as C/(6N), and runs cost time here" : undefined;
}

/** Begins a run of a strategy; `stream` names its own random draws. */
export function beginSession(strategy: AnyStrategy, task: Task, stream: string): Session | Promise<Session> {
  return isProgram(strategy) ? strategy.begin(task, stream) : generatorSession(strategy, task, stream);
}

/** `queries` and `recommend` draw from streams of their own: an early recommendation does not change later queries. */
function generatorSession(strategy: Strategy, task: Task, stream: string): Session {
  const generator = strategy.queries(task, randomStream(`${stream}/queries`));
  let begun = false;
  let done = false;
  let note: string | undefined;
  return {
    next(answers) {
      const step = begun ? generator.next(answers) : generator.next();
      begun = true;
      done = step.done === true;
      if (step.done && typeof step.value === "string") note = step.value;
      return step.done ? undefined : step.value;
    },
    note: () => note,
    submit(runs) {
      if (!done) generator.return();
      return recommendation(strategy, runs, task, stream);
    },
    end() {},
  };
}

/** What a strategy would submit after the task's history and these runs, drawn from the same stream as at the end of its run. */
export function recommendation(strategy: Strategy, runs: readonly Run[], task: Task, stream: string): Submission {
  return strategy.recommend(withHistory(runs, task), task, randomStream(`${stream}/recommend`));
}
