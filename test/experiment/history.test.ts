import { expect, it } from "vitest";
import { historyOf } from "../../src/experiment/history.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { choice } from "../../src/task/search-space.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";

const base = { D: 1e9, C: 1e17, loss: 4 };

it("a history keeps what is recorded of a run, whatever the task allows", () => {
  const shape = { dModel: 2048, numLayers: 30, numHeads: 16 };
  const N = nonEmbeddingParameters(shape);
  const [run] = historyOf([{ ...base, ...shape, N, batchSize: 77, learningRate: 0.02 }], STANFORD_2025_TASK);
  expect(run).toEqual({ ...shape, batchSize: 77, learningRate: 0.02, trainFlops: 1e17, status: "ok", loss: 4 });
});

it("a run without a shape, or whose N counts more than 12·L·d², stands for a shape of its N", () => {
  const [unknown, embedded] = historyOf(
    [
      { ...base, N: 3.3e7 },
      { ...base, N: 5e7, dModel: 512, numLayers: 8 },
    ],
    STANFORD_2025_TASK,
  );
  expect(Math.log(nonEmbeddingParameters(unknown!) / 3.3e7)).toBeCloseTo(0, 1);
  expect(Math.log(nonEmbeddingParameters(embedded!) / 5e7)).toBeCloseTo(0, 1);
});

it("a recipe that is not recorded is one that the task offers, the same for all runs", () => {
  const searchSpace = { ...STANFORD_2025_TASK.searchSpace, batchSize: choice([32, 64]), learningRate: choice([3e-4]) };
  const runs = historyOf(
    [1e7, 1e8].map((N) => ({ ...base, N })),
    { ...STANFORD_2025_TASK, searchSpace },
  );
  for (const { batchSize, learningRate } of runs) expect([batchSize, learningRate]).toEqual([64, 3e-4]);
});
