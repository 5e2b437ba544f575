import { describe, expect, it } from "vitest";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { STANFORD_2026_TASK } from "../../src/task/stanford-2026/task.ts";
import { inadmissibilities } from "../../src/task/submission.ts";

const { admissible, target } = STANFORD_2025_TASK;
const config = { dModel: 1024, numLayers: 16, numHeads: 16, batchSize: 128, learningRate: 1e-3, trainFlops: target };
const [narrowest, widest] = admissible.dModel;
const [slenderest, stoutest] = admissible.aspectRatio;

describe("a submission", () => {
  it("inside every bound, the bounds included, may be submitted", () => {
    expect(inadmissibilities(config, admissible, target)).toEqual([]);
    for (const learningRate of admissible.learningRate)
      expect(inadmissibilities({ ...config, learningRate }, admissible, target)).toEqual([]);
    const numHeads = config.dModel / admissible.minimumHeadDimension;
    expect(inadmissibilities({ ...config, numHeads }, admissible, target)).toEqual([]);
  });

  it.each<[object, string[]]>([
    [{ dModel: 1024.5 }, ["d_model must be a whole", "num_heads must divide d_model 1024.5, got 16"]],
    [{ numLayers: 2.5 }, ["num_layers must be a whole number, got 2.5", "d_model / num_layers must"]],
    [{ numHeads: 7 }, ["num_heads must divide d_model 1024, got 7"]],
    [{ numHeads: 0.5 }, ["num_heads must divide"]],
    [{ numHeads: -1 }, ["num_heads must divide"]],
    [{ numHeads: 1024 }, ["d_model / num_heads must be at least"]],
    [{ batchSize: 100 }, ["batch_size must be one of {128, 256}, got 100"]],
    [{ learningRate: Number.NaN }, ["learning_rate must be in range"]],
    [{ learningRate: 1e-9 }, ["learning_rate must be in range"]],
    [{ trainFlops: 1 }, [`train_flops must be the target ${target}, got 1`]],
    [{ numLayers: 2 }, [`d_model / num_layers must be in range [${slenderest}, ${stoutest}], got 512`]],
    [{ dModel: widest * 16 }, [`d_model must be in range [${narrowest}, ${widest}]`, "d_model / num_layers must"]],
    [{ batchSize: 1, trainFlops: 2 }, ["batch_size", "train_flops"]],
  ])("with %j breaks a rule a sentence", (change, problems) => {
    const found = inadmissibilities({ ...config, ...change }, admissible, target);
    expect(found).toEqual(problems.map((problem) => expect.stringContaining(problem)));
  });

  it("where runs cost time needs tokens in whole steps between evaluations, and heads of one dimension", () => {
    const task = STANFORD_2026_TASK;
    const unit = 128 * 512 * 16;
    const timed = { ...config, learningRate: 1e-2, trainFlops: task.target, tokens: 3 * unit };
    const problemsOf = (change: object) =>
      inadmissibilities({ ...timed, ...change }, task.admissible, task.target, task.clock);
    expect(problemsOf({})).toEqual([]);
    expect(problemsOf({ tokens: undefined })).toEqual([expect.stringContaining("tokens must be chosen")]);
    for (const tokens of [unit + 1, 0, -unit])
      expect(problemsOf({ tokens })).toEqual([`tokens must be a multiple of ${unit}, got ${tokens}`]);
    expect(problemsOf({ numHeads: 8, tokens: 1 })).toHaveLength(2);
    expect(problemsOf({ numHeads: 8 })).toEqual(["num_heads must be d_model / 64, got 8"]);
  });
});
