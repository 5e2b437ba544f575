/** What waits for a worker. Times are whole microseconds. */
export interface Waiting {
  readonly id: number;
  readonly key: string;
  readonly queuedAt: number;
}

/** Jobs that run at a time, of all students together (the server's source). */
export const MOST_RUNNING = 100;
/** The queue is looked at once a second. */
const TICK = 1_000_000;

/**
 * The queue of the cluster, without a clock: who is next, and when. Next is the job with the smallest sum of its
 * student's running jobs and its place in its student's own queue; then the oldest; then the smallest id.
 */
export class JobQueue<T extends Waiting> {
  readonly #waiting = new Map<string, T[]>();
  readonly #running = new Map<string, number>();
  #runningTotal = 0;
  /** The last tick that was looked at. */
  #ticked = -Infinity;

  add(job: T): void {
    const own = this.#waiting.get(job.key);
    if (own) own.push(job);
    else this.#waiting.set(job.key, [job]);
  }

  /** When the next job will be dispatched if none ends before; undefined when none waits or there is no room. */
  nextTick(): number | undefined {
    if (this.#runningTotal >= MOST_RUNNING) return undefined;
    let oldest = Infinity;
    for (const [first] of this.#waiting.values()) oldest = Math.min(oldest, first?.queuedAt ?? Infinity);
    if (oldest === Infinity) return undefined;
    return Math.max(this.#ticked + TICK, Math.ceil(oldest / TICK) * TICK);
  }

  /** The jobs that are dispatched at a tick: as many as there is room for of those queued by then. */
  dispatch(tick: number): T[] {
    const dispatched: T[] = [];
    this.#ticked = tick;
    while (this.#runningTotal < MOST_RUNNING) {
      const next = this.#next(tick);
      if (!next) break;
      const own = this.#waiting.get(next.key) as T[];
      own.shift();
      if (own.length === 0) this.#waiting.delete(next.key);
      this.#running.set(next.key, (this.#running.get(next.key) ?? 0) + 1);
      this.#runningTotal++;
      dispatched.push(next);
    }
    return dispatched;
  }

  /** A running job has ended; its place is free from `at` on. */
  end({ key }: Waiting, at: number): void {
    this.#running.set(key, (this.#running.get(key) ?? 1) - 1);
    this.#runningTotal--;
    if (this.#ticked < at - TICK) this.#ticked = Math.ceil(at / TICK) * TICK - TICK;
  }

  #next(tick: number): T | undefined {
    let best: T | undefined;
    let bestRank = Infinity;
    for (const [key, [first]] of this.#waiting) {
      if (!first || first.queuedAt > tick) continue;
      // Of one student the first has the smallest place.
      const rank = this.#running.get(key) ?? 0;
      const isBefore =
        rank < bestRank ||
        (rank === bestRank &&
          best !== undefined &&
          (first.queuedAt < best.queuedAt || (first.queuedAt === best.queuedAt && first.id < best.id)));
      if (!isBefore) continue;
      best = first;
      bestRank = rank;
    }
    return best;
  }
}
