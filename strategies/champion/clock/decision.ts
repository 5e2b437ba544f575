import type { RuntimeFit } from "../../../src/fit/runtime.ts";
import { memoryOf } from "../../../src/law/memory.ts";
import { tokensWithin } from "../../../src/law/runtime.ts";
import { CONTEXT_LENGTH } from "../../../src/task/accounting.ts";
import type { ClockBudget } from "../../../src/task/clock.ts";
import type { RunConfig } from "../../../src/task/configuration.ts";
import { valuesOf } from "../../../src/task/search-space.ts";
import type { Task } from "../../../src/task/task.ts";
import { type Progress, progressLoss, progressOf } from "./progress-law.ts";

/** What may be chosen at a budget of seconds. */
export interface Limits {
  readonly batches: readonly number[];
  readonly layers: readonly [number, number];
  readonly width: readonly [number, number];
  readonly aspect: readonly [number, number];
  readonly rate: readonly [number, number];
}

/** The least and largest d/L of the public jobs: outside, the law's prior says nothing. */
const SEEN = [25, 130] as const;
const WIDTH_STEP = 64;
/** Steps of the search: widths in multiples of 64, layers, ln rate. */
const STEPS = [
  [4, 8, 0.6],
  [2, 4, 0.3],
  [1, 2, 0.15],
  [1, 1, 0.08],
] as const;

/** Where the search starts: parameters, d/L and learning rate. */
const START_SIZES = [3e6, 3e7, 2e8];
const START_ASPECT = 75;
const START_RATE = 8e-3;

/** What may be submitted, of shapes that the law knows. */
export function targetLimits({ admissible }: Pick<Task, "admissible">): Limits {
  const [low, high] = admissible.aspectRatio;
  return {
    batches: admissible.batchSizes,
    layers: admissible.numLayers,
    width: admissible.dModel,
    aspect: [Math.max(low, SEEN[0]), Math.min(high, SEEN[1])],
    rate: admissible.learningRate,
  };
}

/** What may be asked, likewise. */
export function queryLimits({ searchSpace, admissible }: Task): Limits {
  const ends = (domain: (typeof searchSpace)["dModel"]): [number, number] =>
    domain.kind === "range"
      ? [domain.minimum, domain.maximum]
      : [valuesOf(domain)[0] as number, valuesOf(domain).at(-1) as number];
  return {
    ...targetLimits({ admissible }),
    batches: valuesOf(searchSpace.batchSize),
    layers: ends(searchSpace.numLayers),
    width: ends(searchSpace.dModel),
    rate: ends(searchSpace.learningRate),
  };
}

/** The share of the seconds that is planned for, and the laws that losses are averaged over. */
export interface Outlook {
  readonly runtime: RuntimeFit;
  readonly laws: readonly Float64Array[];
  readonly share: number;
  readonly clock: ClockBudget;
}

type Choice = readonly [width: number, layers: number, logRate: number];

/** The configuration of lowest expected loss in some seconds. */
export function bestRun(seconds: number, limits: Limits, outlook: Outlook): RunConfig {
  let best: { choice: Choice; batch: number; loss: number } | undefined;
  const starts = START_SIZES.map((N): Choice => {
    const width = WIDTH_STEP * Math.max(2, Math.round(Math.cbrt((START_ASPECT * N) / 12) / WIDTH_STEP));
    return [width, Math.max(2, Math.round(width / START_ASPECT)), Math.log(START_RATE)];
  });
  for (const batch of limits.batches) {
    const lossOf = (choice: Choice) => expectedLoss(choice, batch, seconds, limits, outlook);
    const scored = starts.map((choice) => ({ choice, batch, loss: lossOf(choice) }));
    let here = scored.reduce((a, b) => (b.loss < a.loss ? b : a));
    if (best && here.loss > best.loss + 0.15) continue;
    for (const [byWidth, byLayers, byRate] of STEPS) {
      for (let moved = true; moved; ) {
        moved = false;
        const wide = byWidth * WIDTH_STEP;
        const [width, layers, logRate] = here.choice;
        const moves: Choice[] = [
          [width, layers, logRate + byRate],
          [width, layers, logRate - byRate],
          [width + wide, layers, logRate],
          [width - wide, layers, logRate],
          [width, layers + byLayers, logRate],
          [width, layers - byLayers, logRate],
          [width + wide, layers - byLayers, logRate],
          [width - wide, layers + byLayers, logRate],
        ];
        for (const choice of moves) {
          const loss = lossOf(choice);
          if (loss >= here.loss - 1e-5) continue;
          here = { choice, batch, loss };
          moved = true;
          break;
        }
      }
    }
    if (!best || here.loss < best.loss) best = here;
  }
  const { choice, batch } = best as { choice: Choice; batch: number };
  const [dModel, numLayers, logRate] = choice;
  return {
    dModel,
    numLayers,
    numHeads: dModel / outlook.clock.headDimension,
    batchSize: batch,
    learningRate: Math.exp(logRate),
    trainFlops: seconds,
  };
}

function expectedLoss(
  [dModel, numLayers, logRate]: Choice,
  batchSize: number,
  seconds: number,
  { layers, width, aspect, rate }: Limits,
  { runtime, laws, share, clock }: Outlook,
): number {
  const ratio = dModel / numLayers;
  if (dModel < width[0] || dModel > width[1] || numLayers < layers[0] || numLayers > layers[1]) return Infinity;
  if (ratio < aspect[0] || ratio > aspect[1] || logRate < Math.log(rate[0]) || logRate > Math.log(rate[1]))
    return Infinity;
  const timed = { dModel, numLayers, batchSize };
  if (memoryOf(timed, clock) > clock.memory.most) return Infinity;
  const tokens = tokensWithin(runtime.constants, timed, share * seconds, clock);
  if (tokens <= 2 * clock.evaluations * batchSize * CONTEXT_LENGTH) return Infinity;
  const at: Progress = progressOf({
    ...timed,
    numHeads: 1,
    learningRate: Math.exp(logRate),
    trainFlops: seconds,
    tokens,
  });
  let sum = 0;
  for (const law of laws) sum += progressLoss(law, at);
  return sum / laws.length;
}
