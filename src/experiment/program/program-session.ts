import { asciiJson } from "../../task/canonical-json.ts";
import { type AnsweredRun, identityOf, type Run, type RunConfig } from "../../task/configuration.ts";
import type { Query } from "../../task/strategy.ts";
import type { Submission } from "../../task/submission.ts";
import { MAXIMUM_QUERIES, StrategyError, TimedOutError } from "../checked-strategy.ts";
import type { Batch, Session } from "../session.ts";
import type { Child, ChildOptions, ChildOutcome } from "./child.ts";
import { parseBareSubmission, parseSaid, toldRun } from "./protocol.ts";

/** Characters a program may print between two of its questions. */
export const OUTPUT_LIMIT = 1_000_000;
/** Batches that a stuck program may still ask, unanswered, before it submits. */
const LAST_BATCHES = 500;
/** How long a program that has submitted may take to end by itself. */
const FAREWELL_MS = 2000;

/** The training API as a program sees it over HTTP. */
export interface ProgramApi {
  loss(config: RunConfig): Promise<ProgramAnswer>;
  totalFlopsUsed(): Promise<number>;
  previousRuns(): Promise<readonly AnsweredRun[]>;
}

export type ProgramAnswer =
  | { readonly status: "ok"; readonly loss: number; readonly totalFlopsUsed: number }
  | { readonly status: "refused" | "invalid"; readonly message: string };

/** A question, and whom to answer. */
interface Ask {
  readonly queries: readonly Query[];
  readonly answer: (runs: readonly Run[], spent: number) => void;
}

/** One run of a program: its questions over both roads in one queue, and its submission. */
export class ProgramSession implements Session {
  readonly #cap: number;
  readonly #clock: Stopwatch;
  readonly #signal: AbortSignal | undefined;
  readonly #asks: Ask[] = [];
  readonly #told = new Map<string, AnsweredRun>();
  readonly #cleanUp: (() => Promise<void> | void)[] = [];
  readonly #ended = Promise.withResolvers<void>();
  #child: Child | undefined;
  #current: Ask | undefined;
  #asked = 0;
  #unread = 0;
  #spent = 0;
  #lastJson: string | undefined;
  #submission: Submission | undefined;
  #failure: unknown;
  #over = false;
  #wake: () => void = () => undefined;

