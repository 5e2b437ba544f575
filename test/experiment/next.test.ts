import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KnownRun } from "../../src/experiment/history.ts";
import { nextRuns } from "../../src/experiment/next/plan.ts";
import { taskOfKnownRuns } from "../../src/experiment/next/task-of-runs.ts";
import { BESIROGLU, chinchillaLoss, chinchillaOptimum, chinchillaSize } from "../../src/law/chinchilla.ts";
import { identityOf } from "../../src/task/configuration.ts";
import { choice } from "../../src/task/search-space.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { inadmissibilities } from "../../src/task/submission.ts";

/** A sweep of the law that Besiroglu et al. refitted: sizes around √(C/120) at each budget. */
function sweep(budgets: readonly number[], factors: readonly number[] = [0.25, 0.5, 1, 2, 4]): KnownRun[] {
  return budgets.flatMap((C) =>
    factors.map((factor) => {
      const N = factor * chinchillaSize(C);
      const D = C / (6 * N);
      return { N, D, C, loss: chinchillaLoss(BESIROGLU, N, D) };
    }),
  );
}

const SWEEP = sweep([1e17, 3e17, 1e18, 3e18, 1e19]);

describe("nextRuns", () => {
  it("predicts size and loss at the target within its intervals, on a sweep of a known law", async () => {
    const { now } = await nextRuns(SWEEP, { budget: 5e19, target: 1e21 });
    const { N, D } = chinchillaOptimum(BESIROGLU, 1e21);
    const truth = chinchillaLoss(BESIROGLU, N, D);
    expect(Math.abs(Math.log(now.N / N))).toBeLessThan(0.3);
    expect(now.interval.loss[0]).toBeLessThan(truth);
    expect(now.interval.loss[1]).toBeGreaterThan(truth);
  });

  it("plans distinct new runs within the budget, each expected to tell no less than those before it", async () => {
    const { now, runs, left } = await nextRuns(SWEEP, { budget: 5e19, target: 1e21, parallel: 8 });
    expect(runs).toHaveLength(8);
    expect(new Set(runs.map(({ config }) => identityOf(config))).size).toBe(8);
    expect(runs.reduce((sum, { C }) => sum + C, left)).toBeCloseTo(5e19, -5);
    expect(left).toBeGreaterThanOrEqual(0);
    const known = new Set(SWEEP.map(({ N, C }) => `${Math.round(100 * Math.log(N))}/${C}`));
    for (const { N, C, D } of runs) {
      expect(known).not.toContain(`${Math.round(100 * Math.log(N))}/${C}`);
      expect(D).toBeCloseTo(C / (6 * N), -3);
    }
    const sds = [now.sdLoss, ...runs.map(({ expected }) => expected.sdLoss)];
    for (const [i, sd] of sds.entries()) if (i > 0) expect(sd).toBeLessThanOrEqual(sds[i - 1]! * (1 + 1e-9));
    expect(sds.at(-1)).toBeLessThan(sds[0]!);
  });

  it("never spends more than the budget, whatever it and the number of runs are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 1e17, max: 1e20, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        async (budget, parallel) => {
          const { runs, left } = await nextRuns(SWEEP, { budget, target: 1e21, parallel });
          expect(runs.length).toBeLessThanOrEqual(parallel);
          expect(left).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 6, seed: 1 },
    );
  });

  it("buys runs beyond the table where the budget allows them", async () => {
    const { runs } = await nextRuns(SWEEP, { budget: 1e20, target: 1e21 });
    expect(Math.max(...runs.map(({ C }) => C))).toBeGreaterThan(1e19);
  });

  it("costs runs as the table does where C is not 6ND", async () => {
    const counted = SWEEP.map((run) => ({ ...run, C: (run.C * 8) / 6 }));
    const { runs, now } = await nextRuns(counted, { budget: 5e19, target: 1e21 });
    for (const { N, C, D } of [...runs, now]) expect(C / (N * D)).toBeCloseTo(8, 6);
  });

  it("lets another strategy choose, and still says what its runs are worth", async () => {
    const { runs, strategy } = await nextRuns(SWEEP, { budget: 5e19, target: 1e21, strategy: "ladder", parallel: 6 });
    expect(strategy).toBe("ladder");
    expect(runs).toHaveLength(6);
    for (const { expected, reason } of runs) {
      expect(expected.sdLoss).toBeGreaterThan(0);
      expect(reason).toMatch(/\w/);
    }
  });

  it("leaves out what a strategy asks twice, outside the search space or beyond the budget", async () => {
    const good = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e19 };
    const statuses: string[] = [];
    const greedy: Strategy = {
      name: "greedy",
      summary: "asks for too much",
      *queries() {
        const answers = yield [good, good, { ...good, numLayers: 4000 }, { ...good, trainFlops: 3e19, numLayers: 9 }];
        statuses.push(...answers.map(({ status }) => status));
      },
      recommend: (_, { target }) => ({ config: { ...good, trainFlops: target }, predictedLoss: 3 }),
    };
    const space = { searchSpace: { trainFlops: choice([1e19, 3e19]) } };
    const plan = await nextRuns(SWEEP, { budget: 3e19, target: 1e21, strategy: greedy, space });
    expect(statuses).toEqual(["ok", "ok", "invalid", "refused"]);
    expect(plan.runs.map(({ config }) => config)).toEqual([good]);
    expect(plan.left).toBe(2e19);
  });

  it("plans learning rate and batch where the table compares them, else N and D alone", async () => {
    const compared = SWEEP.flatMap((run) =>
      [2e-4, 1e-3].map((learningRate) => ({
        ...run,
        ...{ learningRate, batchSize: 64, loss: run.loss + 0.02 * Math.log(learningRate / 6e-4) ** 2 },
      })),
    );
    const plan = await nextRuns(compared, { budget: 5e19, target: 1e21 });
    expect(plan.recipes).toBe(true);
    for (const { config } of plan.runs) {
      expect(config.learningRate).toBeGreaterThanOrEqual(2e-4);
      expect(config.learningRate).toBeLessThanOrEqual(1e-3);
    }
    const tied = SWEEP.map((run) => ({ ...run, learningRate: 1 / Math.sqrt(run.N), batchSize: 64 }));
    const free = await nextRuns(tied, { budget: 5e19, target: 1e21 });
    expect(free.recipes).toBe(false);
    expect(new Set(free.runs.map(({ config }) => config.learningRate)).size).toBe(1);
  });

  it("asks only what a given search space offers", async () => {
    const searchSpace = {
      dModel: { kind: "choice", values: [512, 1024] },
      batchSize: { kind: "choice", values: [32, 64] },
    } as const;
    const { runs } = await nextRuns(SWEEP, { budget: 5e19, target: 1e21, space: { searchSpace } });
    for (const { config } of runs) {
      expect([512, 1024]).toContain(config.dModel);
      expect([32, 64]).toContain(config.batchSize);
    }
  });

  it.each([
    ["too few runs", SWEEP.slice(0, 3), {}, /3 runs are too few/],
    ["one size", SWEEP.map((run) => ({ ...run, N: 1e8 })), {}, /one size, N 100M/],
    ["a budget below the cheapest run", SWEEP, { budget: 1e16 }, /--budget 1e16 buys no run.*1e17/],
    ["a target within the runs", SWEEP, { target: 1e18 }, /--target 1e18 is not above the runs/],
    ["a target too far beyond them", SWEEP, { target: 1e25 }, /1000000 times the largest budget/],
    ["a size that no model has", [...SWEEP, { N: 3e79, D: 1e3, C: 1e19, loss: 3 }], {}, /no plan is made for sizes/],
    ["a target beyond all compute", SWEEP.map((run) => ({ ...run, C: 1e50 })), { target: 1e51 }, /above 1e30 FLOPs/],
    ["an unknown strategy", SWEEP, { strategy: "laddder" }, /did you mean "ladder"/],
  ])("refuses %s in one line", async (_, runs, options, message) => {
    await expect(nextRuns(runs, { budget: 5e19, target: 1e21, ...options })).rejects.toThrow(message);
  });

  it("plans from a table of 200 000 runs", () => {
    const many = Array.from({ length: 200_000 }, (_, i) => SWEEP[i % SWEEP.length]!);
    expect(taskOfKnownRuns(many, 5e19, 1e21).used).toBeLessThan(many.length);
  });

  it("gives the same plan for the same runs", async () => {
    const options = { budget: 5e19, target: 1e21, parallel: 3 };
    expect(await nextRuns(SWEEP, options)).toEqual(await nextRuns(SWEEP, options));
  });
});

