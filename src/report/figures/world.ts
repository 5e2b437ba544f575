import * as Plot from "@observablehq/plot";
import { interpolate } from "../../statistics/interpolate.ts";
import { optimumOf } from "../../surface/truth.ts";
import type { World } from "../../surface/world.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import type { RunConfig } from "../../task/configuration.ts";
import { formatCount } from "../../task/quantity.ts";
import { budgetsOf } from "../../task/task.ts";
import { powerOfTen } from "../axes.ts";
import { INK, orderedColor, PALETTE } from "../colors.ts";
import type { Figure, LegendEntry } from "../figure.ts";
import { placedLabels } from "./placed-labels.ts";
import { frame, linearAxisY, logAxisX, logDomain } from "./plot-axes.ts";

const SIZE = { width: 620, height: 400 } as const;
const LINE = { strokeWidth: 2, strokeLinejoin: "round" } as const;

/** One sheet's panels: isoFLOP curves with the optimum, learning rate, batch, and the plateau of small budgets. */
export function worldPanels(world: World): Figure[] {
  return [isoflops(world), learningRates(world), batches(world), plateau(world)];
}

interface CurvePoint {
  readonly x: number;
  readonly loss: number;
}

/** The loss over size at several budgets, everything else at its best, and the best size of each. */
function isoflops(world: World): Figure {
  const budgets = shownBudgets(world);
  const curves = budgets.map(({ flops, color }) => {
    const { config, loss } = optimumOf(world, flops);
    const best = nonEmbeddingParameters(config);
    const points = Array.from({ length: 121 }, (_, i): CurvePoint[] => {
      const size = best * Math.exp(((i - 60) / 60) * Math.log(20));
      const shape = shapeOf(size, config);
      if (!shape) return [];
      const losses = world.expectedLosses(rates(world, 41).map((learningRate) => ({ ...shape, learningRate })));
      return [{ x: size, loss: Math.min(...losses) }];
    }).flat();
    return { color, points, best: { x: best, y: loss, text: `${formatCount(best)}, ${loss.toFixed(3)}` } };
  });
  const losses = curves.flatMap(({ points }) => points.map(({ loss }) => loss));
  const domain = logDomain(
    curves.flatMap(({ points }) => points.map(({ x }) => x)),
    1.1,
  );
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  return {
    title: "IsoFLOP curves",
    subtitle:
      "each size at its best learning rate, with the best shape and batch of its budget; the best size is marked",
    legend: legendOf(budgets),
    plot: {
      ...SIZE,
      x: { type: "log", domain, label: null },
      y: { domain: [low - 0.12 * (high - low), high + 0.05 * (high - low)], label: null },
      marks: [
        ...logAxisX(domain, "model size N (parameters)", "count"),
        ...linearAxisY("expected loss (nats per token)"),
        frame(),
        ...curves.map(({ color, points }) => Plot.line(points, { x: "x", y: "loss", stroke: color, ...LINE })),
        Plot.dot(curves, {
          x: ({ best }: (typeof curves)[number]) => best.x,
          y: ({ best }: (typeof curves)[number]) => best.y,
          symbol: "diamond",
          r: 6,
          fill: ({ color }: (typeof curves)[number]) => color,
          stroke: "white",
        }),
        placedLabels(
          curves.map(({ best }) => best),
          curves.map(({ best }) => best),
          curves.flatMap(({ points }) => points.map((point) => ({ x: point.x, y: point.loss }))),
        ),
      ],
    },
  };
}

/**
 * The loss over the learning rate at the target's best model and at those of two cheaper budgets, as trained and as
 * answered.
 */
