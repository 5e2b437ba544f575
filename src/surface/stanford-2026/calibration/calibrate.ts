import { levenbergMarquardt } from "../../../fit/kernels/levenberg-marquardt.ts";
import { type Rng, randomStream } from "../../../task/random.ts";
import { buildJobWorld } from "../build-world.ts";
import { type LossLayer, loss } from "../layers/loss.ts";
import { type RuntimeLayer, runtime } from "../layers/runtime.ts";
import { jobPoint } from "../point.ts";
import type { JobWorldDocument } from "../world-document.ts";
import { type ComparedJob, compare, type JobFidelity, jobFidelity, summaryOf } from "./fidelity.ts";
import { type JobRow, wholeRuntimeOf } from "./job-table.ts";

export interface JobCalibrationOptions {
  /** The world whose other layers are kept, and whose constants are where the search starts. */
  readonly start: JobWorldDocument;
  readonly draws: number;
  readonly seed: number;
  /** Called after each fit; there are `fitsOf` of them. */
  readonly onFit: () => void;
}

/** A family of worlds fitted to jobs. */
export interface JobCalibration {
  readonly worlds: readonly JobWorldDocument[];
  /** How far the central world is from the rows it was fitted to. */
  readonly fidelity: JobFidelity;
  /** The same for rows of each shape from a fit to all other shapes. */
  readonly leaveShapeOut: JobFidelity;
}

/** Steps of a search from the start; from a neighbor; of a draw. */
const STEPS = 40;
const NEAR_STEPS = 5;
const DRAW_STEPS = 8;

export function fitsOf(rows: readonly JobRow[], draws: number): number {
  return 1 + new Set(rows.map(shapeOf)).size + draws;
}

/**
 * Fits loss and runtime to jobs. The central world is the best fit under weak priors; each draw is a fit to resampled
 * shapes with what the jobs do not determine drawn anew: the floor, whether there is a data term, saturation, depth,
 * critical batch, and how runtime grows with width.
 */
export function calibrateJobs(
  rows: readonly JobRow[],
  { start, draws, seed, onFit }: JobCalibrationOptions,
): JobCalibration {
  const all = rows.map(() => 1);
  const central = fitWorld(rows, all, start, CENTRAL, STEPS);
  onFit();
  const left: ComparedJob[] = [];
  for (const shape of new Set(rows.map(shapeOf))) {
    const weights = rows.map((row) => (shapeOf(row) === shape ? 0 : 1));
    const { expected } = buildJobWorld(fitWorld(rows, weights, central, CENTRAL, NEAR_STEPS));
    left.push(...rows.filter((row) => shapeOf(row) === shape).map((row) => compare(expected, row)));
    onFit();
  }
  const family = start.name.split("/")[0];
  const drawn = Array.from({ length: draws }, (_, i) => {
    const rng = randomStream(`jobs/${seed}/${i}`);
    const world = fitWorld(rows, resampled(rows, rng), central, drawSetting(rng), DRAW_STEPS);
    onFit();
    return {
      ...varied(world, rng),
      name: `${family}/${String(i + 1).padStart(2, "0")}`,
      description: DRAW_DESCRIPTION,
      tags: [...start.tags, "draw"],
      seed: start.seed + i + 1,
    };
  });
  return {
    worlds: [central, ...drawn],
    fidelity: jobFidelity(buildJobWorld(central).expected, rows),
    leaveShapeOut: summaryOf(left),
  };
}

const DRAW_DESCRIPTION = "A draw of stanford-2026: what public jobs do not determine is drawn anew.";

function shapeOf({ config: { architecture_config: its } }: JobRow): string {
  return `${its.hidden_size}x${its.num_hidden_layers}`;
}

/** Numbers that are set, not fitted. */
interface Setting {
  readonly loss: Partial<LossLayer>;
  readonly runtime: Partial<RuntimeLayer>;
}

/**
 * The jobs are indifferent to these within wide bounds. The critical batch is chosen so that it is about 20 sequences at
 * 17 M tokens and some hundreds at a billion, as measured elsewhere (Zhang et al. 2024).
 */
