import assert from "node:assert/strict";
import { fingerprintOf } from "../../../src/ledger/fingerprint.ts";
import { ledgerWorld } from "../../../src/ledger/record.ts";
import { SqliteLedger } from "../../../src/ledger/sqlite.ts";
import { DEFAULT_WORLD, presetDocument } from "../../../src/surface/presets.ts";
import { toWire } from "../../../src/task/stanford-2025/wire.ts";
import { ask, lossTarget } from "./asking.ts";

/** What is stored for a key. */
export interface Runs {
  /** By row, in the order stored. */
  readonly losses: Map<string, number>;
  /** The sum of the rows, in FLOPs. */
  readonly spent: number;
  /** What the key is said to have spent. */
  readonly total: number;
}

/** What a server says it has stored. Throws when it lists a configuration twice. */
export async function stored(port: number, key: string): Promise<Runs> {
  const query = new URLSearchParams({ api_key: key });
  const runs = await ask(port, `/previous_runs?${query}`);
  const total = await ask(port, `/total_flops_used?${query}`);
  const { previous_runs: rows = [] } = JSON.parse(runs.body);
  return runsOf(rows, total.status === 422 ? 0 : JSON.parse(total.body));
}

/** What the ledger file of a server of the usual world holds for some keys. Throws when it is damaged. */
export function storedIn(file: string, keys: readonly string[]): Runs[] {
  const world = ledgerWorld({ ...presetDocument(DEFAULT_WORLD), repetition: 0 });
  const ledger = new SqliteLedger(file, world, (line) => assert.fail(line));
  try {
    return keys.map(fingerprintOf).map((key) => {
      const rows = ledger.entries(key).map(({ config, loss }) => ({ ...toWire(config), loss }));
      return runsOf(rows, Number(ledger.used(key) ?? 0));
    });
  } finally {
    ledger.close();
  }
}

function runsOf(rows: readonly { readonly train_flops: number; readonly loss: number }[], total: number): Runs {
  const losses = new Map<string, number>();
  let spent = 0;
  for (const { loss, ...config } of rows) {
    losses.set(JSON.stringify(config), loss);
    spent += config.train_flops;
  }
  assert.equal(losses.size, rows.length, "a configuration is listed twice");
  return { losses, spent, total };
}

/** The row that `/previous_runs` has for the example with these changes, without its loss. */
export function rowOf(config: Record<string, string>): string {
  const row = Object.fromEntries(new URLSearchParams(lossTarget(config).slice("/loss?".length)));
  delete row.api_key;
  return JSON.stringify(Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])));
}
