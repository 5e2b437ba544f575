import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { SEQUENCE_LENGTH } from "../../task/stanford-2026/configuration.ts";
import { EXAMPLE_CONFIG } from "../../task/stanford-2026/example.ts";
import { feedForward } from "../../task/stanford-2026/job.ts";
import type { Task } from "../../task/task.ts";
import type { Optimum } from "../world.ts";
import type { JobWorld } from "./build-world.ts";
import { type JobPoint, jobPoint } from "./point.ts";

/** A job that is searched for: depth need not be whole. */
interface Candidate {
  readonly width: number;
  readonly depth: number;
  readonly logRate: number;
}

interface Found extends Candidate {
  readonly batch: number;
  readonly loss: number;
}

/** Widths are multiples of this, so that heads of 64 divide them. */
const WIDTH_STEP = 64;
/**
 * Where searches start: a 48-hour run is best near this size, shorter ones at this power of their seconds; factors around
 * it, d/L, and rates.
 */
const START = {
  parameters: 2.5e8,
  seconds: 172_800,
  power: 0.6,
  sizes: [0.55, 1, 1.8],
  aspects: [40, 75, 140],
  rates: [4e-3, 1.2e-2, 3e-2],
};
/** Nats above the best start from which on a start is not followed. */
const HOPELESS = 0.06;
/** The steps of the search: widths in multiples of 64, layers, ln rate. */
const STEPS: readonly (readonly [width: number, depth: number, logRate: number])[] = [
  [4, 8, 0.64],
  [2, 4, 0.32],
  [1, 2, 0.16],
  [1, 1, 0.08],
  [1, 1, 0.04],
  [1, 1, 0.02],
  [1, 1, 0.01],
];

/** The job with the most tokens that are expected to be trained in some seconds: whole steps between evaluations. */
export function expectedTokens(jobs: JobWorld, point: JobPoint, seconds: number): JobPoint {
  const unit = point.batch * SEQUENCE_LENGTH * point.evaluations;
  // The runtime is linear in tokens.
  const one = jobs.runtimeAt({ ...point, tokens: unit });
  const two = jobs.runtimeAt({ ...point, tokens: 2 * unit });
  return withTokens(point, Math.max(1, Math.floor((seconds - one) / (two - one) + 1)) * unit);
}

function withTokens(point: JobPoint, tokens: number): JobPoint {
  const steps = tokens / (SEQUENCE_LENGTH * point.batch);
  return { ...point, tokens, steps, schedule: { ...point.schedule, warmUp: Math.floor(0.05 * steps) / steps } };
}