const CENTRAL: Setting = {
  loss: { saturation: 1, stallPower: 6, depthPower: 0.07, criticalBatch: 19, criticalPower: 0.7 },
  runtime: { logits: 1 },
};

function drawSetting(rng: Rng): Setting {
  const between = (low: number, high: number) => low + (high - low) * rng();
  return {
    loss: {
      stallPower: 6,
      floor: between(1.5, 2.2),
      saturation: between(1, 1.5),
      depthPower: between(0, 0.3),
      criticalBatch: Math.exp(between(1.2, 3.6)),
      criticalPower: between(0.45, 0.9),
      ...(rng() < 0.3 && { data: 0 }),
    },
    runtime: { logits: rng() < 0.5 ? 1 : 0, ...(rng() < 0.5 && { intermediate: 0 }) },
  };
}

/** A parameter of a fit: what it is searched as, and a weak prior on that. */
interface Searched<Name extends string> {
  readonly name: Name;
  readonly log: boolean;
  readonly prior?: readonly [mean: number, sd: number];
}

const LOSS: readonly Searched<keyof LossLayer>[] = [
  { name: "floor", log: false, prior: [2, 0.5] },
  { name: "size", log: true },
  { name: "sizePower", log: false, prior: [0.35, 0.1] },
  { name: "progress", log: true },
  { name: "progressPower", log: false, prior: [0.15, 0.1] },
  { name: "data", log: true, prior: [-1.5, 1] },
  { name: "dataPower", log: false, prior: [0.4, 0.2] },
  { name: "tail", log: true },
  { name: "tailPower", log: false, prior: [0.6, 0.4] },
  { name: "stallRate", log: true },
  { name: "learnSize", log: false, prior: [0.2, 0.2] },
  { name: "learnBatch", log: false, prior: [0, 0.3] },
  { name: "highRate", log: true },
  { name: "highSize", log: false, prior: [-0.4, 0.2] },
  { name: "highBatch", log: false, prior: [0, 0.25] },
  { name: "highSteps", log: false, prior: [0.2, 0.3] },
  { name: "startUp", log: true },
  { name: "startUpPower", log: true },
];

const RUNTIME: readonly Searched<keyof RuntimeLayer>[] = [
  { name: "token", log: true },
  { name: "layer", log: true },
  { name: "width", log: true },
  { name: "intermediate", log: true },
  { name: "flops", log: true },
  { name: "step", log: true },
  { name: "evaluation", log: true },
];

/** Where a constant of 0 starts to be searched from. */
const FROM_NOTHING: Partial<Record<keyof RuntimeLayer, number>> = { intermediate: 1e-11 };

function fitWorld(
  rows: readonly JobRow[],
  weights: readonly number[],
  from: JobWorldDocument,
  setting: Setting,
  steps: number,
): JobWorldDocument {
  const { layers } = from;
  const lossStart = { ...layers.loss, ...setting.loss };
  const runtimeStart = { ...layers.runtime, ...FROM_NOTHING, ...setting.runtime };
  const lossLayer = search(LOSS, setting.loss, lossStart, lossResiduals(rows, weights), steps);
  const runtimeLayer = search(RUNTIME, setting.runtime, runtimeStart, runtimeResiduals(rows, weights), 2 * steps);
  return { ...from, layers: { ...layers, loss: lossLayer, runtime: runtimeLayer } };
}

function search<T extends object>(
  searched: readonly Searched<keyof T & string>[],
  set: Partial<T>,
  start: T,
  residuals: (layer: T) => number[],
  iterations: number,
): T {
  const free = searched.filter(({ name }) => !(name in set));
  const layerOf = (x: Float64Array): T => {
    const found = free.map(({ name, log }, i) => [name, log ? Math.exp(x[i]!) : x[i]]);
    return { ...start, ...Object.fromEntries(found) };
  };
  const objective = (x: Float64Array) => {
    const priors = free.flatMap(({ prior }, i) => (prior ? [(x[i]! - prior[0]) / prior[1]] : []));
    return Float64Array.from([...residuals(layerOf(x)), ...priors]);
  };
  const x0 = Float64Array.from(free, ({ name, log }) => (log ? Math.log(Number(start[name])) : Number(start[name])));
  const found = layerOf(levenbergMarquardt(objective, x0, { iterations }).x);
  return Object.fromEntries(
    Object.entries(found).map(([name, value]) => [name, Number((value as number).toPrecision(7))]),
  ) as T;
}

