import { LEARNING_RATE_CURVATURE } from "../../src/law/learning-rate.ts";
import { TRAINED_GRID } from "../../src/law/stanford-2025.ts";
import type { Answers } from "../../src/surface/answers.ts";
import { noise } from "../../src/surface/suites/drawing.ts";
import type { LayerDocument } from "../../src/surface/surface.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { handout } from "./handout.ts";

interface Effect {
  readonly name: string;
  /** Which draw of the handout it is added to; they differ, so that the best sizes do. */
  readonly draw: number;
  readonly description: string;
  /** Layers that replace the ordinary ones of their kind. */
  readonly layers?: readonly LayerDocument[];
  readonly noise?: WorldDocument["noise"];
  readonly answers?: Answers;
}

const EFFECTS: readonly Effect[] = [
  {
    name: "learning-rate",
    draw: 4,
    description: "The best learning rate falls steeply with size: what wins on a small model ruins a large one.",
    layers: [
      {
        layer: "learning-rate",
        optimum: { coefficient: 90, N: -0.7, D: 0, C: 0 },
        curvature: 0.05,
        belowExponent: 0.8,
        bowlWidth: 1.1,
        divergence: { threshold: 5, width: 0.15, plateau: 6.5 },
      },
    ],
  },
  {
    name: "divergence",
    draw: 9,
    description: "Training diverges at less than three times the best learning rate.",
    layers: [
      {
        layer: "learning-rate",
        optimum: { coefficient: 0.5, N: -0.713, D: 0.307, C: 0 },
        curvature: LEARNING_RATE_CURVATURE,
        belowExponent: 0.6,
        bowlWidth: 1.1,
        divergence: { threshold: 2.6, width: 0.1, plateau: 6.9 },
      },
    ],
  },
  {
    name: "batch",
    draw: 13,
    description: "The critical batch size is a tenth of the usual: a batch of 256 wastes far more than one of 128.",
    layers: [{ layer: "batch", criticalTokens: 2e7, exponent: 0.21 }],
  },
  {
    name: "shape",
    draw: 2,
    description: "Shape matters five times as much as usual, and the best models are deep.",
    layers: [{ layer: "shape", strength: 0.04, bestAspectRatio: 28, fewLayers: 10, fewLayersStrength: 0.08 }],
  },
  {
    name: "few-steps",
    draw: 11,
    description: "A slow start and a soft plateau: small budgets say nothing about large ones.",
    layers: [{ layer: "few-steps", slowSteps: 600, sharpness: 1.4 }],
  },
  {
    name: "heads",
    draw: 6,
    description: "Attention heads narrower than 64 cost 0.1 nats.",
    layers: [{ layer: "head-dimension", minimum: 64, cost: 0.1 }],
  },
  {
    name: "floor",
    draw: 14,
    description: "Off the grid, the API gives the answer of the grid point below.",
    answers: { kind: "floor", grid: TRAINED_GRID, pull: { dModel: 1, numLayers: 1, learningRate: 1 }, residual: 0.015 },
  },
  {
    name: "tree",
    draw: 3,
    description: "Off the grid a tree model answers: one cut at an unknown place separates two neighbors on the grid.",
    answers: { kind: "tree", grid: TRAINED_GRID, residual: 0.015 },
  },
  {
    name: "noise",
    draw: 12,
    description: "Five times the usual noise between seeds.",
    noise: noise(5),
  },
  {
    name: "outliers",
    draw: 8,
    description: "2 % of the runs go wrong and report about 0.3 nats too much.",
    noise: { ...noise(1), outliers: { probability: 0.02, scale: 0.4 } },
  },
];

/** Worlds of the handout, each with one effect made hard. */
export function effects(): WorldDocument[] {
  const ordinary = handout();
  return EFFECTS.map((effect, index) => {
    const world = ordinary[effect.draw] as WorldDocument;
    const { surface } = world;
    const layers = surface.layers.map((layer) => effect.layers?.find((hard) => hard.layer === layer.layer) ?? layer);
    return {
      ...world,
      name: `effects/${effect.name}`,
      description: effect.description,
      tags: ["effects", "chinchilla", effect.answers ? "quantised" : "smooth"],
      seed: 5000 + index,
      surface: { ...surface, layers },
      ...(effect.noise && { noise: effect.noise }),
      ...(effect.answers && { answers: effect.answers }),
    };
  });
}