/** The best jobs of a world, each found once: the zeros of regret. */
export function bestJobs(
  jobs: JobWorld,
  { admissible, target }: Task,
): { optimum(seconds: number): Optimum; bestLossAtSize(parameters: number): number } {
  const template = jobPoint(EXAMPLE_CONFIG);
  const known = new Map<number, Optimum>();
  const [lowestRate, highestRate] = admissible.learningRate.map(Math.log) as [number, number];

  const isAdmitted = ({ width, depth, logRate }: Candidate) =>
    width >= admissible.dModel[0] &&
    width <= admissible.dModel[1] &&
    depth >= admissible.numLayers[0] &&
    depth <= admissible.numLayers[1] &&
    width / depth >= admissible.aspectRatio[0] &&
    width / depth <= admissible.aspectRatio[1] &&
    logRate >= lowestRate &&
    logRate <= highestRate;

  const jobAt = ({ width, depth, logRate }: Candidate, batch: number, seconds: number): JobPoint => {
    const peak = Math.exp(logRate);
    const point: JobPoint = {
      ...template,
      width,
      depth,
      intermediate: feedForward(width),
      parameters: nonEmbeddingParameters({ dModel: width, numLayers: depth }),
      batch,
      schedule: { initial: 0, peak, final: 0.1 * peak, warmUp: 0.05 },
    };
    return expectedTokens(jobs, point, seconds);
  };
  const lossOf = (candidate: Candidate, batch: number, seconds: number): number => {
    if (!isAdmitted(candidate)) return Number.POSITIVE_INFINITY;
    const { fits, finalLoss } = jobs.expectedAt(jobAt(candidate, batch, seconds));
    return fits ? finalLoss : Number.POSITIVE_INFINITY;
  };

  const descend = (start: Candidate, batch: number, seconds: number, moves: typeof wholeMoves): Found => {
    let best: Found = { ...start, batch, loss: lossOf(start, batch, seconds) };
    for (const steps of STEPS) {
      for (let moved = true; moved; ) {
        moved = false;
        for (const candidate of moves(best, steps)) {
          const loss = lossOf(candidate, batch, seconds);
          if (loss >= best.loss) continue;
          best = { ...candidate, batch, loss };
          moved = true;
          break;
        }
      }
    }
    return best;
  };

  /** Each batch starts from the best of the one before it. */
  const search = (start: Candidate, seconds: number, moves: typeof wholeMoves): Found => {
    let best: Found | undefined;
    let from = start;
    for (const batch of admissible.batchSizes) {
      const found = descend(from, batch, seconds, moves);
      if (!best || found.loss < best.loss) best = found;
      if (Number.isFinite(found.loss)) from = found;
    }
    return best as Found;
  };

  const optimum = (seconds: number): Optimum => {
    const before = known.get(seconds);
    if (before) return before;
    const N = START.parameters * Math.exp(START.power * Math.log(seconds / START.seconds));
    const starts = START.sizes.flatMap((size) =>
      START.aspects.flatMap((aspect) => {
        const width = Math.max(128, WIDTH_STEP * Math.round(Math.cbrt((aspect * size * N) / 12) / WIDTH_STEP));
        return START.rates.map((rate) => ({
          width,
          depth: Math.max(2, Math.round(width / aspect)),
          logRate: Math.log(rate),
        }));
      }),
    );
    const rough = admissible.batchSizes
      .flatMap((batch) => starts.map((start) => ({ ...start, batch, loss: lossOf(start, batch, seconds) })))
      .sort((a, b) => a.loss - b.loss);
    // The best start of each batch that is not hopeless, and the best of another aspect ratio.
    const [first] = rough as [Found];
    const chosen = admissible.batchSizes.map((batch) => rough.find((each) => each.batch === batch) as Found);
    const other = rough.find(
      ({ width, depth }) => Math.abs(Math.log((width * first.depth) / (depth * first.width))) > 0.5,
    );
    const found = [...chosen.filter(({ loss }) => loss < first.loss + HOPELESS), ...(other ? [other] : [])]
      .map((start) => descend(start, start.batch, seconds, wholeMoves))
      .reduce((best, each) => (each.loss < best.loss ? each : best));
    const { width: dModel, depth, logRate, batch, loss } = found;
    const config = {
      dModel,
      numLayers: depth,
      numHeads: dModel / WIDTH_STEP,
      batchSize: batch,
      learningRate: Math.exp(logRate),
      trainFlops: seconds,
      tokens: jobAt(found, batch, seconds).tokens,
    };
    known.set(seconds, { config, loss });
    return { config, loss };
  };

  return {
    optimum,
    bestLossAtSize(parameters) {
      const depthAt = (width: number) => parameters / (12 * width * width);
      const { config } = optimum(target);
      const least = Math.cbrt((parameters * admissible.aspectRatio[0]) / 12);
      const most = Math.cbrt((parameters * admissible.aspectRatio[1]) / 12);
      const wanted = Math.cbrt((parameters * (config.dModel / config.numLayers)) / 12);
      const width = WIDTH_STEP * Math.round(Math.min(Math.max(wanted, least), most) / WIDTH_STEP);
      const start = { width, depth: depthAt(width), logRate: Math.log(config.learningRate) };
      return search(start, target, ({ width, logRate }, [byWidth, , byRate]) => [
        ...[1, -1].map((sign) => {
          const other = width + sign * byWidth * WIDTH_STEP;
          return { width: other, depth: depthAt(other), logRate };
        }),
        ...[1, -1].map((sign) => ({ width, depth: depthAt(width), logRate: logRate + sign * byRate })),
      ]).loss;
    },
  };
}

/** Neighbors of a whole shape: along each axis, and along the size that width and depth share. */
function wholeMoves({ width, depth, logRate }: Candidate, [byWidth, byDepth, byRate]: (typeof STEPS)[number]) {
  const wide = byWidth * WIDTH_STEP;
  return [
    { width, depth, logRate: logRate + byRate },
    { width, depth, logRate: logRate - byRate },
    { width: width + wide, depth, logRate },
    { width: width - wide, depth, logRate },
    { width, depth: depth + byDepth, logRate },
    { width, depth: depth - byDepth, logRate },
    { width: width + wide, depth: depth - byDepth, logRate },
    { width: width - wide, depth: depth + byDepth, logRate },
  ];
}
