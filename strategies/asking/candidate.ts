import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Run } from "../../src/task/configuration.ts";
import { formatFlops } from "../../src/task/quantity.ts";
import { type Rng, standardNormal } from "../../src/task/random.ts";
import type { Query } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";
import { chinchillaSize } from "../believing/literature.ts";
import { lowestOf } from "../reading/comparable.ts";
import { drawLogUniform, pick } from "./draw.ts";
import { highestLearningRate } from "./learning-rate.ts";
import { asking } from "./nearest-query.ts";
import { modelOfSize } from "./shapes.ts";

/** Spread of the prior and of a step from the incumbent, in ln. */
const SPREAD = { prior: 0.7, incumbent: 0.3 };

/** What a candidate keeps from rung to rung. */
export interface Candidate {
  /** N over √(C/120). */
  readonly ratio: number;
  readonly aspect: number;
  readonly learningRate: number;
  readonly batchSize: number;
}

/** A third each: uniform, around the literature, around the best so far (the literature while there is none). */
export function drawCandidate(runs: readonly Run[], task: Task, rng: Rng): Candidate {
  const { batchSizes } = task.admissible;
  const best = incumbent(runs)?.candidate;
  const source = rng();
  if (source < 1 / 3)
    return {
      ratio: Math.exp((2 * rng() - 1) * Math.log(5)),
      aspect: 24 * Math.exp(rng() * Math.log(128 / 24)),
      learningRate: drawLogUniform(task.searchSpace.learningRate, rng),
      batchSize: pick(batchSizes, rng),
    };
  const known = source < 2 / 3 ? undefined : best;
  const spread = known ? SPREAD.incumbent : SPREAD.prior;
  const near = (value: number, scale = 1) => value * Math.exp(scale * spread * standardNormal(rng));
  const centre = known ?? { ratio: 1, aspect: 64, learningRate: highestLearningRate(task) };
  return {
    ratio: near(centre.ratio),
    aspect: near(centre.aspect, 0.5),
    learningRate: near(centre.learningRate),
    batchSize: known?.batchSize ?? Math.min(...batchSizes),
  };
}

export function question(candidate: Candidate, flops: number, bracket: number, task: Task): Query {
  const shape = modelOfSize(candidate.ratio * chinchillaSize(flops), task, [], candidate.aspect);
  const reason = `bracket ${bracket + 1}, rung ${formatFlops(flops)}: N = ${candidate.ratio.toFixed(2)}·√(C/120)`;
  return asking(shape, candidate, flops, task, reason);
}

/** The best run of the largest budget that has one, read as a candidate. */
export function incumbent(
  runs: readonly Run[],
): { readonly run: AnsweredRun; readonly candidate: Candidate } | undefined {
  const known = answered(runs);
  const top = Math.max(...known.map(({ trainFlops }) => trainFlops));
  const level = known.filter(({ trainFlops }) => trainFlops === top);
  const run = lowestOf(level);
  if (!run) return undefined;
  return {
    run,
    candidate: {
      ratio: nonEmbeddingParameters(run) / chinchillaSize(top),
      aspect: run.dModel / run.numLayers,
      learningRate: run.learningRate,
      batchSize: run.batchSize,
    },
  };
}
