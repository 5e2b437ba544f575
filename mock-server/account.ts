import type { Fingerprint, Ledger, LedgerEntry } from "../src/ledger/ledger.ts";
import { FIELDS } from "../src/task/configuration.ts";
import { pythonFloat } from "../src/task/stanford-2025/python-float.ts";
import { WIRE_NAMES, wireText } from "../src/task/stanford-2025/wire.ts";

/** The body of `/total_flops_used`: a Python float, or the integer of the handout's example. */
export function totalFlopsUsed(ledger: Ledger, key: Fingerprint, strictHandout: boolean): string {
  const used = ledger.used(key) ?? 0n;
  return strictHandout ? used.toString() : pythonFloat(Number(used));
}

/** The body of `/previous_runs`. */
export function previousRuns(ledger: Ledger, key: Fingerprint): string {
  return previousRunsBody(ledger.entries(key));
}

/** The body for these runs, in their order. */
export function previousRunsBody(entries: readonly LedgerEntry[]): string {
  return `{"previous_runs":[${entries.map(runOf).join(",")}]}`;
}

function runOf({ config, loss }: LedgerEntry): string {
  const fields = FIELDS.map((field) => `"${WIRE_NAMES[field]}":${wireText(field, config[field])}`);
  return `{${fields.join(",")},"loss":${pythonFloat(loss)}}`;
}
