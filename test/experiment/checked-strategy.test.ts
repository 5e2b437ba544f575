import { describe, expect, it } from "vitest";
import { checkedStrategy } from "../../src/experiment/checked-strategy.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { behaving, SUBMISSION } from "../tournament/strategies/behaviors.ts";

const QUERY = { dModel: 256, numLayers: 6, numHeads: 4, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };

function firstBatch(queries: unknown): unknown {
  const strategy = behaving("test", { queries: queries as Strategy["queries"] });
  return checkedStrategy(strategy)
    .queries(STANFORD_2025_TASK, () => 0.5)
    .next().value;
}

function recommended(submission: unknown): unknown {
  const strategy = behaving("test", { recommend: () => submission as typeof SUBMISSION });
  return checkedStrategy(strategy).recommend([], STANFORD_2025_TASK, () => 0.5);
}

const yielding = (batch: unknown) => () => [batch].values();

describe("what a strategy puts out", () => {
  it("passes as plain copies when it keeps to the contract", () => {
    expect(firstBatch(yielding([{ ...QUERY, reason: "why", extra: 1 }]))).toEqual([{ ...QUERY, reason: "why" }]);
    expect(recommended({ ...SUBMISSION, extra: 1 })).toEqual(SUBMISSION);
    expect(recommended(SUBMISSION)).not.toBe(SUBMISSION);
  });

  it.each([
    [() => undefined, '"queries" must return a generator (write *queries), got undefined'],
    [yielding(QUERY), '"queries" must yield arrays of runs to buy; batch 1 is an object'],
    [yielding(new Array(4e9)), "asked more than 200000 queries"],
    [yielding(Object.assign(new Array(2), { 0: QUERY })), "query 2 of batch 1 must be an object, got undefined"],
    [yielding([QUERY, null]), "query 2 of batch 1 must be an object, got null"],
    [
      yielding([{ ...QUERY, learningRate: "0.001" }]),
      'query 1 of batch 1: learningRate must be a finite number, got the string "0.001"',
    ],
    [yielding([{ ...QUERY, dModel: Number.NaN }]), "query 1 of batch 1: dModel must be a finite number, got NaN"],
    [yielding([{ ...QUERY, reason: 3 }]), "query 1 of batch 1: reason must be a string, got 3"],
  ])("refuses queries and names the fault: $1", (queries, message) => {
    expect(() => firstBatch(queries)).toThrow(message);
  });

  it.each([
    [undefined, "submission must be an object, got undefined"],
    [
      { ...SUBMISSION, predictedLoss: Number.POSITIVE_INFINITY },
      "submission: predictedLoss must be a finite number, got Infinity",
    ],
    [{ predictedLoss: 3 }, "submission: config must be an object, got undefined"],
    [{ ...SUBMISSION, config: { dModel: 64 } }, "submission: config: numLayers must be a finite number, got undefined"],
    [
      { ...SUBMISSION, interval: { level: 80, low: 1, high: 2 } },
      "submission: interval.level must be between 0 and 1, got 80",
    ],
    [
      { ...SUBMISSION, interval: { level: 0.8, low: 3, high: 2 } },
      "submission: interval.low 3 is above interval.high 2",
    ],
    [{ ...SUBMISSION, law: 7 }, "submission: law must be a string, got 7"],
  ])("refuses a submission and names the fault: $1", (submission, message) => {
    expect(() => recommended(submission)).toThrow(message);
  });

  it("ends a strategy that asks without end", () => {
    const endless = behaving("endless", {
      *queries() {
        for (;;) yield new Array(50_000).fill(QUERY);
      },
    });
    const generator = checkedStrategy(endless).queries(STANFORD_2025_TASK, () => 0.5);
    expect(() => {
      while (!generator.next([]).done);
    }).toThrow("asked more than 200000 queries");
  });
});
