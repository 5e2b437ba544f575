import type { Fingerprint, Ledger } from "../ledger/ledger.ts";
import type { World } from "../surface/world.ts";
import type { RunConfig } from "../task/configuration.ts";
import { violationOf } from "../task/search-space.ts";
import { overBudgetMessage, violationMessage } from "../task/stanford-2025/wire.ts";
import type { TrainingApi } from "./training-api.ts";

/** The outcome of one query; `used` is what the key has spent after it, in FLOPs. */
export type Answer =
  | { readonly status: "ok"; readonly loss: number; readonly used: bigint }
  | { readonly status: "refused" | "invalid"; readonly message: string };

/**
 * The one road for a query: ledger (reserve) → surface → ledger (settle) → answer. The HTTP mock, the in-process
 * world and the dry-run all take it.
 *
 * @param repetition which frozen draw of the noise answers; the mock serves repetition 0.
 */
export function answerQuery(world: World, ledger: Ledger, key: Fingerprint, config: RunConfig, repetition = 0): Answer {
  const violation = violationOf(config, world.task.searchSpace);
  if (violation) return { status: "invalid", message: violationMessage(violation) };
  return payAndAnswer(world, ledger, key, config, repetition);
}

/** The same without the range check, for a caller that has made it: `config` must lie in the search space. */
export function payAndAnswer(
  world: World,
  ledger: Ledger,
  key: Fingerprint,
  config: RunConfig,
  repetition = 0,
): Answer {
  const cost = BigInt(config.trainFlops);
  const cap = BigInt(world.task.cap);
  return ledger.atomically(() => {
    const reservation = ledger.reserve(key, config, cost, cap);
    switch (reservation.outcome) {
      case "settled":
        return { status: "ok", loss: reservation.loss, used: reservation.used };
      case "refused":
        return { status: "refused", message: overBudgetMessage(reservation.used, cost, cap) };
      case "reserved": {
        const loss = world.answer(config, repetition);
        return { status: "ok", loss, used: ledger.settle(key, config, loss) };
      }
    }
  });
}

/** What a ledger says of one account, as the port asks for it. */
export function ledgerAccount(ledger: Ledger, key: Fingerprint): Pick<TrainingApi, "totalFlopsUsed" | "previousRuns"> {
  return {
    async totalFlopsUsed() {
      return Number(ledger.used(key) ?? 0n);
    },
    async previousRuns() {
      return ledger.entries(key).map(({ config, loss }) => ({ ...config, loss, status: "ok" }));
    },
  };
}
