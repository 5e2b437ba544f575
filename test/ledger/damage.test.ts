import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { fail, originalLedger, turned, world } from "../../benchmarks/reliability/damaged-ledger.ts";
import { ledgerWorld } from "../../src/ledger/record.ts";
import { SqliteLedger } from "../../src/ledger/sqlite.ts";
import { temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();
// Made when a test asks for it: what a file evaluates while it loads counts as reached by all tests (test/mutation).
const original = () => originalLedger(mkdtempSync(join(folder, "damage-")));

describe("a damaged ledger", () => {
  test("is complete without damage", () => {
    const { main, log, openDamaged } = original();
    expect(openDamaged(main, log)).toEqual({ reports: [], runs: 40, evidence: false });
  });

  test("keeps the damaged bytes as evidence, and numbers them", () => {
    const { main } = original();
    const path = join(folder, "kept");
    const broken = turned(main, 5);
    writeFileSync(`${path}.corrupt-1`, "older evidence");
    writeFileSync(path, broken);
    const reports: string[] = [];
    new SqliteLedger(path, world, (line) => reports.push(line)).close();
    expect(readFileSync(`${path}.corrupt-2`).equals(broken)).toBe(true);
    expect(readFileSync(`${path}.corrupt-1`, "utf8")).toBe("older evidence");
    expect(reports[0]).toContain(`set aside as "${path}.corrupt-2"; `);
  });

  test("of another world is refused, not salvaged", () => {
    const { main } = original();
    const path = join(folder, "foreign");
    writeFileSync(path, turned(main, 5));
    copyFileSync(path, `${path}-before`);
    expect(() => new SqliteLedger(path, ledgerWorld({ name: "other" }), fail)).toThrow(
      'holds runs of world "handout/smooth"',
    );
    expect(readFileSync(path).equals(readFileSync(`${path}-before`))).toBe(true);
  });
});

describe("a ledger whose rows were changed", () => {
  const [a, b] = ["a".repeat(64), "b".repeat(64)];
  const run = { dModel: 64, numLayers: 2, numHeads: 2, batchSize: 128, learningRate: 1e-3, trainFlops: 1e13 };
  let files = 0;

  function copied(path: string, sql: string): void {
    const database = new DatabaseSync(path);
    database.exec(sql);
    database.close();
  }

  /** Opens a ledger of three runs of two keys after this SQL; what was reported, and what is left. */
  function reopened(sql: string) {
    const path = join(folder, `rows-${files++}`);
    const before = new SqliteLedger(path, world, fail);
    before.reserve(a, { ...run, dModel: 63 }, 90n, 100n);
    copied(path, "CREATE TABLE earlier AS SELECT * FROM runs");
    before.reset(a);
    for (const [i, key] of [a, b, a].entries()) {
      before.reserve(key, { ...run, dModel: 64 + i }, BigInt(i + 1), 100n);
      before.settle(key, { ...run, dModel: 64 + i }, i + 1);
    }
    before.setNote("mine", "kept");
    before.setNote("other", "kept too");
    before.close();
    copied(path, sql);
    const reports: string[] = [];
    const after = new SqliteLedger(path, world, (line) => reports.push(line));
    const left = {
      losses: after.keys().map((key) => after.entries(key).map(({ loss }) => loss)),
      used: after.keys().map((key) => after.used(key)),
      resets: after.keys().map((key) => after.resets(key)),
      notes: ["mine", "other"].map((name) => after.note(name)),
    };
    after.close();
    expect(reports.length).toBe(existsSync(`${path}.corrupt-1`) ? 1 : 0);
    // What was repaired is sound, and nothing lies around.
    new SqliteLedger(path, world, fail).close();
    expect(readdirSync(folder).filter((name) => name.includes(".new-"))).toEqual([]);
    return { ...left, report: reports[0] };
  }

  const whole = { losses: [[1, 3], [2]], used: [4n, 2n], resets: [1, 0], notes: ["kept", "kept too"] };
  const without2 = { ...whole, losses: [[1, 3], []], used: [4n, 0n] };

  test("not at all is as it was", () => {
    expect(reopened("")).toEqual({ ...whole, report: undefined });
    expect(reopened("DROP TABLE notes")).toEqual({ ...whole, notes: [undefined, undefined], report: undefined });
  });

  test.each<[string, string, object]>([
    ["UPDATE ledger SET record = 'x'", "world is unreadable", whole],
    ["UPDATE ledger SET record = 'x'; VACUUM", "world is unreadable", whole],
    ["DELETE FROM accounts; UPDATE runs SET id = 9 WHERE id = 1", "run 9 does not match", whole],
    ["INSERT INTO runs SELECT 9, key, 'x', record FROM earlier", "run 9 does not match", whole],
    ["DELETE FROM accounts; INSERT INTO runs SELECT 9, key, 'x', record FROM earlier", "run 9 does not", whole],
    ["UPDATE runs SET id = 9 WHERE id = 2", "run 9 does not match", whole],
    [`UPDATE runs SET key = '${a}' WHERE id = 2`, "run 2 does not match", whole],
    ["UPDATE runs SET identity = 'x' WHERE id = 2", "run 2 does not match", whole],
    [`UPDATE runs SET record = replace(record, '"cost":"2"', '"cost":"1"') WHERE id = 2`, "run 2 does not", without2],
    ["UPDATE runs SET record = 'x' WHERE id = 2", "run 2 does not match", without2],
    [`UPDATE accounts SET life = 3 WHERE key = '${a}'`, "account does not match", whole],
    [`UPDATE accounts SET key = 'c' WHERE key = '${a}'`, "account does not match", whole],
    [`UPDATE accounts SET record = 'x' WHERE key = '${a}'`, "account does not match", { used: expect.anything() }],
    [`UPDATE accounts SET used = '5' WHERE key = '${a}'`, "not the sum", whole],
    ["DELETE FROM runs WHERE id = 2", "not the sum", without2],
    [`DELETE FROM accounts WHERE key = '${b}'`, "runs without an account", whole],
    ["UPDATE notes SET name = 'yours' WHERE name = 'mine'", "note does not match", whole],
    ["UPDATE notes SET record = 'x' WHERE name = 'mine'", "note does not match", { notes: [undefined, "kept too"] }],
  ])("%s: is set aside, and starts with what is sound", (sql, reason, left) => {
    const { report, ...found } = reopened(sql);
    expect(report).toContain(reason);
    expect(report).toContain(`starting with its ${found.losses.flat().length} readable runs`);
    expect(found).toMatchObject(left);
  });

  test("serves none of a run that is changed while it is open", () => {
    const path = join(folder, "open");
    const ledger = new SqliteLedger(path, world, fail);
    ledger.reserve(a, run, 1n, 9n);
    ledger.setNote("mine", "kept");
    const database = new DatabaseSync(path);
    database.exec("UPDATE runs SET record = 'x'; UPDATE notes SET record = 'x'");
    database.close();
    expect(() => ledger.runs(a)).toThrow("checksum");
    expect(() => ledger.settle(a, run, 3, 1n)).toThrow("checksum");
    expect(() => ledger.note("mine")).toThrow('"mine"');
    ledger.close();
  });
});

test("an error that is not of the file passes as it is", () => {
  const path = join(folder, "reported");
  writeFileSync(path, turned(original().main, 5));
  const report = () => {
    throw new RangeError("mine");
  };
  expect(() => new SqliteLedger(path, world, report)).toThrow(new RangeError("mine"));
});

test("an empty file beside a write-ahead log is set aside with it", () => {
  const path = join(folder, "emptied");
  const { log } = original();
  writeFileSync(path, "");
  writeFileSync(`${path}-wal`, log);
  const reports: string[] = [];
  new SqliteLedger(path, world, (line) => reports.push(line)).close();
  expect(reports[0]).toContain("empty beside its write-ahead log");
  expect(readFileSync(`${path}.corrupt-1-wal`).equals(log)).toBe(true);
});

test("a database of another program, and one too short to say whose it is", () => {
  const path = join(folder, "theirs");
  const database = new DatabaseSync(path);
  database.exec("PRAGMA application_id = 7; CREATE TABLE mine (a)");
  database.close();
  expect(() => new SqliteLedger(path, world, fail)).toThrow("is not a ledger");
  writeFileSync(path, readFileSync(path).subarray(0, 100));
  const reports: string[] = [];
  new SqliteLedger(path, world, (line) => reports.push(line)).close();
  expect(reports[0]).toContain("starting with its 0 readable runs");
});
