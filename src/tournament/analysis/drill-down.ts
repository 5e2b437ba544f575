import { buildAnyWorld, isJobDocument, isReplayed } from "../../surface/any-world.ts";
import { optimumOf } from "../../surface/truth.ts";
import type { AnyWorld, AnyWorldDocument } from "../../surface/world.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import type { RunConfig, Shape } from "../../task/configuration.ts";
import { formatCount, formatShort } from "../../task/quantity.ts";
import { queryableShape, realizeShape } from "../../task/realize.ts";
import type { Task } from "../../task/task.ts";
import type { TournamentPlan } from "../plan.ts";
import type { BoughtRun, Result } from "../result.ts";
import { informationLimits, vagueBelief } from "./information-limit.ts";

/** Loss against size at one budget: the best over the other hyperparameters, without noise. */
export interface IsoflopCurve {
  readonly flops: number;
  readonly points: readonly (readonly [parameters: number, loss: number])[];
}

/** What one strategy did in repetition 0 of a world. */
export interface DrillEntry {
  readonly strategy: string;
  /** Size, answered loss and FLOPs of each run it bought. */
  readonly runs: readonly (readonly [parameters: number, loss: number, flops: number])[];
  readonly rejected: number;
  readonly failure?: string;
  /** The best that its runs allow: expected regret, and standard deviation of the best loss at the target, in nats. */
  readonly limit?: { readonly regret: number; readonly lossSd: number };
  readonly submitted?: {
    readonly parameters: number;
    readonly trueLoss: number;
    readonly predictedLoss: number;
    readonly interval?: readonly [low: number, high: number];
    readonly regret: number;
    readonly configuration: string;
  };
}

export interface DrillWorld {
  readonly name: string;
  readonly description: string;
  readonly target: number;
  /** Whether amounts are seconds and not FLOPs. */
  readonly inSeconds?: true;
  readonly optimum: readonly [parameters: number, loss: number];
  readonly curves: readonly IsoflopCurve[];
  readonly entries: readonly DrillEntry[];
}

/** The worlds that the page can draw; a tournament may have more. */
export interface DrillDown {
  readonly worlds: readonly DrillWorld[];
}

/** Worlds that a page draws: more would make the page too large for browsers. */
export const DRAWN_WORLDS = 24;
const SIZES = 25;

/** Collects what repetition 0 of some worlds bought, and draws their surfaces under it. */
export class DrillDownBuilder {
  readonly #worlds: ReadonlyMap<string, TournamentPlan["worlds"][number]>;
  readonly #entries = new Map<string, DrillEntry[]>();
  readonly #limits = new Map<string, ReturnType<typeof informationLimits>>();

  constructor({ worlds }: TournamentPlan) {
    const step = Math.max(1, worlds.length / DRAWN_WORLDS);
    const chosen = Array.from(
      { length: Math.min(DRAWN_WORLDS, worlds.length) },
      (_, i) => worlds[Math.floor(i * step)],
    );
    this.#worlds = new Map(chosen.flatMap((world) => (world ? [[world.name, world] as const] : [])));
  }

  add(result: Result): void {
    const document = this.#worlds.get(result.world);
    if (result.repetition !== 0 || !document) return;
    const entries = this.#entries.get(result.world) ?? [];
    this.#entries.set(result.world, entries);
    entries.push({ ...entryOf(result), ...this.#limitOf(document, result) });
  }

  /** The best that these runs allow; nothing where finished runs are the truth. */
  #limitOf(document: AnyWorldDocument, { runs = [] }: Result): Pick<DrillEntry, "limit"> {
    if (isJobDocument(document) || isReplayed(document)) return {};
    const limits = this.#limits.get(document.name) ?? informationLimits(document, vagueBelief(document));
    this.#limits.set(document.name, limits);
    const limit = limits(runs.flatMap(trained));
    return limit ? { limit: { regret: round(limit.regret), lossSd: round(limit.lossSd) } } : {};
  }

  build(): DrillDown {
    return {
      worlds: [...this.#worlds.values()].map((document): DrillWorld => {
        const world = buildAnyWorld(document);
        const entries = this.#entries.get(document.name) ?? [];
        const { config, loss } = optimumOf(world);
        return {
          name: document.name,
          description: document.description,
          target: world.task.target,
          ...(world.task.clock && { inSeconds: true }),
          optimum: [nonEmbeddingParameters(config), round(loss)],
          curves: curvesOf(world, entries),
          entries,
        };
      }),
    };
  }
}

