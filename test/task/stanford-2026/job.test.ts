import { describe, expect, test } from "vitest";
import { finalSubmissionOf, jobOf, runOfJob } from "../../../src/task/stanford-2026/job.ts";

const RUN = {
  dModel: 448,
  numLayers: 10,
  numHeads: 7,
  batchSize: 32,
  learningRate: 0.003,
  trainFlops: 40,
  tokens: 16_777_216,
};

describe("a planned run as a job", () => {
  test("has its shape, batch, rate, tokens and seconds, with the handout's other settings", () => {
    const job = jobOf(RUN);
    expect(job).toMatchObject({
      architecture_config: { hidden_size: 448, num_hidden_layers: 10, head_dim: 64, intermediate_size: 1280 },
      train_batch_size: 32,
      total_train_tokens: 16_777_216,
      max_runtime_seconds: 40,
    });
    expect(runOfJob(job as Exclude<typeof job, string>)).toEqual(RUN);
  });

  test.each([
    [{ numHeads: 5 }, "hidden_size must equal"],
    [{ tokens: 1000 }, "total_train_tokens must be divisible"],
    [{ tokens: 32 * 512 * 15 }, "divisible by n_evals"],
    [{ tokens: -1 }, "total_train_tokens"],
    [{ dModel: 448.5 }, "hidden_size"],
    [{ batchSize: 0 }, "train_batch_size"],
    [{ tokens: 500_000_000_512 * 16 }, "total_train_tokens: Input should be less than or equal to 500000000000"],
    [{ trainFlops: 0.5 }, "max_runtime_seconds"],
    [{ trainFlops: Number.NaN }, "max_runtime_seconds"],
    [{ learningRate: 0 }, "peak learning rate"],
  ])("with %j says what is wrong with it", (change, problem) => {
    expect(jobOf({ ...RUN, ...change })).toContain(problem);
  });

  test("as a submission reserves 48 hours and needs tokens", () => {
    const { tokens: _, ...without } = RUN;
    expect(finalSubmissionOf({ config: RUN, predictedLoss: 3 })).toMatchObject({
      predicted_final_loss: 3,
      training_config: { max_runtime_seconds: 172_800, total_train_tokens: RUN.tokens },
    });
    expect(() => finalSubmissionOf({ config: { ...RUN, numHeads: 5 }, predictedLoss: 3 })).toThrow(
      /trained: hidden_size/,
    );
    expect(jobOf({ ...RUN, trainFlops: 1 })).toMatchObject({ max_runtime_seconds: 1 });
    expect(() => finalSubmissionOf({ config: without, predictedLoss: 3 })).toThrow("says no tokens");
  });
});
