import { copyFileSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, test } from "vitest";
import { ledgerWorld } from "../../src/ledger/record.ts";
import { SqliteLedger } from "../../src/ledger/sqlite.ts";
import { fail, originalLedger, turned, world } from "./damaged-ledger.ts";
import { temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();
const { main, log, openDamaged } = originalLedger(folder);
/** Bytes of a frame of the log: its header and its page. */
const FRAME = 24 + 4096;

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
    for (let length = 1; length < log.length; length += 1723) {
      // Where a process may have been killed.
      if ([0, 24].includes((length - 32) % FRAME)) continue;
      expect([length, openDamaged(main, log.subarray(0, length)).reports.length]).toEqual([length, 1]);
    }
  });

  test("is none whose log ends in the header of a frame, as a kill between two writes leaves it", () => {
    const header = log.subarray(log.length - FRAME, log.length - FRAME + 24);
    const killed = Buffer.concat([log, header]);
    expect(openDamaged(main, killed)).toEqual({ reports: [], runs: 40, evidence: false });
    expect(openDamaged(main, Buffer.concat([killed, Buffer.alloc(1)])).reports).toHaveLength(1);
  });

  test("has nothing old behind what is new in a log begun anew, where a kill would look like damage", () => {
    const path = join(folder, "anew");
    const ledger = new SqliteLedger(path, world, fail);
    const register = (from: number, to: number) => {
      for (let i = from; i < to; i++) ledger.register(`${i}`.padStart(64, "0"));
      return statSync(`${path}-wal`).size;
    };
    const long = register(0, 20);
    const database = new DatabaseSync(path);
    database.exec("PRAGMA wal_checkpoint(RESTART)");
    database.close();
    expect(register(20, 21)).toBeLessThan(long / 4);
    ledger.close();
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
