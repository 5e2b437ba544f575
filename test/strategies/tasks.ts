import fc from "fast-check";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { Field, Run, RunConfig } from "../../src/task/configuration.ts";
import { identityOf } from "../../src/task/configuration.ts";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import { choice, integers, reals } from "../../src/task/search-space.ts";
import { BUDGETS, STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import type { Task } from "../../src/task/task.ts";

const subset = <Item>(items: readonly Item[], least: number) =>
  fc.subarray([...items], { minLength: least }).map((picked) => picked as readonly Item[]);

const SHAPES = [128, 192, 256, 320, 448, 640].map((dModel, i) => ({ dModel, numLayers: 3 + i, numHeads: 4 }));

/** Tasks whose answers come from a finished table: few sizes, budgets and recipes or many, caps far below and above them. */
const anyTable: fc.Arbitrary<Task> = fc
  .record({
    shapes: subset(SHAPES, 1),
    budgets: subset([2.5e15, 9e15, 4e16, 7e16], 1),
    rates: fc.constantFrom([7e-4], [2e-4, 7e-4], [1e-4, 3e-4, 1e-3, 3e-3, 1e-2]),
    batches: fc.constantFrom([128], [128, 256], [16, 64, 256, 1024]),
    /** Sizes of a budget: all, or one each. */
    oneEach: fc.boolean(),
    scale: fc.constantFrom(0.01, 0.5, 1, 2.5, 10, 1000),
    sequenceLength: fc.constantFrom(undefined, 2048),
  })
  .map(({ shapes, budgets, rates, batches, oneEach, scale, sequenceLength }) => {
    const candidates = budgets.flatMap((trainFlops, level) =>
      (oneEach ? [shapes[level % shapes.length]!] : shapes).flatMap((shape) =>
        rates.flatMap((learningRate) =>
          batches.map((batchSize) => ({ ...shape, batchSize, learningRate, trainFlops })),
        ),
      ),
    );
    const values = (field: Field) => choice([...new Set(candidates.map((row) => row[field]))]);
    const top = Math.max(...budgets);
    return {
      searchSpace: {
        ...{ dModel: values("dModel"), numLayers: values("numLayers"), numHeads: values("numHeads") },
        ...{ batchSize: values("batchSize"), learningRate: values("learningRate"), trainFlops: values("trainFlops") },
      },
      cap: Math.round(scale * top),
      target: 10 * top,
      admissible: { ...STANFORD_2025_TASK.admissible, batchSizes: batches },
      ...(sequenceLength && { sequenceLength }),
      candidates,
    };
  });

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
  { weight: 3, arbitrary: anyTable },
);

/** How an API behaves: how its losses come about, and how often it has none. */
export interface Behavior {
  readonly law: "chinchilla" | "constant" | "upside-down" | "noise" | "diverging";
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
  const diverging = chinchilla + (config.learningRate > 2e-3 ? 3 : 0);
  const losses = { chinchilla, constant: 5, "upside-down": 12 - Math.min(10, gap), noise: 3 + 7 * rng(), diverging };
  return { ...config, status: "ok", loss: losses[law] };
}

/** Rates above 2e-3 diverge. */
export const DIVERGES: Behavior = { law: "diverging", refuses: 0, rejects: 0, seed: 1 };

/** Tables of recipes whose highest rates diverge: for a sweep of sizes, and for one size that is trained longer. */
export const DIVERGING: readonly Task[] = [SHAPES, SHAPES.slice(3, 4)].map((shapes) => {
  const candidates = [4e15, 1.6e16, 6.4e16].flatMap((trainFlops) =>
    shapes.flatMap((shape) =>
      [2e-4, 7e-4, 3e-3, 1e-2].flatMap((learningRate) =>
        [32, 128, 512].map((batchSize) => ({ ...shape, learningRate, batchSize, trainFlops })),
      ),
    ),
  );
  const values = (field: Field) => choice([...new Set(candidates.map((row) => row[field]))]);
  const [first] = shapes;
  return {
    searchSpace: {
      ...{ dModel: values("dModel"), numLayers: values("numLayers"), numHeads: values("numHeads") },
      ...{ batchSize: values("batchSize"), learningRate: values("learningRate"), trainFlops: values("trainFlops") },
    },
    cap: 4e17,
    target: 6.4e17,
    admissible: {
      ...STANFORD_2025_TASK.admissible,
      ...(shapes.length === 1 && {
        dModel: [first!.dModel, first!.dModel] as const,
        numLayers: [first!.numLayers, first!.numLayers] as const,
      }),
      batchSizes: [32, 128, 512],
      learningRate: [2e-4, 1e-2],
    },
    sequenceLength: 2048,
    candidates,
  };
});
