import fc from "fast-check";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { Run, RunConfig } from "../../src/task/configuration.ts";
import { identityOf } from "../../src/task/configuration.ts";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import { choice, integers, reals } from "../../src/task/search-space.ts";
import { BUDGETS, STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import type { Task } from "../../src/task/task.ts";

const subset = <Item>(items: readonly Item[], least: number) =>
  fc.subarray([...items], { minLength: least }).map((picked) => picked as readonly Item[]);

/** Tasks of other search spaces, caps and targets than the assignment's, and now and then the assignment itself. */
export const anyTask: fc.Arbitrary<Task> = fc.oneof(
  { weight: 1, arbitrary: fc.constant(STANFORD_2025_TASK) },
  {
    weight: 5,
    arbitrary: fc
      .record({
        dModel: fc.constantFrom(
          integers(64, 1024),
          integers(100, 400),
          integers(300, 310),
          choice([64, 128, 256, 512]),
          integers(128, 8192),
        ),
        numLayers: fc.constantFrom(integers(2, 24), integers(1, 96), choice([2, 4, 8]), integers(6, 6)),
        numHeads: fc.constantFrom(integers(2, 16), choice([1, 4, 8]), integers(1, 128)),
        learningRate: fc.constantFrom(reals(1e-4, 1e-3), choice([1e-4, 5e-4, 1e-3]), reals(3e-4, 3e-4), choice([2e-3])),
        batches: subset([32, 128, 256], 1),
        budgets: subset(BUDGETS, 1),
        scale: fc.double({ min: 0.01, max: 10, noNaN: true }),
        growth: fc.constantFrom(2, 5, 100),
        widths: fc.constantFrom<readonly [number, number]>([64, 4096], [100, 120], [768, 1024]),
        minimumHeadDimension: fc.constantFrom(1, 16, 128),
      })
      .map(({ dModel, numLayers, numHeads, learningRate, batches, budgets, scale, growth, widths, ...rest }) => {
        const cap = Math.round(STANFORD_2025_TASK.cap * scale);
        return {
          searchSpace: {
            ...{ dModel, numLayers, numHeads, learningRate },
            batchSize: choice(batches),
            trainFlops: choice(budgets),
          },
          cap,
          target: cap * growth,
          admissible: {
            batchSizes: batches,
            dModel: widths,
            numLayers: [2, 64] as const,
            aspectRatio: [16, 128] as const,
            minimumHeadDimension: Math.min(rest.minimumHeadDimension, widths[0]),
            learningRate: [1e-5, 1e-2] as const,
          },
        };
      }),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 40 }).map((rows) => tableTask(rows)),
  },
);

/** A task whose answers come from a table of this many rows. */
function tableTask(rows: number): Task {
  const rng = randomStream(`table/${rows}`);
  const candidates = Array.from({ length: rows }, (): RunConfig => {
    const pick = (values: readonly number[]) => values[Math.floor(rng() * values.length)] as number;
    return {
      ...{ dModel: pick([128, 192, 320, 640]), numLayers: pick([3, 5, 9]), numHeads: 4, batchSize: 128 },
      learningRate: pick([2e-4, 7e-4]),
      trainFlops: pick([2.5e15, 4e16, 7e16]),
    };
  });
  const values = (field: keyof RunConfig) => choice([...new Set(candidates.map((row) => row[field]))]);
  return {
    ...STANFORD_2025_TASK,
    searchSpace: {
      dModel: values("dModel"),
      numLayers: values("numLayers"),
      numHeads: values("numHeads"),
      batchSize: values("batchSize"),
      learningRate: values("learningRate"),
      trainFlops: values("trainFlops"),
    },
    candidates,
  };
}

/** How an API behaves: how its losses come about, and how often it has none. */
export interface Behavior {
  readonly law: "chinchilla" | "constant" | "upside-down" | "noise";
  readonly refuses: number;
  readonly rejects: number;
  readonly seed: number;
}

export const anyBehavior: fc.Arbitrary<Behavior> = fc.record({
  law: fc.constantFrom("chinchilla", "chinchilla", "constant", "upside-down", "noise"),
  refuses: fc.constantFrom(0, 0, 0.2, 1),
  rejects: fc.constantFrom(0, 0, 0.2),
  seed: fc.integer({ min: 0, max: 1e6 }),
});

/** The answer to a question; the same question gets the same answer. */
export function answerOf(config: RunConfig, { law, refuses, rejects, seed }: Behavior): Run {
  const rng = randomStream(`${seed}/${identityOf(config)}`);
  if (rng() < refuses) return { ...config, status: "refused", message: "no" };
  if (rng() < rejects) return { ...config, status: "invalid", message: "no" };
  const N = nonEmbeddingParameters(config);
  const D = config.trainFlops / (6 * N);
  const gap = 480 * Math.exp(-0.35 * Math.log(N)) + 2000 * Math.exp(-0.36 * Math.log(D));
  const x = Math.log(config.learningRate / 5e-4);
  const chinchilla = Math.min(10.5, 1.8 + gap + 0.02 * x * x + 0.01 * standardNormal(rng));
  const losses = { chinchilla, constant: 5, "upside-down": 12 - Math.min(10, gap), noise: 3 + 7 * rng() };
  return { ...config, status: "ok", loss: losses[law] };
}
