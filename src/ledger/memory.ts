import type { RunConfig } from "../task/configuration.ts";
import { FLOP_RUNS, type LedgerKind } from "./kind.ts";
import type { Fingerprint, Ledger, LedgerEntry, LedgerRun, Reservation } from "./ledger.ts";

interface Account<Config, Result, Amount> {
  used: Amount;
  resets: number;
  /** By identity, in the order first asked; the result is absent until settled. */
  readonly runs: Map<string, LedgerRun<Config, Result, Amount>>;
}

/**
 * A ledger that lives as long as the process. Each of its methods is atomic, since JavaScript runs on one thread. Amounts
 * are FLOPs, as `bigint`, unless it is of another kind of runs.
 *
 * @example
 * ```ts
 * import { buildWorld, MemoryLedger, presetDocument, simulatedApi } from "isoflop";
 * const ledger = new MemoryLedger();
 * const api = simulatedApi(buildWorld(presetDocument("handout/smooth")), 0, ledger);
 * const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };
 * const answer = await api.loss(config);
 * ledger.keys().length; // 1
 * ledger.used(ledger.keys()[0] ?? ""); // 1_000_000_000_000_000n
 * ```
 */
export class MemoryLedger<Config = RunConfig, Result = number, Amount = bigint>
  implements Ledger<Config, Result, Amount>
{
  readonly #kind: LedgerKind<Config, Result, Amount>;
  readonly #accounts = new Map<Fingerprint, Account<Config, Result, Amount>>();
  readonly #notes = new Map<string, string>();
  #orders = 0;

  /** @param kind what its runs are. @defaultValue those of the 2025 edition */
  constructor(kind?: LedgerKind<Config, Result, Amount>) {
    this.#kind = kind ?? (FLOP_RUNS as unknown as LedgerKind<Config, Result, Amount>);
  }

  #open(key: Fingerprint): Account<Config, Result, Amount> {
    const account = { used: this.#kind.zero, resets: 0, runs: new Map() };
    this.#accounts.set(key, account);
    return account;
  }

  /** Nothing is undone when `work` throws: a charge without a loss stays reserved, and asking again settles it. */
  atomically<T>(work: () => T): T {
    return work();
  }

  inGroup<T>(work: () => T): T {
    return work();
  }

  reserve(key: Fingerprint, config: Config, cost: Amount, cap: Amount): Reservation<Result, Amount> {
    const known = this.#accounts.get(key);
    const used = known?.used ?? this.#kind.zero;
    const identity = this.#kind.identityOf(config);
    const run = known?.runs.get(identity);
    if (run)
      return run.result === undefined ? { outcome: "reserved", used } : { outcome: "settled", loss: run.result, used };
    if (!this.#kind.fits(used, cost, cap)) return { outcome: "refused", used };
    const account = known ?? this.#open(key);
    account.used = this.#kind.plus(used, cost);
    account.runs.set(identity, { config, cost, order: ++this.#orders });
    return { outcome: "reserved", used: account.used };
  }

  settle(key: Fingerprint, config: Config, result: Result, cost?: Amount): Amount {
    const account = this.#accounts.get(key);
    const identity = this.#kind.identityOf(config);
    const run = account?.runs.get(identity);
    if (!account || !run) throw new Error(`no reservation for ${identity}: reserve before settling`);
    if (run.result !== undefined) return account.used;
    account.runs.set(identity, { ...run, result, cost: cost ?? run.cost });
    if (cost !== undefined)
      account.used = [...account.runs.values()].reduce((sum, its) => this.#kind.plus(sum, its.cost), this.#kind.zero);
    return account.used;
  }

  used(key: Fingerprint): Amount | undefined {
    return this.#accounts.get(key)?.used;
  }

  entries(key: Fingerprint): LedgerEntry<Config, Result>[] {
    return this.runs(key).flatMap(({ config, result }) => (result === undefined ? [] : [{ config, loss: result }]));
  }

  runs(key: Fingerprint): LedgerRun<Config, Result, Amount>[] {
    return [...(this.#accounts.get(key)?.runs.values() ?? [])];
  }

  run(key: Fingerprint, config: Config): LedgerRun<Config, Result, Amount> | undefined {
    return this.#accounts.get(key)?.runs.get(this.#kind.identityOf(config));
  }

  keys(): Fingerprint[] {
    return [...this.#accounts.keys()];
  }

  reset(key: Fingerprint): void {
    const account = this.#accounts.get(key);
    if (!account) return;
    account.runs.clear();
    account.used = this.#kind.zero;
    account.resets++;
  }

  resets(key: Fingerprint): number {
    return this.#accounts.get(key)?.resets ?? 0;
  }

  note(name: string): string | undefined {
    return this.#notes.get(name);
  }

  setNote(name: string, text: string): void {
    this.#notes.set(name, text);
  }

  close(): void {}
}