  constructor(cap: number, thinkingSeconds: number, signal: AbortSignal | undefined) {
    this.#cap = cap;
    this.#signal = signal;
    this.#clock = new Stopwatch(1000 * thinkingSeconds, () =>
      this.#fail(new TimedOutError(`the program timed out after ${thinkingSeconds} s`)),
    );
    const stop = () => this.#fail(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    this.onEnd(() => signal?.removeEventListener("abort", stop));
  }

  /** The training API that the program sees: what it was told in this run, so that a resumed run sees the same. */
  readonly api: ProgramApi = {
    loss: (config) =>
      new Promise((resolve, reject) => {
        if (this.#over) return reject(new StrategyError("the run of this program is over"));
        this.#ask([config], ([run], spent) => {
          const { status, loss, message = "" } = run as Run;
          if (status === "ok") return resolve({ status, loss: loss as number, totalFlopsUsed: spent });
          resolve({ status: status === "invalid" ? status : "refused", message });
        });
      }),
    totalFlopsUsed: async () => this.#spent,
    previousRuns: async () => [...this.#told.values()],
  };

  readonly listener: Pick<ChildOptions, "onLine" | "onOutput" | "onEnd"> = {
    onOutput: (characters) => {
      this.#unread += characters;
      if (this.#unread > OUTPUT_LIMIT && !this.#over)
        this.#fail(new StrategyError(`the program printed more than ${OUTPUT_LIMIT} characters between two queries`));
    },
    onLine: (line) => {
      if (this.#over) return;
      try {
        this.#read(line);
      } catch (error) {
        this.#fail(error);
      }
    },
    onEnd: (outcome) => {
      this.#ended.resolve();
      if (this.#over) return;
      try {
        refuseFailure(outcome);
        if (this.#lastJson === undefined)
          throw new StrategyError("the program did not submit: no line of its output is a JSON object");
        this.#finish(parseBareSubmission(this.#lastJson));
      } catch (error) {
        // What it had asked before is answered first: how far it came does not depend on when it is noticed.
        this.#failure = error;
        this.#finish(undefined);
      }
    },
  };

  attach(child: Child): void {
    this.#child = child;
    // Something may have happened meanwhile.
    if (this.#failure !== undefined) child.kill();
  }

  /** Adds something to be done at the end. */
  onEnd(clean: () => Promise<void> | void): void {
    this.#cleanUp.push(clean);
  }

  async next(answers: readonly Run[], spent: number): Promise<Batch> {
    this.#signal?.throwIfAborted();
    this.#spent = spent;
    for (const run of answers) if (run.status === "ok") this.#told.set(identityOf(run), run as AnsweredRun);
    this.#current?.answer(answers, spent);
    this.#clock.start();
    while (this.#asks.length === 0 && !this.#over)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#clock.stop();
    this.#signal?.throwIfAborted();
    this.#current = this.#asks.shift();
    if (this.#current) this.#unread = 0;
    else if (this.#failure !== undefined) throw this.#failure;
    return this.#current?.queries;
  }

  /** Where the run was ended for it, what it still asks is refused until it submits. */
  async submit(): Promise<Submission> {
    const message = "not asked: this run has ended, because nothing but refusals, or nothing new, came back";
    for (let batches = 0; this.#current; batches++) {
      if (batches === LAST_BATCHES)
        throw new StrategyError(
          `the program asked ${LAST_BATCHES} batches more after its run had ended: submit instead`,
        );
      await this.next(
        this.#current.queries.map((query) => ({ ...query, status: "refused", message })),
        this.#spent,
      );
    }
    if (this.#failure !== undefined) throw this.#failure;
    return this.#submission as Submission;
  }

  async end(): Promise<void> {
    this.#over = true;
    this.#clock.stop();
    if (this.#child) {
      let timer: NodeJS.Timeout | undefined;
      if (this.#submission) {
        this.#child.close();
        timer = setTimeout(() => this.#child?.kill(), FAREWELL_MS);
      } else this.#child.kill();
      await this.#ended.promise;
      clearTimeout(timer);
    }
    for (const clean of this.#cleanUp.splice(0)) await clean();
  }

  #read(line: string): void {
    const said = parseSaid(line);
    if (said === undefined) {
      if (line.trimStart().startsWith("{")) this.#lastJson = line;
    } else if ("submit" in said) this.#finish(said.submit);
    else
      this.#ask(said.ask, (runs, spent) => {
        this.#child?.write(asciiJson({ tell: runs.map(toldRun), left: Math.max(0, this.#cap - spent) }));
      });
  }

  #ask(queries: readonly Query[], answer: Ask["answer"]): void {
    this.#asked += queries.length;
    if (this.#asked > MAXIMUM_QUERIES) {
      this.#fail(new StrategyError(`the program asked more than ${MAXIMUM_QUERIES} queries in one run`));
      return;
    }
    this.#asks.push({ queries, answer });
    this.#wake();
  }

  #finish(submission: Submission | undefined): void {
    this.#submission = submission;
    this.#over = true;
    this.#wake();
  }

  /** Ends it at once: what it had asked is not asked. */
  #fail(error: unknown): void {
    if (this.#over) return;
    this.#failure = error;
    this.#asks.length = 0;
    this.#child?.kill();
    this.#finish(undefined);
  }
}

/** Counts the time between `start` and `stop`; calls once when it is used up. */
class Stopwatch {
  readonly #onExpiry: () => void;
  #left: number;
  #since: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number, onExpiry: () => void) {
    this.#left = milliseconds;
    this.#onExpiry = onExpiry;
  }

  start(): void {
    this.#since = performance.now();
    this.#timer = setTimeout(this.#onExpiry, Math.max(0, this.#left));
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (this.#since !== undefined) this.#left -= performance.now() - this.#since;
    this.#since = undefined;
  }
}

function refuseFailure({ exitCode, signal, complaint }: ChildOutcome): void {
  const words = complaint && `: ${complaint}`;
  if (signal !== undefined) throw new StrategyError(`the program was ended by ${signal}${words}`);
  if (exitCode !== 0) throw new StrategyError(`the program ended with exit code ${exitCode}${words}`);
}
