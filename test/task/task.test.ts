import { describe, expect, it } from "vitest";
import * as z from "zod";
import { parseDocument } from "../../src/task/document.ts";
import { bestPerSize, pointOf } from "../../src/task/run-point.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { fitsBudget, settledSeconds } from "../../src/task/stanford-2026/budget.ts";
import { configurationText } from "../../src/task/stanford-2026/configuration.ts";
import { EXAMPLE_CONFIG } from "../../src/task/stanford-2026/example.ts";
import { STANFORD_2026_TASK } from "../../src/task/stanford-2026/task.ts";
import { withHistory } from "../../src/task/task.ts";
import { givenSpaceSchema, taskSchema, wireFields } from "../../src/task/task-schema.ts";

const run = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e15 };

describe("a task of one's own", () => {
  // biome-ignore lint/suspicious/noExplicitAny: tests put in what no type allows
  const faultOf = (base: object, change: (task: any) => void) => {
    const task = structuredClone(base);
    change(task);
    try {
      parseDocument(taskSchema, task, "t");
    } catch (error) {
      return (error as Error).message;
    }
    return undefined;
  };

  it("may be either edition's, with a history and candidates", () => {
    const history = [
      { ...run, status: "ok", loss: 4 },
      { ...run, tokens: 5, status: "ok", loss: 3 },
    ];
    for (const task of [STANFORD_2025_TASK, STANFORD_2026_TASK, { ...STANFORD_2025_TASK, history, candidates: [run] }])
      expect(parseDocument(taskSchema, structuredClone(task), "t")).toEqual(task);
    expect(parseDocument(givenSpaceSchema, { searchSpace: {}, candidates: [run, run] }, "t")).toMatchObject({});
    expect(
      Object.keys(
        parseDocument(
          z.object(wireFields(z.number())),
          { d_model: 1, num_layers: 1, num_heads: 1, batch_size: 1, learning_rate: 1, train_flops: 1 },
          "t",
        ),
      ),
    ).toHaveLength(6);
  });

  // biome-ignore lint/suspicious/noExplicitAny: tests put in what no type allows
  it.each<[string, (task: any) => void]>([
    ["cap: must be a whole number of FLOPs, got 0.5", (t) => (t.cap = 0.5)],
    ["target: must be more than 0, got 0", (t) => (t.target = 0)],
    ["searchSpace.dModel.kind: ", (t) => (t.searchSpace.dModel = {})],
    ["searchSpace.dModel.minimum: must be more than 0, got 0", (t) => (t.searchSpace.dModel.minimum = 0)],
    ["searchSpace.dModel.integer: must be true or false", (t) => (t.searchSpace.dModel.integer = 1)],
    ["searchSpace.batchSize.values: must have at least 1", (t) => (t.searchSpace.batchSize.values = [])],
    ["searchSpace.trainFlops.values: must have at least 1", (t) => (t.searchSpace.trainFlops.values = [])],
    [
      "searchSpace.trainFlops.values.0: must be a whole number of FLOPs",
      (t) => (t.searchSpace.trainFlops.values = [0.5]),
    ],
    ['searchSpace.trainFlops.kind: must be "choice"', (t) => (t.searchSpace.trainFlops.kind = "range")],
    ["searchSpace.numLayers: is missing", (t) => delete t.searchSpace.numLayers],
    ["admissible.dModel: the first must not be above the second", (t) => (t.admissible.dModel = [2, 1])],
    ["admissible.dModel.0: must be more than 0", (t) => (t.admissible.dModel = [0, 1])],
    ["admissible.batchSizes: must have at least 1", (t) => (t.admissible.batchSizes = [])],
    ["admissible.aspectRatio: is missing", (t) => delete t.admissible.aspectRatio],
    ["candidates: must have at least 1", (t) => (t.candidates = [])],
    ["candidates.0.trainFlops: must be a whole number of FLOPs", (t) => (t.candidates = [{ ...run, trainFlops: 1.5 }])],
    ["candidates.0.dModel: must be more than 0", (t) => (t.candidates = [{ ...run, dModel: 0 }])],
    ["history.0.loss: is missing: must be a number", (t) => (t.history = [{ ...run, status: "ok" }])],
    ['history.0.status: must be "ok"', (t) => (t.history = [{ ...run, status: "refused", loss: 3 }])],
    ["history.0.tokens: must be more than 0", (t) => (t.history = [{ ...run, status: "ok", loss: 3, tokens: 0 }])],
  ])("is refused with %s", (fault, change) => expect(faultOf(STANFORD_2025_TASK, change)).toContain(fault));

  // biome-ignore lint/suspicious/noExplicitAny: tests put in what no type allows
  it.each<[string, (clock: any) => void]>([
    ["unit", (c) => (c.unit = "hours")],
    ["atOnce", (c) => (c.atOnce = 0)],
    ["leastCharge", (c) => (c.leastCharge = -1)],
    ["finish: must be at most 1", (c) => (c.finish = 1.1)],
    ["finish: must be at least 0", (c) => (c.finish = -0.1)],
    ["evaluations", (c) => (c.evaluations = 1.5)],
    ["runtime.start.sd: must be at least 0", (c) => (c.runtime.start.sd = -1)],
    ["runtime.token", (c) => delete c.runtime.token],
    ["noise.slowdown.0", (c) => (c.noise.slowdown = [0, 1])],
    ["memory.most", (c) => (c.memory.most = 0)],
  ])("with a clock is refused with its %s", (field, change) => {
    expect(faultOf(STANFORD_2026_TASK, ({ clock }) => change(clock))).toContain(`t: clock.${field}`);
  });

  it("with a clock may have bounds at their ends", () => {
    const ends = ({ clock }: { clock: Record<string, unknown> }) =>
      Object.assign(clock, { leastCharge: 0, finish: 0, memory: { token: 0, layerWidth: 0, most: 1 } });
    expect(faultOf(STANFORD_2026_TASK, ends)).toBeUndefined();
    expect(
      faultOf(STANFORD_2025_TASK, ({ admissible }) => Object.assign(admissible, { dModel: [8, 8] })),
    ).toBeUndefined();
  });
});

