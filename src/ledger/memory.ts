import { identityOf, type RunConfig } from "../task/configuration.ts";
import type { Fingerprint, Ledger, LedgerEntry, Reservation } from "./ledger.ts";

interface Account {
  used: bigint;
  resets: number;
  /** By identity, in the order first asked; the loss is absent until settled. */
  readonly runs: Map<string, { readonly config: RunConfig; loss?: number }>;
}

/**
 * A ledger that lives as long as the process. Each of its methods is atomic, since JavaScript runs on one thread.
 * Amounts are FLOPs, as `bigint`.
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
export class MemoryLedger implements Ledger {
  readonly #accounts = new Map<Fingerprint, Account>();

  #account(key: Fingerprint): Account {
    let account = this.#accounts.get(key);
    if (!account) {
      account = { used: 0n, resets: 0, runs: new Map() };
      this.#accounts.set(key, account);
    }
    return account;
  }

  /** Nothing is undone when `work` throws: a charge without a loss stays reserved, and asking again settles it. */
  atomically<T>(work: () => T): T {
    return work();
  }

  inGroup<T>(work: () => T): T {
    return work();
  }

  reserve(key: Fingerprint, config: RunConfig, cost: bigint, cap: bigint): Reservation {
    const known = this.#accounts.get(key);
    const used = known?.used ?? 0n;
    const run = known?.runs.get(identityOf(config));
    if (run)
      return run.loss === undefined ? { outcome: "reserved", used } : { outcome: "settled", loss: run.loss, used };
    if (used + cost > cap) return { outcome: "refused", used };
    const account = known ?? this.#account(key);
    account.used += cost;
    account.runs.set(identityOf(config), { config });
    return { outcome: "reserved", used: account.used };
  }

  settle(key: Fingerprint, config: RunConfig, loss: number): bigint {
    const account = this.#accounts.get(key);
    const run = account?.runs.get(identityOf(config));
    if (!account || !run) throw new Error(`no reservation for ${identityOf(config)}: reserve before settling`);
    run.loss ??= loss;
    return account.used;
  }

  used(key: Fingerprint): bigint | undefined {
    return this.#accounts.get(key)?.used;
  }

  entries(key: Fingerprint): LedgerEntry[] {
    const runs = [...(this.#accounts.get(key)?.runs.values() ?? [])];
    return runs.filter((run): run is LedgerEntry => run.loss !== undefined);
  }

  keys(): Fingerprint[] {
    return [...this.#accounts.keys()];
  }

  reset(key: Fingerprint): void {
    const account = this.#accounts.get(key);
    if (!account) return;
    account.runs.clear();
    account.used = 0n;
    account.resets++;
  }

  resets(key: Fingerprint): number {
    return this.#accounts.get(key)?.resets ?? 0;
  }

  close(): void {}
}
