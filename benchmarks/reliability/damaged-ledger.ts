import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type LedgerWorld, ledgerWorld } from "../../src/ledger/record.ts";
import { SqliteLedger } from "../../src/ledger/sqlite.ts";
import { identityOf, type RunConfig } from "../../src/task/configuration.ts";

export const world: LedgerWorld = ledgerWorld({ name: "handout/smooth" });
const keys = ["a".repeat(64), "b".repeat(64)];

export interface Outcome {
  readonly reports: readonly string[];
  readonly runs: number;
  readonly evidence: boolean;
}

/** The bytes of a ledger with 30 runs in its file and 10 in its write-ahead log, as a killed process leaves it. */
export interface Original {
  readonly main: Buffer;
  readonly log: Buffer;
  /**
   * Opens a ledger made of these bytes, in place of the one opened before. Throws when it serves what was never stored,
   * its spend is not the sum of its runs, or it cannot go on.
   */
  openDamaged(main: Buffer, log: Buffer): Outcome;
}

export function originalLedger(folder: string): Original {
  const stored = new Map<string, number>();
  const path = join(folder, "original");
  new SqliteLedger(path, world, fail).close();
  const ledger = new SqliteLedger(path, world, fail);
  const buy = (i: number) => {
    const key = keys[i % 2] as string;
    const config = configOf(i);
    ledger.atomically(() => {
      ledger.reserve(key, config, BigInt(i + 1), 1_000_000n);
      ledger.settle(key, config, 3 + i / 7);
    });
    stored.set(`${key} ${identityOf(config)}`, 3 + i / 7);
  };
  for (let i = 0; i < 30; i++) buy(i);
  const database = new DatabaseSync(path);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  for (let i = 30; i < 40; i++) buy(i);
  const [main, log] = [readFileSync(path), readFileSync(`${path}-wal`)];
  database.close();
  ledger.close();
  return { main, log, openDamaged: (itsMain, itsLog) => open(join(folder, "damaged"), itsMain, itsLog, stored) };
}

function open(path: string, main: Buffer, log: Buffer, stored: ReadonlyMap<string, number>): Outcome {
  for (const suffix of ["", "-wal", "-shm", ".corrupt-1", ".corrupt-1-wal"])
    rmSync(`${path}${suffix}`, { force: true });
  writeFileSync(path, main);
  writeFileSync(`${path}-wal`, log);
  const reports: string[] = [];
  const ledger = new SqliteLedger(path, world, (line) => reports.push(line));
  let runs = 0;
  for (const key of keys) {
    let sum = 0n;
    for (const { config, loss } of ledger.entries(key)) {
      assert.equal(stored.get(`${key} ${identityOf(config)}`), loss, "serves what was never stored");
      sum += BigInt(config.dModel - 63);
      runs++;
    }
    assert.equal(ledger.used(key) ?? 0n, sum, "the spend is not the sum of the runs");
  }
  const config = configOf(500);
  assert.equal(ledger.reserve(keys[0] as string, config, 1n, 1_000_000n).outcome, "reserved");
  ledger.close();
  for (const line of reports) assert.doesNotMatch(line, /\n/);
  return { reports, runs, evidence: existsSync(`${path}.corrupt-1`) };
}

export function fail(line: string): never {
  throw new Error(line);
}

function configOf(i: number): RunConfig {
  return { dModel: 64 + i, numLayers: 2, numHeads: 2, batchSize: 128, learningRate: 1e-3, trainFlops: 1e13 };
}

/** The bytes with one bit turned at this place. */
export function turned(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ (1 << (at % 8));
  return copy;
}
