import fc from "fast-check";
import { expect, test } from "vitest";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { identityOf, type RunConfig } from "../../src/task/configuration.ts";

const KEYS = ["a".repeat(64), "b".repeat(64)];
const CAP = 10_000_000_000_000_000_001n;

/** A few configurations, so that equal ones meet. */
export const config: fc.Arbitrary<RunConfig> = fc.record({
  dModel: fc.constantFrom(64, 1024),
  numLayers: fc.constantFrom(2, 24),
  numHeads: fc.constant(4),
  batchSize: fc.constantFrom(128, 256),
  learningRate: fc.constantFrom(1e-4, 0.00030000000000000003),
  trainFlops: fc.constantFrom(1e13, 6e17, 1e18, 4e18),
});

/** The reference every ledger is held to. */
class Model {
  readonly accounts = new Map<string, Map<string, { cost: bigint; loss?: number }>>();
  readonly resets = new Map<string, number>();
  readonly notes = new Map<string, string>();

  used(key: string): bigint | undefined {
    const runs = this.accounts.get(key);
    return runs && [...runs.values()].reduce((sum, { cost }) => sum + cost, 0n);
  }
}

type Command = fc.Command<Model, { handles: Ledger[] }>;

const reserve = (handle: number, key: string, run: RunConfig): Command => ({
  check: () => true,
  run(model, { handles }) {
    const cost = BigInt(run.trainFlops);
    const used = model.used(key) ?? 0n;
    const known = model.accounts.get(key)?.get(identityOf(run));
    const answer = ledgerOf(handles, handle).reserve(key, run, cost, CAP);
    if (known?.loss !== undefined) expect(answer).toEqual({ outcome: "settled", loss: known.loss, used });
    else if (known) expect(answer).toEqual({ outcome: "reserved", used });
    else if (used + cost > CAP) expect(answer).toEqual({ outcome: "refused", used });
    else {
      expect(answer).toEqual({ outcome: "reserved", used: used + cost });
      const runs = model.accounts.get(key) ?? new Map();
      model.accounts.set(key, runs.set(identityOf(run), { cost }));
    }
  },
  toString: () => `reserve(${handle}, ${key[0]}, ${identityOf(run)})`,
});

const settle = (handle: number, key: string, run: RunConfig, loss: number, cost?: bigint): Command => ({
  check: (model) => model.accounts.get(key)?.has(identityOf(run)) ?? false,
  run(model, { handles }) {
    const stored = model.accounts.get(key)?.get(identityOf(run));
    if (stored && stored.loss === undefined) Object.assign(stored, { loss, cost: cost ?? stored.cost });
    expect(ledgerOf(handles, handle).settle(key, run, loss, cost)).toBe(model.used(key));
  },
  toString: () => `settle(${handle}, ${key[0]}, ${identityOf(run)}, ${loss}, ${cost})`,
});

const look = (handle: number, key: string): Command => ({
  check: () => true,
  run(model, { handles }) {
    const ledger = ledgerOf(handles, handle);
    const all = [...(model.accounts.get(key) ?? [])];
    const runs = all.filter(([, { loss }]) => loss !== undefined);
    expect(ledger.used(key)).toBe(model.used(key));
    expect(ledger.resets(key)).toBe(model.resets.get(key) ?? 0);
    expect(ledger.entries(key).map(({ config, loss }) => [identityOf(config), loss])).toEqual(
      runs.map(([identity, { loss }]) => [identity, loss]),
    );
    const listed = ledger.runs(key);
    expect(listed.map(({ config, cost, result }) => [identityOf(config), { cost, loss: result }])).toEqual(
      all.map(([identity, { cost, loss }]) => [identity, { cost, loss }]),
    );
    const orders = listed.map(({ order }) => order);
    expect(orders).toEqual([...new Set(orders)].toSorted((a, b) => a - b));
    for (const run of listed) expect(ledger.run(key, run.config)).toEqual(run);
    expect(ledger.keys()).toEqual([...model.accounts.keys()]);
    expect(["a", "b"].map((name) => ledger.note(name))).toEqual(["a", "b"].map((name) => model.notes.get(name)));
  },
  toString: () => `look(${handle}, ${key[0]})`,
});

const reset = (handle: number, key: string): Command => ({
  check: () => true,
  run(model, { handles }) {
    ledgerOf(handles, handle).reset(key);
    if (!model.accounts.has(key)) return;
    model.accounts.set(key, new Map());
    model.resets.set(key, (model.resets.get(key) ?? 0) + 1);
  },
  toString: () => `reset(${handle}, ${key[0]})`,
});

