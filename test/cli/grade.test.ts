import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import { toWire } from "../../src/task/stanford-2025/wire.ts";
import { STRATEGIES } from "../../strategies/index.ts";
import { runCli } from "./run-cli.ts";

const WORLD = "stanford-2025/central";
const world = buildWorld(presetDocument(WORLD));
const optimum = optimumOf(world);
const file = (content: unknown) => {
  const path = join(mkdtempSync(join(tmpdir(), "isoflop-grade-")), "submission.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
};
const grade = async (content: unknown, ...more: string[]) => runCli("grade", file(content), "--world", WORLD, ...more);
const best = { ...toWire(optimum.config), predicted_loss: optimum.loss };

describe("a grade", () => {
  it("of the best submission is zero regret and rank 1", async () => {
    const { code, out } = await grade(best, "--json");
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      regret: 0,
      regretFromSize: 0,
      regretFromHyperparameters: 0,
      trueLoss: optimum.loss,
      predictedLoss: optimum.loss,
      lossError: 0,
      rankAmongStrategies: 1,
      optimum: toWire(optimum.config),
    });
  });

  it("splits regret by cause, ranks among the shipped strategies and says whether the interval holds", async () => {
    const slow = { ...best, learning_rate: best.learning_rate / 8, interval: { level: 0.8, low: 1, high: 1.1 } };
    const graded = JSON.parse((await grade(slow, "--json")).out);
    expect(graded.regretFromSize + graded.regretFromHyperparameters).toBeCloseTo(graded.regret, 12);
    expect(graded.regretFromHyperparameters).toBeGreaterThan(10 * graded.regretFromSize);
    expect(graded.covered).toBe(false);
    const better = graded.strategies.filter(({ regret }: { regret: number }) => regret < graded.regret).length;
    expect([graded.rankAmongStrategies, graded.strategies.length]).toEqual([better + 1, STRATEGIES.length]);
  });

  it("of a submission whose size is not that of its shape notes the difference", async () => {
    const { out } = await grade({
      d_model: 1024,
      num_layers: 22,
      num_heads: 16,
      batch_size: 256,
      learning_rate: 3e-4,
      train_flops: 1e19,
      model_size: 280e6,
      predicted_loss: 2.85,
    });
    expect(out).toMatch(/model_size 280000000 is not 12·L·d² = 276824064 \(1\.1 % off\); the shape is graded/);
    expect(out).toMatch(/regret {6}0\.\d{4} nats = 0\.\d{4} from size \+ 0\.\d{4} from hyperparameters/);
  });

  it.each([
    [{ ...best, batch_size: 64 }, /batch_size must be one of \{128, 256\}, got 64/],
    [{ ...best, train_flops: 1e18 }, /train_flops must be the target/],
    [{ ...best, predicted_loss: "low" }, /predicted_loss: must be a number, got "low"/],
    [{ ...best, interval: { level: 0.9, low: 3, high: 2 } }, /interval: low must not be above high/],
    ["{", /not JSON/],
  ])("refuses %j by name", async (content, words) => {
    const { code, err } = await grade(content);
    expect([code, err]).toEqual([2, expect.stringMatching(words)]);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
  });

  it("needs a world", async () => {
    expect(await runCli("grade", file(best))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/either --world NAME or --sealed FILE/),
    });
  });
});