describe("the task of known runs", () => {
  it("has affordable budgets, new ones above the table, and admits the recipe of the runs, for any sweep", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 15, max: 20 }),
        fc.constantFrom(2, 3, 10),
        fc.double({ min: 0.2, max: 300, noNaN: true }),
        (decade, step, share) => {
          const budgets = [1, step, step * step].map((factor) => factor * 10 ** decade);
          const top = budgets.at(-1)!;
          const flops = Math.max(share * top, budgets[0]!);
          const { task } = taskOfKnownRuns(sweep(budgets), flops, 100 * top);
          const offered = task.searchSpace.trainFlops.kind === "choice" ? task.searchSpace.trainFlops.values : [];
          expect(Math.max(...offered)).toBeLessThanOrEqual(flops);
          expect(new Set(offered).size).toBe(offered.length);
          if (share > 5) expect(Math.max(...offered)).toBeGreaterThan(top);
          const known = task.history[0]!;
          const recipe = { batchSize: known.batchSize, learningRate: known.learningRate, trainFlops: task.target };
          const shape = { dModel: task.admissible.dModel[1], numLayers: task.admissible.numLayers[1], numHeads: 1 };
          expect(inadmissibilities({ ...shape, ...recipe }, task.admissible, task.target)).toEqual([]);
        },
      ),
      { numRuns: 20, seed: 1 },
    );
  });
});
