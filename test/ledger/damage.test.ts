import { copyFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import { ledgerWorld } from "../../src/ledger/record.ts";
import { SqliteLedger } from "../../src/ledger/sqlite.ts";
import { identityOf, type RunConfig } from "../../src/task/configuration.ts";
import { temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();
const world = ledgerWorld({ name: "handout/smooth" });
const keys = ["a".repeat(64), "b".repeat(64)];
const stored = new Map<string, number>();
let main: Buffer;
let log: Buffer;

/** A ledger with runs both in its file and in its write-ahead log, as a killed process leaves it. */
beforeAll(() => {
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
  new DatabaseSync(path).exec("PRAGMA wal_checkpoint(TRUNCATE)");
  for (let i = 30; i < 40; i++) buy(i);
  main = readFileSync(path);
  log = readFileSync(`${path}-wal`);
  ledger.close();
});

function fail(line: string): never {
  throw new Error(line);
}

function configOf(i: number): RunConfig {
  return { dModel: 64 + i, numLayers: 2, numHeads: 2, batchSize: 128, learningRate: 1e-3, trainFlops: 1e13 };
}

interface Outcome {
  readonly reports: readonly string[];
  readonly runs: number;
  readonly evidence: boolean;
}

/** Opens a ledger made of these bytes; all it serves must have been stored, and its spend be the sum of it. */
function openDamaged(itsMain: Buffer, itsLog: Buffer): Outcome {
  const path = join(folder, "damaged");
  for (const suffix of ["", "-wal", "-shm", ".corrupt-1", ".corrupt-1-wal"])
    rmSync(`${path}${suffix}`, { force: true });
  writeFileSync(path, itsMain);
  writeFileSync(`${path}-wal`, itsLog);
  const reports: string[] = [];
  const ledger = new SqliteLedger(path, world, (line) => reports.push(line));
  let runs = 0;
  for (const key of keys) {
    let sum = 0n;
    for (const { config, loss } of ledger.entries(key)) {
      expect(stored.get(`${key} ${identityOf(config)}`)).toBe(loss);
      sum += BigInt(config.dModel - 63);
      runs++;
    }
    expect(ledger.used(key) ?? 0n).toBe(sum);
  }
  const config = configOf(500);
  expect(ledger.reserve(keys[0] as string, config, 1n, 1_000_000n).outcome).toBe("reserved");
  ledger.close();
  if (reports.length > 0) expect(reports[0]).not.toContain("\n");
  return { reports, runs, evidence: existsSync(`${path}.corrupt-1`) };
}

describe("a damaged ledger", () => {
  test("is whole when nothing is wrong", () => {
    expect(openDamaged(main, log)).toEqual({ reports: [], runs: 40, evidence: false });
  });

  test("cut short anywhere is set aside, and goes on with what is left", () => {
    for (let length = 1; length < main.length; length += 811) {
      const { reports, runs, evidence } = openDamaged(main.subarray(0, length), log);
      // Where the log has every page that is missing, nothing is.
      if (reports.length === 0) expect([length, runs]).toEqual([length, 40]);
      else expect([length, reports.length, evidence]).toEqual([length, 1, true]);
    }
    expect(openDamaged(main.subarray(0, 0), log).reports).toHaveLength(1);
  });

  test("with a write-ahead log cut short inside a frame is set aside", () => {
    const frame = 24 + 4096;
    for (let length = 1; length < log.length; length += 1723) {
      if ((length - 32) % frame === 0) continue;
      expect([length, openDamaged(main, log.subarray(0, length)).reports.length]).toEqual([length, 1]);
    }
  });

  test("with any bit of its log turned is set aside, and loses no run that lies elsewhere in it", () => {
    for (let at = 3; at < log.length; at += 1201) {
      const { reports, runs } = openDamaged(main, turned(log, at));
      expect([at, reports.length]).toEqual([at, 1]);
      expect(runs).toBeGreaterThanOrEqual(38);
    }
  });

  test("with any bit of its file turned serves only what was stored", () => {
    let reported = 0;
    for (let at = 0; at < main.length; at += at < 100 ? 1 : 97) {
      const { reports, runs } = openDamaged(turned(main, at), Buffer.alloc(0));
      reported += reports.length;
      if (reports.length === 0) expect(runs).toBe(30);
      else expect(runs).toBeGreaterThanOrEqual(28);
    }
    expect(reported).toBeGreaterThan(0);
  });

  test("keeps the damaged bytes as evidence, and numbers them", () => {
    const path = join(folder, "kept");
    const broken = turned(main, 5);
    writeFileSync(`${path}.corrupt-1`, "older evidence");
    writeFileSync(path, broken);
    const reports: string[] = [];
    new SqliteLedger(path, world, (line) => reports.push(line)).close();
    expect(readFileSync(`${path}.corrupt-2`).equals(broken)).toBe(true);
    expect(readFileSync(`${path}.corrupt-1`, "utf8")).toBe("older evidence");
    expect(reports[0]).toContain(`set aside as "${path}.corrupt-2"; going on with the 30 runs`);
  });

  test("of another world is refused, not salvaged", () => {
    const path = join(folder, "foreign");
    writeFileSync(path, turned(main, 5));
    copyFileSync(path, `${path}-before`);
    expect(() => new SqliteLedger(path, ledgerWorld({ name: "other" }), fail)).toThrow(
      'holds runs of world "handout/smooth"',
    );
    expect(readFileSync(path).equals(readFileSync(`${path}-before`))).toBe(true);
  });
});

function turned(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ (1 << (at % 8));
  return copy;
}
