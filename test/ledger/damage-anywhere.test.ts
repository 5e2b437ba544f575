import { describe, expect, test } from "vitest";
import { originalLedger, turned } from "../../benchmarks/reliability/damaged-ledger.ts";
import { temporaryFolder } from "./temporary.ts";

const { main, log, openDamaged } = originalLedger(temporaryFolder());

describe("a ledger damaged anywhere", () => {
  test("cut short anywhere is set aside, and starts with the remaining runs", () => {
    for (let length = 1; length < main.length; length += 2003) {
      const { reports, runs, evidence } = openDamaged(main.subarray(0, length), log);
      // Where the log has every page that is missing, nothing is.
      if (reports.length === 0) expect([length, runs]).toEqual([length, 40]);
      else expect([length, reports.length, evidence]).toEqual([length, 1, true]);
    }
    expect(openDamaged(main.subarray(0, 0), log).reports).toHaveLength(1);
  });

  test("whose write-ahead log is cut short has the runs up to the cut", () => {
    let earlier = 30;
    for (let length = 0; length <= log.length; length += 3457) {
      const { reports, runs } = openDamaged(main, log.subarray(0, length));
      expect([length, reports]).toEqual([length, []]);
      expect(runs).toBeGreaterThanOrEqual(earlier);
      earlier = runs;
    }
  });

  test("with any bit of its log turned has at least what is in the file", () => {
    for (let at = 3; at < log.length; at += 3001)
      expect(openDamaged(main, turned(log, at)).runs).toBeGreaterThanOrEqual(30);
  });

  test("with any bit of its file turned serves only what was stored", () => {
    const served: number[] = [];
    for (let at = 0; at < main.length; at += at < 100 ? 5 : 401) {
      const { reports, runs } = openDamaged(turned(main, at), Buffer.alloc(0));
      if (reports.length === 0) expect(runs).toBe(30);
      else served.push(runs);
    }
    expect(served.some((runs) => runs === 29)).toBe(true);
  });
});
