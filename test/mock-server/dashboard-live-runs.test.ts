import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { LiveRuns } from "../../mock-server/dashboard/live-runs.ts";
import type { KeyRows, RunRow } from "../../mock-server/dashboard/wire.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import type { Fingerprint } from "../../src/ledger/ledger.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { ledgerWorld } from "../../src/ledger/record.ts";
import { SqliteLedger } from "../../src/ledger/sqlite.ts";
import type { RunConfig } from "../../src/task/configuration.ts";

const CAP = 10n ** 18n;
const configOf = (dModel: number): RunConfig => ({
  dModel,
  numLayers: 4,
  numHeads: 4,
  batchSize: 128,
  learningRate: 0.001,
  trainFlops: 1e13,
});

test("a reader that applies every change has the content of the ledger, after late settlements and resets too", () => {
  const action = fc.record({
    key: fc.constantFrom("a", "b", "c").map(fingerprintOf),
    what: fc.constantFrom("buy", "reserve", "reset", "look"),
    dModel: fc.integer({ min: 64, max: 70 }),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const ledger = new MemoryLedger();
      const live = new LiveRuns(ledger);
      const mirror = new Map<string, KeyRows>();
      const look = () => {
        for (const { key, used, from, runs } of live.changes())
          mirror.set(key, { key, used, runs: [...(mirror.get(key)?.runs ?? []).slice(0, from), ...runs] });
      };
      for (const { key, what, dModel } of actions) {
        const config = configOf(dModel);
        if (what === "look") look();
        else if (what === "reset") ledger.reset(key);
        else {
          const { outcome } = ledger.reserve(key, config, 10n ** 13n, CAP);
          if (what === "buy" && outcome === "reserved") ledger.settle(key, config, dModel / 100);
        }
      }
      // A loss that is settled without a new charge shows with the next charge.
      for (const key of ledger.keys()) {
        ledger.reserve(key, configOf(99), 10n ** 13n, CAP);
        ledger.settle(key, configOf(99), 1);
      }
      look();
      const rows = ledger.keys().map((key) => ({
        key,
        used: Number(ledger.used(key)),
        runs: ledger.entries(key).map(({ config, loss }): RunRow => [config.dModel, 4, 4, 128, 0.001, 1e13, loss]),
      }));
      expect([...mirror.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual(
        rows.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      );
      expect(live.changes()).toEqual([]);
    }),
  );
});

test("what another process writes to the same file is seen", () => {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const world = ledgerWorld({ name: "any" } as Parameters<typeof ledgerWorld>[0]);
  const [ours, theirs] = [0, 1].map(() => new SqliteLedger(join(folder, "shared.ledger"), world, () => {})) as [
    SqliteLedger,
    SqliteLedger,
  ];
  const live = new LiveRuns(ours);
  expect(live.changes()).toEqual([]);
  const key = fingerprintOf("a");
  theirs.reserve(key, configOf(64), 10n ** 13n, CAP);
  theirs.settle(key, configOf(64), 5);
  expect(live.changes()).toEqual([{ key, used: 1e13, from: 0, runs: [[64, 4, 4, 128, 0.001, 1e13, 5]] }]);
  // After a reset, between two looks, the same sum may be of other runs.
  theirs.reset(key);
  theirs.reserve(key, configOf(65), 10n ** 13n, CAP);
  theirs.settle(key, configOf(65), 4);
  expect(live.changes()).toEqual([{ key, used: 1e13, from: 0, runs: [[65, 4, 4, 128, 0.001, 1e13, 4]] }]);
  expect(live.changes()).toEqual([]);
  ours.close();
  theirs.close();
});

test("resets and runs of another process during a read are seen at the next read", () => {
  let meanwhile: (() => void) | undefined;
  class Shared extends MemoryLedger {
    override used(key: Fingerprint): bigint | undefined {
      const used = super.used(key);
      meanwhile?.();
      return used;
    }
  }
  const ledger = new Shared();
  const key = fingerprintOf("a");
  const buy = (dModel: number) => {
    ledger.reserve(key, configOf(dModel), 10n ** 13n, CAP);
    ledger.settle(key, configOf(dModel), 5);
  };
  buy(64);
  const live = new LiveRuns(ledger);
  meanwhile = () => {
    meanwhile = undefined;
    ledger.reset(key);
  };
  live.changes();
  buy(65);
  expect(live.changes()).toMatchObject([{ from: 0, runs: [[65, 4, 4, 128, 0.001, 1e13, 5]] }]);
});