function learningRates(world: World): Figure {
  const budgets = shownBudgets(world);
  const [low, high] = world.task.admissible.learningRate;
  const quantized = world.document.answers.kind !== "smooth";
  const curves = budgets.map(({ flops, color }) => {
    const { config } = optimumOf(world, flops);
    const expected = rates(world, 161).map((rate) => ({
      x: rate,
      loss: world.expectedLoss({ ...config, learningRate: rate }),
    }));
    const answered = rates(world, 161)
      .filter((rate) => rate >= 1e-4 && rate <= 1e-3)
      .map((rate) => ({ x: rate, loss: world.quantizedLoss({ ...config, learningRate: rate }) }));
    return { color, expected, answered };
  });
  const losses = curves.flatMap(({ expected }) => expected.map(({ loss }) => loss));
  return {
    title: "Loss against learning rate",
    subtitle: `at each budget's best model${quantized ? "; dashed: the API's answers without noise" : ""}`,
    legend: legendOf(budgets),
    plot: {
      ...SIZE,
      x: { type: "log", domain: [low, high], label: null },
      y: { domain: [Math.min(...losses) - 0.2, Math.max(...losses) + 0.2], label: null },
      marks: [
        ...logAxisX([low, high], "learning rate", "power"),
        ...linearAxisY("expected loss (nats per token)"),
        frame(),
        Plot.ruleX([1e-4, 1e-3], { stroke: INK, strokeOpacity: 0.35, strokeDasharray: "2 3" }),
        Plot.text([{ x: 3.16e-4 }], {
          x: "x",
          frameAnchor: "top",
          text: () => "what the API accepts",
          dy: 6,
          fill: "#5c6370",
          fontSize: 10.5,
        }),
        ...curves.flatMap(({ color, expected, answered }) => [
          Plot.line(expected, { x: "x", y: "loss", stroke: color, ...LINE }),
          ...(quantized
            ? [
                Plot.line(answered, {
                  x: "x",
                  y: "loss",
                  stroke: color,
                  strokeWidth: 1.6,
                  strokeDasharray: "5 3",
                  curve: "step" as const,
                }),
              ]
            : []),
        ]),
      ],
    },
  };
}

/** What a batch of 256 costs more than one of 128, over compute, at the best model of each budget. */
function batches(world: World): Figure {
  const sizes = world.task.admissible.batchSizes;
  const [small, large] = [Math.min(...sizes), Math.max(...sizes)];
  // The best model changes in steps with the budget; between some budgets its settings are interpolated.
  const known = spread(world, 13).map((flops) => ({ ln: Math.log(flops), config: optimumOf(world, flops).config }));
  const between = (ln: number, of: (config: RunConfig) => number) =>
    Math.exp(
      interpolate(
        known.map((knot) => [knot.ln, Math.log(of(knot.config))] as const),
        ln,
      ),
    );
  const points = spread(world, 121).map((flops) => {
    const ln = Math.log(flops);
    const config: RunConfig = {
      dModel: between(ln, ({ dModel }) => dModel),
      numLayers: between(ln, ({ numLayers }) => numLayers),
      numHeads: between(ln, ({ numHeads }) => numHeads),
      learningRate: between(ln, ({ learningRate }) => learningRate),
      batchSize: small,
      trainFlops: flops,
    };
    return { x: flops, cost: world.expectedLoss({ ...config, batchSize: large }) - world.expectedLoss(config) };
  });
  const domain = logDomain(
    points.map(({ x }) => x),
    1.3,
  );
  const costs = points.map(({ cost }) => cost);
  return {
    title: "The larger batch",
    subtitle: `what batch ${large} costs more than ${small}, at each budget's best model`,
    plot: {
      ...SIZE,
      x: { type: "log", domain, label: null },
      y: { domain: [Math.min(0, ...costs) - 0.02, Math.max(...costs) * 1.1 + 0.02], label: null },
      marks: [
        ...logAxisX(domain, "training compute C (FLOPs)", "power"),
        ...linearAxisY("nats per token"),
        frame(),
        Plot.ruleY([0], { stroke: INK, strokeOpacity: 0.5 }),
        Plot.line(points, { x: "x", y: "cost", stroke: PALETTE[0]!, ...LINE }),
      ],
    },
  };
}

