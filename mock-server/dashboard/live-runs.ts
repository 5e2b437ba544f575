import type { Fingerprint, Ledger, LedgerEntry } from "../../src/ledger/ledger.ts";
import { FIELDS } from "../../src/task/configuration.ts";
import type { KeyRows, RunRow, RunsEvent } from "./wire.ts";

/** What the watchers of a ledger have been told of a key. */
interface Told {
  readonly used: bigint;
  readonly resets: number;
  readonly runs: readonly RunRow[];
}

/**
 * What has changed in a ledger since it was last looked at. Looking costs one sum per key, so that it also sees what
 * another process on the same file has written; runs are read only for keys whose sum has changed, or that were reset.
 */
export class LiveRuns {
  readonly #ledger: Ledger;
  readonly #told = new Map<Fingerprint, Told>();

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Everything told so far. */
  all(): KeyRows[] {
    return [...this.#told].map(([key, { used, runs }]) => ({ key, used: Number(used), runs }));
  }

  /** What was not told yet; told from now on. */
  changes(): RunsEvent[] {
    return this.#ledger.keys().flatMap((key) => {
      // Before the sum, and that before the runs: what another process does in between is then seen at the next look.
      const resets = this.#ledger.resets(key);
      const used = this.#ledger.used(key) ?? 0n;
      const told = this.#told.get(key);
      if (told?.used === used && told.resets === resets) return [];
      const runs = this.#ledger.entries(key).map(rowOf);
      this.#told.set(key, { used, resets, runs });
      const from = commonLength(told?.runs ?? [], runs);
      return [{ key, used: Number(used), from, runs: runs.slice(from) }];
    });
  }
}

function rowOf({ config, loss }: LedgerEntry): RunRow {
  return [...FIELDS.map((field) => config[field]), loss] as unknown as RunRow;
}

/** How many runs two lists begin with in common. */
function commonLength(before: readonly RunRow[], now: readonly RunRow[]): number {
  const different = before.findIndex((row, i) => row.some((value, j) => value !== now[i]?.[j]));
  return different < 0 ? before.length : different;
}
