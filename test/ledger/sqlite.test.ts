import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { ledgerWorld } from "../../src/ledger/record.ts";
import { SqliteLedger } from "../../src/ledger/sqlite.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { UserError } from "../../src/task/errors.ts";
import { ledgerLaws } from "./laws.ts";
import { temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();
const world = ledgerWorld({ name: "handout/smooth" });
const run: RunConfig = { dModel: 64, numLayers: 2, numHeads: 2, batchSize: 128, learningRate: 1e-3, trainFlops: 1e13 };
const key = "f".repeat(64);
let files = 0;

function newPath(): string {
  return join(folder, `ledger-${files++}`);
}

function unexpected(line: string): never {
  throw new Error(line);
}

function open(path: string, its = world): SqliteLedger {
  return new SqliteLedger(path, its, unexpected);
}

describe("the ledger in a file, through two handles", () => {
  ledgerLaws(() => {
    const path = newPath();
    return [open(path), open(path)];
  }, 25);
});

describe("the ledger in a file", () => {
  test("has all runs after it is opened again", () => {
    const path = newPath();
    const first = open(path);
    first.reserve(key, run, 5n, 9n);
    first.settle(key, run, 3.25);
    first.close();
    const second = open(path);
    expect(second.entries(key)).toEqual([{ config: run, loss: 3.25 }]);
    expect(second.used(key)).toBe(5n);
    expect(second.keys()).toEqual([key]);
    second.close();
    expect(readdirSync(folder).filter((name) => name.startsWith(`${path.split("/").at(-1)}-`))).toEqual([]);
  });

  test("undoes a step that throws", () => {
    const ledger = open(newPath());
    const step = () =>
      ledger.atomically(() => {
        ledger.reserve(key, run, 5n, 9n);
        throw new Error("the surface failed");
      });
    expect(step).toThrow("the surface failed");
    expect(ledger.used(key)).toBeUndefined();
    ledger.close();
  });

  test("forgets the runs of a reset key, after damage too", () => {
    const path = newPath();
    const ledger = open(path);
    ledger.reserve(key, run, 5n, 9n);
    ledger.reset(key);
    ledger.reserve(key, { ...run, dModel: 65 }, 7n, 9n);
    ledger.close();
    const database = new DatabaseSync(path);
    database.exec("UPDATE accounts SET used = '12'");
    database.close();
    const reports: string[] = [];
    const salvaged = new SqliteLedger(path, world, (line) => reports.push(line));
    expect(reports).toHaveLength(1);
    expect(salvaged.used(key)).toBe(7n);
    salvaged.close();
  });

  test("refuses the ledger of another world, and of another version of its own", () => {
    const path = newPath();
    open(path, ledgerWorld({ name: "stanford-2025/central" })).close();
    expect(() => open(path)).toThrow(UserError);
    expect(() => open(path)).toThrow('holds runs of world "stanford-2025/central", and this is world "handout/smooth"');
    const other = newPath();
    open(other, ledgerWorld({ name: world.name, seed: 1 })).close();
    expect(() => open(other)).toThrow('another version of world "handout/smooth", or of it with another --seed');
  });

  test("belongs to a world in any order of its document's keys", () => {
    const one = ledgerWorld({ name: "w", a: { b: 1, c: [2, 3] } });
    expect(ledgerWorld({ a: { c: [2, 3], b: 1 }, name: "w" })).toEqual(one);
    expect(ledgerWorld({ a: { c: [3, 2], b: 1 }, name: "w" })).not.toEqual(one);
  });

  test("leaves a file that is no ledger as it is", () => {
    const csv = newPath();
    writeFileSync(csv, "d_model,num_layers,loss\n64,2,9.1\n");
    expect(() => open(csv)).toThrow(UserError);
    expect(readFileSync(csv, "utf8")).toBe("d_model,num_layers,loss\n64,2,9.1\n");
    const short = newPath();
    writeFileSync(short, "a\n");
    expect(() => open(short)).toThrow("is not a ledger");
    const database = newPath();
    new DatabaseSync(database).exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine')");
    const before = readFileSync(database);
    expect(() => open(database)).toThrow("is not a ledger");
    expect(readFileSync(database).equals(before)).toBe(true);
  });

  test("refuses an unusable file in one line", () => {
    const directory = newPath();
    mkdirSync(directory);
    expect(() => open(directory)).toThrow(UserError);
    expect(() => open(directory)).toThrow(`cannot use the ledger "${directory}": `);
    expect(() => open(join(folder, "missing", "ledger"))).toThrow(UserError);
    expect(existsSync(join(folder, "missing"))).toBe(false);
    // Its draft can be made, and cannot be moved to no name.
    expect(() => open("")).toThrow(UserError);
    expect(existsSync(`.new-${process.pid}`)).toBe(false);
  });

  test("treats an empty file as a new one", () => {
    const path = newPath();
    writeFileSync(path, "");
    const ledger = open(path);
    expect(ledger.reserve(key, run, 1n, 1n).outcome).toBe("reserved");
    ledger.close();
  });
});
