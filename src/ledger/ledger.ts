import type { RunConfig } from "../task/configuration.ts";
import type { Bought } from "./kind.ts";

/** Who pays: the SHA-256 of an API key, in hexadecimal. The key itself is never stored. */
export type Fingerprint = string;

/** What a key has bought, in the order first asked. */
export interface LedgerEntry<Config = RunConfig, Result = number> {
  readonly config: Config;
  readonly loss: Result;
}

/** A run of a key, settled or not. */
export interface LedgerRun<Config, Result, Amount> extends Bought<Config, Result, Amount> {
  /** Ascending in the order first asked, over all keys. */
  readonly order: number;
}

/**
 * What came of asking to spend.
 * - `reserved`: charged now; the caller must settle it with the loss. Also the answer for a configuration that was
 *   charged before but never settled, as after a crash: it is not charged twice.
 * - `settled`: bought before; here is its loss. Nothing was charged.
 * - `refused`: the cap does not allow it. Nothing was charged or stored.
 */
export type Reservation<Result = number, Amount = bigint> =
  | { readonly outcome: "reserved"; readonly used: Amount }
  | { readonly outcome: "settled"; readonly loss: Result; readonly used: Amount }
  | { readonly outcome: "refused"; readonly used: Amount };

/**
 * Who has spent what. Every method is atomic: check and charge happen in one step, so that no interleaving of queries,
 * in this process or another on the same store, spends above the cap or charges one configuration twice.
 */
export interface Ledger<Config = RunConfig, Result = number, Amount = bigint> {
  /**
   * Runs `work` and returns what it returns, as one step: everything it does to the ledger is stored, durably where the
   * ledger is, or nothing is when it throws.
   */
  atomically<T>(work: () => T): T;
  /**
   * Runs `work`, and stores what it does together with all other such work of this turn of the event loop, in one step.
   * Returns its result: as a promise where there is something to store, which resolves once that is durable and rejects
   * when nothing of the turn could be stored.
   */
  inGroup<T>(work: () => T): T | Promise<T>;
  /** Charges `cost` to a key for a configuration, unless it is paid for already or would pass `cap`. */
  reserve(key: Fingerprint, config: Config, cost: Amount, cap: Amount): Reservation<Result, Amount>;
  /**
   * Stores the result of a reserved configuration, once; returns what the key has spent. Throws when it was never
   * reserved.
   *
   * @param cost what it cost after all. @defaultValue what was reserved
   */
  settle(key: Fingerprint, config: Config, result: Result, cost?: Amount): Amount;
  /** What was charged to a key; undefined for a key that was never charged. */
  used(key: Fingerprint): Amount | undefined;
  /** The settled runs of a key in the order first asked. */
  entries(key: Fingerprint): LedgerEntry<Config, Result>[];
  /** All runs of a key in the order first asked. */
  runs(key: Fingerprint): LedgerRun<Config, Result, Amount>[];
  /** The run of a key with the identity of this configuration. */
  run(key: Fingerprint, config: Config): LedgerRun<Config, Result, Amount> | undefined;
  /** The keys ever charged, in the order first seen. */
  keys(): Fingerprint[];
  /** Forgets a key's runs and spend; the key stays known. */
  reset(key: Fingerprint): void;
  /** How often a key was reset: shows a watcher that equal sums are of different runs. 0 for a key never seen. */
  resets(key: Fingerprint): number;
  /** A text that was stored under a name beside the runs. */
  note(name: string): string | undefined;
  /** Stores a text under a name. */
  setNote(name: string, text: string): void;
  close(): void;
}
