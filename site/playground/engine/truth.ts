import { bestLossAtSize, optimumOf } from "../../../src/surface/truth.ts";
import type { World } from "../../../src/surface/world.ts";
import { nonEmbeddingParameters } from "../../../src/task/accounting.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";

/** What a world hides until a submission is graded. */
export interface Truth {
  readonly description: string;
  /** The best configuration at the target, and its loss. */
  readonly best: RunConfig;
  readonly loss: number;
  /** The best size and loss at budgets from the cheapest one bought to the target. */
  readonly path: readonly { readonly C: number; readonly N: number; readonly loss: number }[];
  /** At each budget bought, the best loss of each size. */
  readonly profiles: readonly {
    readonly C: number;
    readonly curve: readonly { readonly N: number; readonly loss: number }[];
  }[];
}

/** Points of the path, and of each curve. */
const POINTS = { path: 16, curve: 25 };
/** Curves reach this factor beyond the sizes bought; the path is looked for so far in ln from the best whole shape. */
const REACH = { curve: 1.25, path: 0.5 };
const GOLDEN = (Math.sqrt(5) - 1) / 2;
const STEPS = 10;

/** The truth of a world, for drawing over these runs. */
export function truthOf(world: World, runs: readonly RunConfig[]): Truth {
  const { target } = world.task;
  const optimum = optimumOf(world);
  const budgets = [...new Set(runs.map(({ trainFlops }) => trainFlops))].sort((a, b) => a - b);
  return {
    description: world.document.description,
    best: optimum.config,
    loss: optimum.loss,
    path: spaced(budgets[0] ?? target / 1e3, target, POINTS.path).map((C) => ({ C, ...bestSizeAt(world, C) })),
    profiles: budgets.map((C) => ({ C, curve: profileOf(world, C, runs) })),
  };
}

/** The size of the lowest loss at a budget. It need not be that of a whole shape, which would make the path jagged. */
function bestSizeAt(world: World, C: number): { readonly N: number; readonly loss: number } {
  const lossAt = lossOfSizes(world, C);
  const { config, loss: wholeLoss } = optimumOf(world, C);
  const whole = nonEmbeddingParameters(config);
  let [low, high] = [Math.log(whole) - REACH.path, Math.log(whole) + REACH.path];
  // Golden section: each step keeps 62 % of the range, and one of its two losses.
  let [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
  let [atLeft, atRight] = [lossAt(Math.exp(left)), lossAt(Math.exp(right))];
  for (let step = 0; step < STEPS; step++) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = lossAt(Math.exp(left));
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = lossAt(Math.exp(right));
    }
  }
  const N = Math.exp((low + high) / 2);
  const loss = lossAt(N);
  // Where one size alone may be submitted, others have no loss.
  return loss < Number.POSITIVE_INFINITY ? { N, loss } : { N: whole, loss: wholeLoss };
}

function lossOfSizes(world: World, C: number): (parameters: number) => number {
  const atBudget = { ...world, task: { ...world.task, target: C } };
  return (parameters) => bestLossAtSize(atBudget, parameters);
}

function profileOf(world: World, C: number, runs: readonly RunConfig[]): Truth["profiles"][number]["curve"] {
  const sizes = runs.filter(({ trainFlops }) => trainFlops === C).map(nonEmbeddingParameters);
  const lossAt = lossOfSizes(world, C);
  return spaced(Math.min(...sizes) / REACH.curve, Math.max(...sizes) * REACH.curve, POINTS.curve)
    .map((N) => ({ N, loss: lossAt(N) }))
    .filter(({ loss }) => Number.isFinite(loss));
}

/** Values evenly spaced in ln, both ends included. */
function spaced(low: number, high: number, count: number): number[] {
  const step = Math.log(high / low) / (count - 1);
  return Array.from({ length: count }, (_, i) => (i === count - 1 ? high : low * Math.exp(i * step)));
}
