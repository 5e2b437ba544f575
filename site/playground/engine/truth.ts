import { bestLossAtSize, optimumOf } from "../../../src/surface/truth.ts";
import type { World } from "../../../src/surface/world.ts";
import { nonEmbeddingParameters, trainingOf } from "../../../src/task/accounting.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";

/** What a world hides until a submission is graded. */
export interface Truth {
  readonly description: string;
  /** The best configuration at the target, and its loss. */
  readonly best: RunConfig;
  readonly loss: number;
  /** The best size and loss at budgets from the cheapest one bought to the target. */
  readonly path: readonly { readonly C: number; readonly N: number; readonly D: number; readonly loss: number }[];
  /** At each budget bought, the best loss of each size. */
  readonly profiles: readonly {
    readonly C: number;
    readonly curve: readonly { readonly N: number; readonly loss: number }[];
  }[];
}

/** Points of the path, and of each curve. */
const POINTS = { path: 24, curve: 25 };
/** Curves reach this factor beyond the sizes bought. */
const REACH = 1.25;

/** The truth of a world, for drawing over these runs. */
export function truthOf(world: World, runs: readonly RunConfig[]): Truth {
  const { target } = world.task;
  const optimum = optimumOf(world);
  const budgets = [...new Set(runs.map(({ trainFlops }) => trainFlops))].sort((a, b) => a - b);
  return {
    description: world.document.description,
    best: optimum.config,
    loss: optimum.loss,
    path: spaced(budgets[0] ?? target / 1e3, target, POINTS.path).map((C) => {
      const { config, loss } = optimumOf(world, C);
      return { C, N: nonEmbeddingParameters(config), D: trainingOf(config, world.document.accounting).tokens, loss };
    }),
    profiles: budgets.map((C) => ({ C, curve: profileOf(world, C, runs) })),
  };
}

function profileOf(world: World, C: number, runs: readonly RunConfig[]): Truth["profiles"][number]["curve"] {
  const sizes = runs.filter(({ trainFlops }) => trainFlops === C).map(nonEmbeddingParameters);
  const atBudget = { ...world, task: { ...world.task, target: C } };
  return spaced(Math.min(...sizes) / REACH, Math.max(...sizes) * REACH, POINTS.curve)
    .map((N) => ({ N, loss: bestLossAtSize(atBudget, N) }))
    .filter(({ loss }) => Number.isFinite(loss));
}

/** Values evenly spaced in ln, both ends included. */
function spaced(low: number, high: number, count: number): number[] {
  const step = Math.log(high / low) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? high : low * Math.exp(i * step)));
}
