import { TRAINED_GRID } from "../../src/law/stanford-2025.ts";
import type { Answers } from "../../src/surface/answers.ts";
import { type Draw, digits, noise } from "../../src/surface/suites/drawing.ts";
import type { LayerDocument } from "../../src/surface/surface.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";

export type Effect =
  | "learning-rate"
  | "divergence"
  | "batch"
  | "shape"
  | "few-steps"
  | "heads"
  | "floor"
  | "tree"
  | "noise"
  | "outliers";

/** A world with effects made as hard as those of the suite `effects`, their strengths drawn. */
export function withEffects<World extends Pick<WorldDocument, "surface" | "description">>(
  world: World,
  effects: readonly Effect[],
  draw: Draw,
): World {
  let changed = world;
  for (const effect of effects) {
    const { layer: hard, ...rest } = HARD[effect](draw);
    const layers = changed.surface.layers.map((layer) => (hard?.layer === layer.layer ? hard : layer));
    const description = `${changed.description} Hard: ${effect}.`;
    changed = { ...changed, ...rest, description, surface: { ...changed.surface, layers } };
  }
  return changed;
}

interface Hard {
  readonly layer?: LayerDocument;
  readonly noise?: WorldDocument["noise"];
  readonly answers?: Answers;
}

const HARD: Readonly<Record<Effect, (draw: Draw) => Hard>> = {
  "learning-rate": (draw) => ({
    layer: {
      layer: "learning-rate",
      optimum: { coefficient: digits(draw.logBetween(60, 130)), N: -0.7, D: 0, C: 0 },
      curvature: digits(draw.between(0.035, 0.06)),
      belowExponent: 0.8,
      bowlWidth: 1.1,
      divergence: { threshold: 5, width: 0.15, plateau: 6.5 },
    },
  }),
  divergence: (draw) => ({
    layer: {
      layer: "learning-rate",
      optimum: { coefficient: digits(draw.logBetween(0.3, 0.7)), N: -0.713, D: 0.307, C: 0 },
      curvature: digits(draw.between(0.0145, 0.0232)),
      belowExponent: 0.6,
      bowlWidth: 1.1,
      divergence: { threshold: digits(draw.between(2.3, 3.2)), width: 0.1, plateau: 6.9 },
    },
  }),
  batch: (draw) => ({ layer: { layer: "batch", criticalTokens: digits(draw.logBetween(1e7, 4e7)), exponent: 0.21 } }),
  shape: (draw) => ({
    layer: {
      layer: "shape",
      strength: digits(draw.between(0.025, 0.05)),
      bestAspectRatio: digits(draw.logBetween(24, 40)),
      fewLayers: 10,
      fewLayersStrength: digits(draw.between(0.05, 0.1)),
    },
  }),
  "few-steps": (draw) => ({
    layer: {
      layer: "few-steps",
      slowSteps: digits(draw.logBetween(300, 900)),
      sharpness: digits(draw.between(1.3, 1.6)),
    },
  }),
  heads: (draw) => ({ layer: { layer: "head-dimension", minimum: 64, cost: digits(draw.between(0.06, 0.12)) } }),
  floor: () => ({
    answers: { kind: "floor", grid: TRAINED_GRID, pull: { dModel: 1, numLayers: 1, learningRate: 1 }, residual: 0.015 },
  }),
  tree: () => ({ answers: { kind: "tree", grid: TRAINED_GRID, residual: 0.015 } }),
  noise: (draw) => ({ noise: noise(digits(draw.between(4, 6))) }),
  outliers: (draw) => ({
    noise: { ...noise(1), outliers: { probability: digits(draw.between(0.015, 0.04)), scale: 0.4 } },
  }),
};
