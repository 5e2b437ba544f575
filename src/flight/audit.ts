import { identityOf } from "../task/configuration.ts";
import { fromWire, toWire } from "../task/stanford-2025/wire.ts";
import type { TrainingApi } from "../training-api/training-api.ts";
import { type Account, Contradiction, contradictionOf, isClose } from "./account.ts";
import type { Journal } from "./journal/journal.ts";

/** What holds an endpoint to its word. */
export interface Audit {
  /**
   * Reads what the key has spent and bought, holds it against the account, and takes it over.
   * @throws Contradiction when both cannot be true.
   */
  consult(): Promise<void>;
  /** Looks into a total after an answer that is not what it should be. Throws a Contradiction when nothing explains it. */
  check(stated: number, expected: number): Promise<void>;
  /** The error that ends it all, after it is in the journal. */
  stop(reason: string): Contradiction;
}

export interface AuditOptions {
  readonly endpoint: TrainingApi;
  readonly journal: Journal;
  readonly account: Account;
}

export function auditOf({ endpoint, journal, account }: AuditOptions): Audit {
  /** A total that waits for the account to explain it. */
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

  const consult = async (): Promise<void> => {
    await read();
    if (!unexplained) return;
    const { stated, expected } = unexplained;
    unexplained = undefined;
    // More than expected may be another client's doing, if the account still says as much.
    if (stated >= expected && stated <= account.total) return;
    throw stop(
      `the endpoint's /loss says that ${stated} FLOPs are spent, its /total_flops_used ${account.total}; the journal expects ${expected}`,
    );
  };

  return {
    consult,
    stop,
    async check(stated, expected) {
      if (isClose(stated, expected)) return;
      unexplained = { stated, expected };
      await consult();
    },
  };
}
