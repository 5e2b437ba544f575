import { availableParallelism, loadavg } from "node:os";
import { TimedOutError } from "../experiment/checked-strategy.ts";
import type { Strategy } from "../task/strategy.ts";
import { whileThinking } from "./guard.ts";

/** Taken before any guard goes up. */
const now: () => bigint = process.hrtime.bigint.bind(process.hrtime);
const cpuUsage: (() => NodeJS.CpuUsage) | undefined = process.threadCpuUsage?.bind(process);

/** Processor time of this thread in nanoseconds, which a busy machine does not stretch; before Node 24, wall clock. */
function thought(): bigint {
  if (!cpuUsage) return now();
  const { user, system } = cpuUsage();
  return BigInt(Math.round(1000 * (user + system)));
}

/**
 * Wall-clock time that a strategy may take, as a multiple of its limit, before another thread ends it: twice as much as
 * its share of the processors needs. Windows tells no load.
 */
function patience(): number {
  return 2 * Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

/** What a thread shows of itself to the one that watches it, in shared memory. */
export class Beacon {
  readonly cells: BigInt64Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(16)) {
    this.cells = new BigInt64Array(buffer);
  }

  /** Which job of its block the thread is at, from 1; 0 before the first. */
  get job(): number {
    return Number(Atomics.load(this.cells, 0));
  }

  set job(job: number) {
    Atomics.store(this.cells, 0, BigInt(job));
  }

  /** When the thinking must end, on the machine's monotonic clock in nanoseconds; 0 while nobody thinks. */
  set deadline(nanoseconds: bigint) {
    Atomics.store(this.cells, 1, nanoseconds);
  }

  /** Whether a strategy has not come back although its time was up `graceSeconds` ago. */
  overdue(graceSeconds: number): boolean {
    const deadline = Atomics.load(this.cells, 1);
    return deadline !== 0n && now() > deadline + BigInt(Math.round(graceSeconds * 1e9));
  }
}

/**
 * Adds up the processor time a strategy thinks, and only that: not answering and scoring. A call that never returns
 * cannot be stopped from within its thread; the beacon lets another thread see it.
 */
export class ThinkingClock {
  readonly #limit: bigint;
  readonly #beacon: Beacon | undefined;
  #spent = 0n;

  constructor(limitSeconds: number, beacon?: Beacon) {
    this.#limit = BigInt(Math.round(limitSeconds * 1e9));
    this.#beacon = beacon;
  }

  /** Seconds thought so far. */
  get seconds(): number {
    return Number(this.#spent) / 1e9;
  }

  /** Runs a piece of a strategy under the guard. Throws a TimedOutError when the time is used up. */
  think<T>(call: () => T): T {
    const started = thought();
    if (this.#beacon)
      this.#beacon.deadline = now() + BigInt(Math.round(patience() * Number(this.#limit - this.#spent)));
    try {
      return whileThinking(call);
    } finally {
      this.#spent += thought() - started;
      if (this.#beacon) this.#beacon.deadline = 0n;
      this.#check();
    }
  }

  #check(): void {
    if (this.#spent > this.#limit) throw new TimedOutError(timedOutMessage(Number(this.#limit) / 1e9));
  }
}

/** How a timed-out run is described, whichever thread noticed. */
export function timedOutMessage(limitSeconds: number): string {
  return `timed out: thought for more than ${limitSeconds} s`;
}

/** The same strategy with every piece of its thinking on a clock and under the guard. */
export function timedStrategy(strategy: Strategy, clock: ThinkingClock): Strategy {
  return {
    name: strategy.name,
    summary: strategy.summary,
    *queries(task, rng) {
      const generator = clock.think(() => strategy.queries(task, rng));
      let step = clock.think(() => generator.next());
      while (!step.done) {
        const answers = yield step.value;
        step = clock.think(() => generator.next(answers));
      }
      return step.value;
    },
    recommend: (runs, task, rng) => clock.think(() => strategy.recommend(runs, task, rng)),
  };
}