/** The loss of three fixed models over compute, flat at the untrained loss first, beside the best of each budget. */
function plateau(world: World): Figure {
  const shapes = [
    { dModel: 128, numLayers: 4, numHeads: 4 },
    { dModel: 512, numLayers: 8, numHeads: 8 },
    { dModel: 1024, numLayers: 24, numHeads: 16 },
  ];
  const flops = Array.from({ length: 101 }, (_, i) =>
    Math.round(1e12 * Math.exp((i / 100) * Math.log(world.task.target / 1e12))),
  );
  const { config: best } = optimumOf(world);
  const curves = shapes.map((shape, i) => ({
    color: orderedColor(i, shapes.length),
    label: `${formatCount(nonEmbeddingParameters(shape))} (d ${shape.dModel}, L ${shape.numLayers})`,
    points: flops.map((trainFlops) => ({
      x: trainFlops,
      loss: world.expectedLoss({
        ...best,
        ...shape,
        learningRate: 1e-3,
        batchSize: Math.min(...world.task.admissible.batchSizes),
        trainFlops,
      }),
    })),
  }));
  const frontier = spread(world).map((trainFlops) => ({ x: trainFlops, loss: optimumOf(world, trainFlops).loss }));
  const domain: [number, number] = [1e12, world.task.target];
  const losses = [...curves.flatMap(({ points }) => points), ...frontier].map(({ loss }) => loss);
  return {
    title: "The plateau",
    subtitle: `three fixed models at learning rate 10⁻³; untrained loss ${world.document.surface.untrainedLoss.toFixed(2)}`,
    legend: [
      ...curves.map(({ label, color }) => ({ label, color, mark: "line" as const })),
      { label: "best of the budget", color: INK, mark: "dashed" },
    ],
    plot: {
      ...SIZE,
      x: { type: "log", domain, label: null },
      y: { domain: [Math.min(...losses) - 0.3, Math.max(...losses) + 0.3], label: null },
      marks: [
        ...logAxisX(domain, "training compute C (FLOPs)", "power"),
        ...linearAxisY("expected loss (nats per token)"),
        frame(),
        ...curves.map(({ color, points }) => Plot.line(points, { x: "x", y: "loss", stroke: color, ...LINE })),
        Plot.line(frontier, { x: "x", y: "loss", stroke: INK, strokeWidth: 1.6, strokeDasharray: "5 3" }),
      ],
    },
  };
}

/** The target and budgets two and three decades below it. */
function shownBudgets(world: World): { readonly flops: number; readonly color: string }[] {
  const { target } = world.task;
  return [target / 1e3, target / 1e2, target].map((flops, i, all) => ({
    flops: Math.round(flops),
    color: orderedColor(i, all.length),
  }));
}

function legendOf(budgets: ReturnType<typeof shownBudgets>): LegendEntry[] {
  return budgets.map(({ flops, color }) => ({ label: `${powerOfTen(flops)} FLOPs`, color, mark: "line" }));
}

/** Learning rates that may be submitted, evenly in ln. */
function rates(world: World, count: number): number[] {
  const [low, high] = world.task.admissible.learningRate;
  return Array.from({ length: count }, (_, i) => low * Math.exp((i / (count - 1)) * Math.log(high / low)));
}

/** From the lowest budget of the search space to the target, evenly in ln. */
function spread(world: World, count = 61): number[] {
  const lowest = budgetsOf(world.task)[0] as number;
  return Array.from({ length: count }, (_, i) =>
    Math.round(lowest * Math.exp((i / (count - 1)) * Math.log(world.task.target / lowest))),
  );
}

/** A shape of another size, of the same aspect and setting; sizes need not be whole. */
function shapeOf(parameters: number, config: RunConfig): RunConfig | undefined {
  const aspect = config.dModel / config.numLayers;
  const numLayers = Math.cbrt(parameters / (12 * aspect * aspect));
  const dModel = aspect * numLayers;
  return numLayers < 1 ? undefined : { ...config, dModel, numLayers, numHeads: Math.max(1, dModel / 64) };
}
