import { join } from "node:path";
import { expect, test } from "vitest";
import { ledgerWorld } from "../../src/ledger/record.ts";
import { SqliteLedger } from "../../src/ledger/sqlite.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { temporaryFolder } from "./temporary.ts";

const folder = temporaryFolder();
const world = ledgerWorld({ name: "handout/smooth" });
const key = "a".repeat(64);
let files = 0;

function configOf(dModel: number): RunConfig {
  return { dModel, numLayers: 2, numHeads: 2, batchSize: 128, learningRate: 1e-3, trainFlops: 1e13 };
}

/** Two handles on one new file, as two processes have. */
function open(): [SqliteLedger, SqliteLedger] {
  const path = join(folder, `group-${files++}`);
  const fail = (line: string) => expect.fail(line);
  return [new SqliteLedger(path, world, fail), new SqliteLedger(path, world, fail)];
}

/** Charges and settles one run of `dModel`, as an answer of the server does. */
function buy(ledger: SqliteLedger, dModel: number): number | Promise<number> {
  return ledger.inGroup(() =>
    ledger.atomically(() => {
      ledger.reserve(key, configOf(dModel), 1n, 100n);
      ledger.settle(key, configOf(dModel), dModel);
      return dModel;
    }),
  );
}

test("work of one turn is stored together, and another process sees it once its promises resolve", async () => {
  const [ours, theirs] = open();
  const answers = [64, 65, 66].map((dModel) => buy(ours, dModel));
  expect(theirs.used(key)).toBeUndefined();
  expect(await Promise.all(answers)).toEqual([64, 65, 66]);
  expect(theirs.used(key)).toBe(3n);
  expect(theirs.entries(key).map(({ loss }) => loss)).toEqual([64, 65, 66]);
  ours.close();
  theirs.close();
});

test("a read waits for the charges that it has seen, and does not wait without any", async () => {
  const [ours, theirs] = open();
  expect(ours.inGroup(() => ours.used(key))).toBeUndefined();
  const bought = buy(ours, 64);
  const read = ours.inGroup(() => [ours.used(key), ours.entries(key).length]);
  expect(read).toBeInstanceOf(Promise);
  expect(await read).toEqual([1n, 1]);
  expect(theirs.used(key)).toBe(1n);
  await bought;
  ours.close();
  theirs.close();
});

test("work that throws rolls back its turn, and rejects the promises of that turn", async () => {
  const [ours, theirs] = open();
  const before = buy(ours, 64);
  const failing = () =>
    ours.inGroup(() =>
      ours.atomically(() => {
        ours.reserve(key, configOf(65), 1n, 100n);
        throw new Error("the surface failed");
      }),
    );
  expect(failing).toThrow("the surface failed");
  await expect(before).rejects.toThrow("the surface failed");
  expect(ours.used(key)).toBeUndefined();
  expect(await buy(ours, 66)).toBe(66);
  expect(theirs.entries(key).map(({ loss }) => loss)).toEqual([66]);
  ours.close();
  theirs.close();
});

test("a step outside of a group is stored when it returns, and what waited with it", async () => {
  const [ours, theirs] = open();
  const waiting = buy(ours, 64);
  ours.atomically(() => {
    ours.reserve(key, configOf(65), 1n, 100n);
    ours.settle(key, configOf(65), 3);
  });
  expect(theirs.used(key)).toBe(2n);
  expect(await waiting).toBe(64);
  ours.close();
  theirs.close();
});

test("two ledgers of one process on one file do not wait for each other", async () => {
  const [ours, theirs] = open();
  const answers = [64, 65, 66, 67].map((dModel, i) => buy(i % 2 === 0 ? ours : theirs, dModel));
  expect(await Promise.all(answers)).toEqual([64, 65, 66, 67]);
  expect(ours.used(key)).toBe(4n);
  ours.close();
  theirs.close();
});

test("closing stores what waits", async () => {
  const [ours, theirs] = open();
  const waiting = buy(ours, 64);
  ours.close();
  expect(await waiting).toBe(64);
  expect(theirs.used(key)).toBe(1n);
  theirs.close();
});

test("two processes that write by turns never pass the cap", async () => {
  const handles = open();
  const bought: (number | Promise<number>)[] = [];
  let refused = 0;
  for (let i = 0; i < 12; i++) {
    const ledger = handles[i % 2] as SqliteLedger;
    const answer = ledger.inGroup(() => ledger.reserve(key, configOf(64 + i), 1n, 7n).outcome);
    if ((await answer) === "refused") refused++;
    else bought.push(i);
  }
  expect([bought.length, refused]).toEqual([7, 5]);
  for (const ledger of handles) expect(ledger.used(key)).toBe(7n);
  for (const ledger of handles) ledger.close();
});