const setNote = (handle: number, name: string, text: string): Command => ({
  check: () => true,
  run(model, { handles }) {
    ledgerOf(handles, handle).setNote(name, text);
    model.notes.set(name, text);
  },
  toString: () => `setNote(${handle}, ${name}, ${text})`,
});

/** Several commands of one handle in one step. */
const step = (handle: number, commands: Command[]): Command => ({
  check: () => true,
  run(model, real) {
    ledgerOf(real.handles, handle).atomically(() => {
      for (const command of commands) if (command.check(model)) command.run(model, real);
    });
  },
  toString: () => `step(${commands.map(String)})`,
});

function ledgerOf(handles: Ledger[], handle: number): Ledger {
  return handles[handle % handles.length] as Ledger;
}

/** What every ledger must keep. `open` gives one or more handles on the same new ledger. */
export function ledgerLaws(open: () => Ledger[], numRuns: number): void {
  const key = KEYS[0] as string;
  const run: RunConfig = {
    dModel: 64,
    numLayers: 2,
    numHeads: 2,
    batchSize: 128,
    learningRate: 1e-3,
    trainFlops: 1e18,
  };

  test("equals the reference in every order of calls", () => {
    const handle = fc.nat(3);
    const anyKey = fc.constantFrom(...KEYS);
    const loss = fc.double({ min: 1, max: 11, noNaN: true });
    const cost = fc.option(fc.bigInt({ min: 0n, max: CAP / 8n }), { nil: undefined });
    const commandsOf = (handle: fc.Arbitrary<number>): fc.Arbitrary<Command>[] => [
      fc.tuple(handle, anyKey, config).map((args) => reserve(...args)),
      fc.tuple(handle, anyKey, config, loss, cost).map((args) => settle(...args)),
      fc.tuple(handle, anyKey).map((args) => look(...args)),
      fc.tuple(handle, anyKey).map((args) => reset(...args)),
      fc.tuple(handle, fc.constantFrom("a", "b"), fc.string()).map((args) => setNote(...args)),
    ];
    const steps = handle.chain((its) =>
      fc.array(fc.oneof(...commandsOf(fc.constant(its))), { maxLength: 8 }).map((commands) => step(its, commands)),
    );
    const commands = [...commandsOf(handle), steps];
    const property = fc.property(fc.commands(commands, { maxCommands: 40 }), (steps) => {
      const handles = open();
      try {
        fc.modelRun(() => ({ model: new Model(), real: { handles } }), steps);
      } finally {
        for (const ledger of handles) ledger.close();
      }
    });
    fc.assert(property, { numRuns });
  });

  test("counts FLOPs exactly where a double cannot", () => {
    const ledger = ledgerOf(open(), 0);
    expect(ledger.reserve(key, run, 9_007_199_254_740_993n, CAP).used).toBe(9_007_199_254_740_993n);
    expect(ledger.used(key)).toBe(9_007_199_254_740_993n);
    const huge = 123_456_789_012_345_678_901_234_567_890n;
    expect(ledger.reserve(key, { ...run, dModel: 65 }, huge, 10n * huge).used).toBe(huge + 9_007_199_254_740_993n);
    ledger.close();
  });

  test("spends up to the cap and not one FLOP more", () => {
    const ledger = ledgerOf(open(), 0);
    expect(ledger.reserve(key, run, CAP, CAP).outcome).toBe("reserved");
    expect(ledger.reserve(key, { ...run, dModel: 65 }, 1n, CAP)).toEqual({ outcome: "refused", used: CAP });
    expect(ledger.entries(key)).toEqual([]);
    ledger.close();
  });

  test("keeps a loss to the last bit, and the first one it was given", () => {
    const ledger = ledgerOf(open(), 0);
    ledger.reserve(key, run, 1n, CAP);
    ledger.settle(key, run, 9.07103488440561);
    ledger.settle(key, run, 1);
    expect(ledger.reserve(key, run, 1n, CAP)).toEqual({ outcome: "settled", loss: 9.07103488440561, used: 1n });
    expect(ledger.entries(key)).toEqual([{ config: run, loss: 9.07103488440561 }]);
    ledger.close();
  });

  test("does not settle what was never reserved", () => {
    const ledger = ledgerOf(open(), 0);
    expect(() => ledger.settle(key, run, 2)).toThrow("reserve before settling");
    expect(ledger.used(key)).toBeUndefined();
    ledger.close();
  });
}