function entryOf(result: Result): DrillEntry {
  const runs = (result.runs ?? []).flatMap(([dModel, numLayers, , , , flops, loss]) =>
    typeof loss === "number" ? [[nonEmbeddingParameters({ dModel, numLayers }), round(loss), flops] as const] : [],
  );
  const entry = { strategy: result.strategy, runs, rejected: result.refused + result.invalid };
  if (result.status !== "ok") return { ...entry, failure: result.failure };
  const { config, predictedLoss, interval } = result.submission;
  const parameters = nonEmbeddingParameters(config);
  return {
    ...entry,
    submitted: {
      parameters,
      trueLoss: round(result.score.trueLoss),
      predictedLoss: round(predictedLoss),
      ...(interval ? { interval: [round(interval.low), round(interval.high)] as const } : {}),
      regret: round(result.score.regret),
      configuration: `${formatCount(parameters)} (d ${config.dModel}, ${config.numLayers} layers, batch ${config.batchSize}, lr ${formatShort(config.learningRate)})`,
    },
  };
}

/** The configuration of a run that was answered; undefined for any other. */
export function trained([
  dModel,
  numLayers,
  numHeads,
  batchSize,
  learningRate,
  trainFlops,
  loss,
]: BoughtRun): RunConfig[] {
  return typeof loss === "number" ? [{ dModel, numLayers, numHeads, batchSize, learningRate, trainFlops }] : [];
}

/** The curves of every budget with a bought run, and of the target. */
function curvesOf(world: AnyWorld, entries: readonly DrillEntry[]): IsoflopCurve[] {
  const { document } = world;
  if (!isJobDocument(document) && document.surface.base.law === "table") return tableCurves(document.surface.base.runs);
  const runs = entries.flatMap((entry) => entry.runs);
  const budgets = [...new Set(runs.map(([, , flops]) => flops))].sort((a, b) => a - b);
  const sizes = [...runs.map(([parameters]) => parameters), nonEmbeddingParameters(optimumOf(world).config)];
  const [low, high] = [sizes.reduce((a, b) => Math.min(a, b)), sizes.reduce((a, b) => Math.max(a, b))];
  const grid = Array.from({ length: SIZES }, (_, i) => low * Math.exp((i / (SIZES - 1)) * Math.log(high / low)));
  const queryable = shapesFor(grid, (parameters) => queryableShape(parameters, world.task));
  const admissible = shapesFor([...grid, 1.6 * high, 2.5 * high], (parameters) =>
    realizeShape(parameters, world.task.admissible),
  );
  return [
    ...budgets.map((flops) => ({ flops, points: curve(world, queryable, flops, queryRecipes(world.task)) })),
    { flops: world.task.target, points: curve(world, admissible, world.task.target, admissibleRecipes(world.task)) },
  ];
}

/** Of a table of finished runs: the lowest loss of each size at each budget. */
function tableCurves(rows: readonly (RunConfig & { readonly loss: number })[]): IsoflopCurve[] {
  return [...Map.groupBy(rows, ({ trainFlops }) => trainFlops)].map(([flops, level]) => {
    const bySize = Map.groupBy(level, (row) => nonEmbeddingParameters(row));
    const points = [...bySize].map(([size, same]) => [size, round(Math.min(...same.map(({ loss }) => loss)))] as const);
    return { flops, points: points.sort(([a], [b]) => a - b) };
  });
}

function shapesFor(sizes: readonly number[], shapeOf: (parameters: number) => Shape): Shape[] {
  const bySize = new Map(
    sizes.map((parameters) => shapeOf(parameters)).map((shape) => [nonEmbeddingParameters(shape), shape]),
  );
  return [...bySize].sort(([a], [b]) => a - b).map(([, shape]) => shape);
}

type Recipe = Pick<RunConfig, "batchSize" | "learningRate">;

function curve(
  world: AnyWorld,
  shapes: readonly Shape[],
  trainFlops: number,
  recipes: readonly Recipe[],
): [number, number][] {
  return shapes.map((shape) => {
    const losses = world.expectedLosses(recipes.map((recipe) => ({ ...shape, ...recipe, trainFlops })));
    return [nonEmbeddingParameters(shape), round(Math.min(...losses))];
  });
}

function queryRecipes({ searchSpace: { batchSize, learningRate } }: Task): Recipe[] {
  const ends = learningRate.kind === "range" ? [learningRate.minimum, learningRate.maximum] : learningRate.values;
  const batches = batchSize.kind === "choice" ? batchSize.values : [batchSize.minimum, batchSize.maximum];
  return recipes(batches, ends);
}

function admissibleRecipes({ admissible }: Task): Recipe[] {
  return recipes(admissible.batchSizes, admissible.learningRate);
}

function recipes(batches: readonly number[], rates: readonly number[]): Recipe[] {
  const [low, high] = [Math.min(...rates), Math.max(...rates)];
  const between = Array.from({ length: 9 }, (_, i) => low * Math.exp((i / 8) * Math.log(high / low)));
  return batches.flatMap((batchSize) => between.map((learningRate) => ({ batchSize, learningRate })));
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