/** Points of a curve are not independent: a whole one weighs as much as this many. */
const CURVE_WEIGHT = 1 / 16;
/** The end counts more than the way there. */
const LAST_WEIGHT = 4.8;

function lossResiduals(rows: readonly JobRow[], weights: readonly number[]) {
  const used = rows.flatMap((row, i) => {
    const { losses, finalLoss, config } = row;
    const weight = weights[i]!;
    const n = Number(config.n_evals);
    const observed =
      losses.length > 0
        ? losses.map((its, j) => [(j + 1) / n, its] as const)
        : finalLoss
          ? [[1, finalLoss] as const]
          : [];
    return weight > 0 && observed.length > 0 ? [{ point: jobPoint(config), observed, weight }] : [];
  });
  return (layer: LossLayer): number[] => {
    const curveOf = loss.build(layer);
    return used.flatMap(({ point, observed, weight }) => {
      const curve = curveOf(point);
      return observed.map(([f, its], j) => {
        const share = CURVE_WEIGHT * (j === observed.length - 1 ? LAST_WEIGHT : 1);
        return robust(Math.sqrt(weight * share) * (Math.log(curve(f) / its) / spreadAt(its)));
      });
    });
  };
}

/** Standard deviation of ln loss to be expected of form and noise together. */
function spreadAt(observed: number): number {
  return observed < 5.5 ? 0.014 : observed < 8 ? 0.025 : 0.06;
}

const RUNTIME_SPREAD = 0.03;

function runtimeResiduals(rows: readonly JobRow[], weights: readonly number[]) {
  const used = rows.flatMap((row, i) => {
    const seconds = wholeRuntimeOf(row);
    const weight = weights[i]!;
    return seconds !== undefined && weight > 0 ? [{ point: jobPoint(row.config), seconds, weight }] : [];
  });
  return (layer: RuntimeLayer): number[] => {
    const secondsOf = runtime.build(layer);
    return used.map(({ point, seconds, weight }) =>
      robust(Math.sqrt(weight) * (Math.log(secondsOf(point) / seconds) / RUNTIME_SPREAD)),
    );
  };
}

/** A residual whose square grows like its size once it is large (soft L1). */
function robust(r: number): number {
  const scale = 1.5;
  const z = r / scale;
  return Math.sign(r) * scale * Math.sqrt(2 * (Math.sqrt(1 + z * z) - 1));
}

/** How often each row counts when shapes are drawn with replacement. */
function resampled(rows: readonly JobRow[], rng: Rng): number[] {
  const shapes = [...new Set(rows.map(shapeOf))];
  const counts = new Map<string, number>();
  for (const _ of shapes) {
    const shape = shapes[Math.floor(rng() * shapes.length)]!;
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  }
  // A shape that is not drawn still counts a little: the few large ones hold the whole extrapolation.
  return rows.map((row) => 0.3 + 0.7 * (counts.get(shapeOf(row)) ?? 0));
}

/** What no job tells anything about, from half to twice its central value. */
function varied(world: JobWorldDocument, rng: Rng): JobWorldDocument {
  const { untested } = world.layers;
  const scaled = Object.fromEntries(
    Object.entries(untested).map(([name, value]) => [
      name,
      Number((value * Math.exp(Math.log(2) * (2 * rng() - 1))).toPrecision(4)),
    ]),
  ) as unknown as typeof untested;
  const annealing = Number((0.1 + 0.5 * rng()).toPrecision(3));
  return { ...world, layers: { ...world.layers, loss: { ...world.layers.loss, annealing }, untested: scaled } };
}
