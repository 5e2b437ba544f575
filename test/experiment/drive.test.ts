import { describe, expect, it } from "vitest";
import { drive, MAXIMUM_REJECTIONS } from "../../src/experiment/drive.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import type { Query, Strategy } from "../../src/task/strategy.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import { STRATEGIES } from "../../strategies/index.ts";

const world = buildWorld(presetDocument("handout/smooth"));
const config = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e17 };
const submission = { config: { ...config, trainFlops: 1e19 }, predictedLoss: 3 };

function strategyAsking(queries: Strategy["queries"]): Strategy {
  return { name: "asking", summary: "a test's", queries, recommend: () => submission };
}

describe("the driver", () => {
  it("answers a batch in order and resumes the generator with it", async () => {
    const answers: number[] = [];
    const strategy = strategyAsking(function* () {
      const first = yield [config, { ...config, dModel: 768 }];
      answers.push(...first.map(({ dModel }) => dModel));
      const again = yield [config];
      answers.push(again[0]?.loss === first[0]?.loss ? 1 : 0);
    });
    const trace = await drive(strategy, simulatedApi(world), world.task, { stream: "test" });
    expect(answers).toEqual([512, 768, 1]);
    expect(trace).toMatchObject({ spent: 2e17, repeats: 1, stuck: false, submission });
  });

  it.each([
    ["repeats a run", [config]],
    ["sends empty batches", []],
  ])("ends a strategy that %s for ever", async (_, batch) => {
    const strategy = strategyAsking(function* () {
      for (;;) yield batch;
    });
    const trace = await drive(strategy, simulatedApi(world), world.task, { stream: "test" });
    expect(trace).toMatchObject({ stuck: true, submission });
  });

  it("returns refusals and invalid questions as answers, without charge", async () => {
    const statuses: string[] = [];
    const strategy = strategyAsking(function* () {
      const runs = yield [
        { ...config, dModel: 9999 },
        { ...config, trainFlops: 1e18 },
        { ...config, trainFlops: 1e18, dModel: 640 },
        { ...config, trainFlops: 1e18, dModel: 768 },
      ];
      statuses.push(...runs.map(({ status, message }) => `${status} ${message ?? ""}`.trim()));
    });
    const trace = await drive(strategy, simulatedApi(world), world.task, { stream: "test" });
    expect(statuses).toEqual([
      "invalid d_model must be in range [64, 1024], got 9999",
      "ok",
      "ok",
      "refused FLOPs budget exceeded: used 2000000000000000000 + requested 1000000000000000000 > 2000000000000000000",
    ]);
    expect(trace.spent).toBe(2e18);
  });

  it("ends the run of a strategy that keeps asking although everything is refused", async () => {
    const strategy = strategyAsking(function* () {
      while (true) yield [{ ...config, dModel: 9999 }];
    });
    const trace = await drive(strategy, simulatedApi(world), world.task, { stream: "test" });
    expect(trace.stuck).toBe(true);
    expect(trace.runs).toHaveLength(MAXIMUM_REJECTIONS);
  });

  it("sends only the six values of a query", async () => {
    const strategy = strategyAsking(function* () {
      yield [{ ...config, reason: "why", extra: 1 } as Query, config];
    });
    const trace = await drive(strategy, simulatedApi(world), world.task, { stream: "test" });
    expect(Object.keys(trace.runs[0] as object).sort()).toEqual(
      ["batchSize", "dModel", "learningRate", "loss", "numHeads", "numLayers", "status", "trainFlops"].sort(),
    );
    expect(trace.repeats).toBe(1);
  });

  it.each(STRATEGIES.map((strategy) => [strategy.name, strategy] as const))(
    "%s does the same with the same stream",
    async (_name, strategy) => {
      const run = () => drive(strategy, simulatedApi(world, 3), world.task, { stream: "same" });
      expect(await run()).toEqual(await run());
    },
  );
});
