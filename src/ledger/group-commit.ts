/** A store's own transactions. */
export interface Transactions {
  begin(): void;
  commit(): void;
  rollback(): void;
}

/** Work of one turn of the event loop that waits for its commit. */
interface Group {
  readonly stored: Promise<void>;
  readonly settle: () => void;
  readonly fail: (error: unknown) => void;
  readonly timer: NodeJS.Immediate;
}

/**
 * Commits work alone, or in groups: syncing a file takes longer than all other work of an answer, so that all that
 * arrives in one turn of the event loop shares one commit.
 */
export class GroupCommit {
  /** The group of this process that was opened last: it may hold the lock that another ledger of the process needs. */
  static #latest: GroupCommit | undefined;

  readonly #transactions: Transactions;
  #isJoining = false;
  /** How many calls of `run` are inside each other. */
  #depth = 0;
  #isOpen = false;
  #group: Group | undefined;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  /** Whether a transaction is open. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Runs `work` in a transaction. What it did is stored when this returns, or, inside of `join`, when the group is.
   * When it throws, nothing of its transaction is kept.
   */
  run<T>(work: () => T): T {
    if (!this.#isOpen) this.#begin();
    if (this.#isJoining) this.#group ??= this.#newGroup();
    this.#depth++;
    let result: T;
    try {
      result = work();
    } catch (error) {
      this.#abandon(error);
      throw error;
    } finally {
      this.#depth--;
    }
    if (this.#depth === 0 && !this.#isJoining) this.commit();
    return result;
  }

  /**
   * Runs `work`, whose transactions join those of the same turn of the event loop. The result comes at once when nothing
   * waits to be stored, else as a promise that resolves once everything of the turn is stored, and rejects when nothing of
   * it is.
   */
  join<T>(work: () => T): T | Promise<T> {
    this.#isJoining = true;
    let result: T;
    try {
      result = work();
    } finally {
      this.#isJoining = false;
    }
    return this.#group ? this.#group.stored.then(() => result) : result;
  }

  /** Stores what waits, at once. */
  commit(): void {
    if (!this.#isOpen) return;
    const group = this.#group;
    try {
      this.#transactions.commit();
    } catch (error) {
      this.#abandon(error);
      throw error;
    }
    this.#close();
    group?.settle();
  }

  #begin(): void {
    // Waiting for a lock stops the event loop, so that a group of this process would never give its lock up.
    const latest = GroupCommit.#latest;
    if (latest) latest.#commitGroup();
    this.#transactions.begin();
    this.#isOpen = true;
  }

  #newGroup(): Group {
    const { promise: stored, resolve: settle, reject: fail } = Promise.withResolvers<void>();
    // The callers of `join` get the rejection; without one, it would count as unhandled.
    stored.catch(() => undefined);
    GroupCommit.#latest = this;
    const timer = setImmediate(() => this.#commitGroup());
    return { stored, settle, fail, timer };
  }

  #commitGroup(): void {
    try {
      this.commit();
    } catch {
      // `abandon` has rejected the promises of the group.
    }
  }

  #abandon(error: unknown): void {
    if (!this.#isOpen) return;
    const group = this.#group;
    this.#close();
    try {
      this.#transactions.rollback();
    } finally {
      group?.fail(error);
    }
  }

  #close(): void {
    if (this.#group) clearImmediate(this.#group.timer);
    if (GroupCommit.#latest === this) GroupCommit.#latest = undefined;
    this.#group = undefined;
    this.#isOpen = false;
  }
}
