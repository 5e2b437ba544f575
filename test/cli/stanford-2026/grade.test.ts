import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildAnyWorld } from "../../../src/surface/any-world.ts";
import { jobPresetDocument } from "../../../src/surface/stanford-2026/presets.ts";
import { optimumOf } from "../../../src/surface/truth.ts";
import { configurationText, type FinalSubmission } from "../../../src/task/stanford-2026/configuration.ts";
import { finalSubmissionOf } from "../../../src/task/stanford-2026/job.ts";
import { folder } from "../../flight/stanford-2026/flight.ts";
import { runCli } from "../run-cli.ts";

const NAME = "stanford-2026/central";
const optimum = optimumOf(buildAnyWorld(jobPresetDocument(NAME)));
const best = finalSubmissionOf({ config: optimum.config, predictedLoss: optimum.loss });

async function graded(final: FinalSubmission, extra: object = {}) {
  const file = join(folder(), "submission.json");
  writeFileSync(file, JSON.stringify({ submission: JSON.parse(configurationText(final)), ...extra }));
  const { code, out, err } = await runCli("grade", file, "--world", NAME, "--json");
  expect({ code, err }).toMatchObject({ code: 0 });
  return JSON.parse(out);
}

describe("isoflop grade of a final submission", () => {
  it("gives the best one no regret, ranks it first, and says how probably it ends in time", async () => {
    const grade = await graded(best, { interval: { level: 0.8, low: 2, high: 4 } });
    expect(grade).toMatchObject({ rankAmongStrategies: 1, covered: true, world: NAME });
    expect(Math.abs(grade.regret)).toBeLessThan(1e-3);
    expect(grade.finishes).toBeGreaterThan(0.3);
    expect(grade.seconds).toBeLessThanOrEqual(172_800);
    const tokens = 4 * Number(best.training_config.total_train_tokens);
    const late = await graded({ ...best, training_config: { ...best.training_config, total_train_tokens: tokens } });
    expect(late.finishes).toBe(0);
    expect(late.trueLoss).toBe(late.lossIfTimedOut);
    expect(late.regret).toBeGreaterThan(0.05);
    expect(late.regretFromSize + late.regretFromHyperparameters).toBeCloseTo(late.regret, 9);
  });

  it("refuses the submission of the other edition, and says what it grades", async () => {
    const file = join(folder(), "submission.json");
    writeFileSync(file, '{"d_model":512}');
    expect(await runCli("grade", file, "--world", NAME)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/training_config: Field required.*POST \/final_submission.*stanford-2025\/central/),
    });
  });

  it.each([
    ["max_runtime_seconds", -5],
    ["train_batch_size", "large"],
  ])("names the value of a bad %s", async (field, value) => {
    const file = join(folder(), "submission.json");
    const bad = JSON.parse(configurationText(best));
    bad.training_config[field] = value;
    writeFileSync(file, JSON.stringify(bad));
    const { code, err } = await runCli("grade", file, "--world", NAME);
    expect([code, err]).toEqual([2, expect.stringContaining(`training_config.${field}: `)]);
    expect(err).toContain(`, got ${JSON.stringify(value)}`);
  });

  it.each([
    ["a list", "[]", /must be an object|expected/i],
    ["a submission that is a text", '{"submission":"mine"}', /training_config: Field required/],
    ["a submission that is a number", '{"submission":5}', /training_config: Field required/],
    ["no JSON", "{", /not JSON/],
    ["an integer of too many digits", `{"x":${"9".repeat(5000)}}`, /4300 digits/],
    ["a number that JSON does not have", '{"x":NaN}', /not JSON/],
    ["an interval without a level", '{"interval":{"low":2,"high":3}}', /interval\.level/],
    ["an interval the wrong way round", '{"interval":{"level":0.8,"low":4,"high":3}}', /interval/],
  ])("refuses %s in one line", async (_, text, message) => {
    const file = join(folder(), "submission.json");
    writeFileSync(file, text);
    const { code, err } = await runCli("grade", file, "--world", NAME);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});
