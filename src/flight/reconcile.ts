import { identityOf } from "../task/configuration.ts";
import { fromWire, toWire } from "../task/stanford-2025/wire.ts";
import type { TrainingApi } from "../training-api/training-api.ts";
import type { Journal } from "./journal/journal.ts";
import { Contradiction, contradictionOf, isClose, type KnownAccount } from "./known-account.ts";

/** Compares the endpoint's statements with what is known. */
export interface Reconciler {
  /**
   * Reads what the key has spent and bought, compares it with the known account, and updates that.
   * @throws Contradiction when both cannot be true.
   */
  reconcile(): Promise<void>;
  /** Reconciles when a total is not what was expected. Throws a Contradiction when nothing explains it. */
  check(stated: number, expected: number): Promise<void>;
  /** Writes the reason into the journal and returns the error to throw. */
  stop(reason: string): Contradiction;
}

export interface ReconcilerOptions {
  readonly endpoint: TrainingApi;
  readonly journal: Journal;
  readonly account: KnownAccount;
}

export function reconcilerOf({ endpoint, journal, account }: ReconcilerOptions): Reconciler {
  /** A total that the account must explain. */
  let unexplained: { readonly stated: number; readonly expected: number } | undefined;

  const stop = (reason: string): Contradiction => {
    journal.append({ kind: "stopped", reason });
    return new Contradiction(reason);
  };

  const read = async (): Promise<void> => {
    let problem: string | undefined;
    // Another client may buy between the two readings: what looks wrong is read once more.
    for (let reading = 0; reading < 2; reading++) {
      const total = await endpoint.totalFlopsUsed();
      const runs = (await endpoint.previousRuns()).map((run) => ({ ...toWire(run), loss: run.loss }));
      problem = contradictionOf(account, total, runs);
      if (problem !== undefined) continue;
      journal.append({ kind: "account", total, runs });
      account.total = total;
      for (const { loss, ...wire } of runs) {
        const config = fromWire(wire);
        account.paid.set(identityOf(config), { config, loss });
      }
      return;
    }
    throw stop(problem as string);
  };

  const reconcile = async (): Promise<void> => {
    await read();
    if (!unexplained) return;
    const { stated, expected } = unexplained;
    unexplained = undefined;
    // Another client of the same key may have spent the difference, if the account says so too.
    if (stated >= expected && stated <= account.total) return;
    throw stop(
      `the endpoint's /loss says that ${stated} FLOPs are spent, its /total_flops_used ${account.total}; the journal expects ${expected}`,
    );
  };

  return {
    reconcile,
    stop,
    async check(stated, expected) {
      if (isClose(stated, expected)) return;
      unexplained = { stated, expected };
      await reconcile();
    },
  };
}