describe("a run as a law sees it", () => {
  it("has N = 12·L·d² and D = C/(6N)", () => {
    expect(pointOf({ ...run, loss: 4 })).toEqual({ N: 25_165_824, D: 1e15 / (6 * 25_165_824), C: 1e15, loss: 4 });
  });

  it("is the best of its size and compute, the first of equal ones, in its order", () => {
    const point = (N: number, C: number, loss: number, name: string) => ({ N, D: 1, C, loss, name });
    const points = [
      point(1, 2, 5, "a"),
      point(1, 3, 6, "b"),
      point(1, 2, 4, "c"),
      point(2, 2, 9, "d"),
      point(1, 2, 4, "e"),
    ];
    expect(bestPerSize(points).map(({ name }) => name)).toEqual(["b", "c", "d"]);
  });
});

it("what is known is the history and then the runs", () => {
  const answered = { ...run, status: "ok", loss: 4 } as const;
  const refused = { ...run, status: "refused" } as const;
  expect(withHistory([refused], { ...STANFORD_2025_TASK, history: [answered] })).toEqual([answered, refused]);
  expect(withHistory([refused], STANFORD_2025_TASK)).toEqual([refused]);
});

describe("a job of 2026", () => {
  it("costs what it used, at least a second and at most what it reserved", () => {
    expect([settledSeconds(7, 40), settledSeconds(0.1, 40), settledSeconds(41, 40)]).toEqual([7, 1, 40]);
  });

  it("fits when it reserves exactly what is left", () => {
    expect([fitsBudget(43_200, 0), fitsBudget(43_201, 0), fitsBudget(200, 43_000), fitsBudget(201, 43_000)]).toEqual([
      true,
      false,
      true,
      false,
    ]);
  });

  it("is written as the API writes it: floats show that they are", () => {
    const text = configurationText({ ...EXAMPLE_CONFIG, model_seed: 2n ** 64n });
    expect(text).toContain('"peak_value":0.003,"final_lr_frac":0.1,"warmup_frac":0.05,"init_value":0.0}');
    expect(text).toContain('{"architecture_config":{"attention_bias":false,"head_dim":64,');
    expect(text).toContain('"rms_norm_eps":1e-6,"rope_theta":1000000,"tie_word_embeddings":false,"dtype":"bfloat16"');
    expect(text).toContain('"max_runtime_seconds":40.0,"model_seed":18446744073709551616}');
    const unclipped = { ...EXAMPLE_CONFIG.optimizer_config, grad_clip_norm: null };
    expect(configurationText({ ...EXAMPLE_CONFIG, optimizer_config: unclipped })).toContain('"grad_clip_norm":null}');
    const final = { training_config: EXAMPLE_CONFIG, predicted_final_loss: 3 };
    expect(configurationText(final)).toMatch(/^\{"training_config":\{.*\},"predicted_final_loss":3\.0\}$/);
  });
});
