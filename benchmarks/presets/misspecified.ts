import { chinchillaSize, HOFFMANN } from "../../src/law/chinchilla.ts";
import { UNTRAINED_LOSS } from "../../src/law/stanford-2025.ts";
import { API_ANSWERS } from "../../src/surface/calibration/sample.ts";
import { CENTRAL_BEYOND } from "../../src/surface/calibration/undetermined.ts";
import {
  COMMON,
  chinchillaWithOptimum,
  drawer,
  learningRate,
  noise,
  ordinaryLayers,
} from "../../src/surface/suites/drawing.ts";
import type { BaseDocument } from "../../src/surface/surface.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { randomStream } from "../../src/task/random.ts";

/** The best size at the target as a multiple of √(C/120), and what is left above the floor there. */
function atTarget(multiple: number, reducible: number) {
  return { flops: 1e19, parameters: multiple * chinchillaSize(1e19), reducible };
}

const BASES: Readonly<Record<string, { readonly description: string; readonly base: BaseDocument }>> = {
  kaplan: {
    description: "Kaplan's law of size and minimal steps: no floor; the critical batch size is part of the law.",
    base: {
      law: "kaplan",
      criticalParameters: 6.5e13,
      alphaN: 0.077,
      criticalSteps: 2100,
      alphaS: 0.76,
      criticalTokens: 2e8,
      alphaB: 0.21,
    },
  },
  farseer: {
    description: "Farseer's law: the exponent of the data falls as the model grows.",
    base: {
      law: "farseer",
      floor: { slope: -0.8, power: 0.05, constant: 3.1 },
      coefficient: { slope: 15.3, power: -0.1, constant: 5.46 },
      exponent: { slope: -0.05, power: 0.123, constant: -0.45 },
    },
  },
  "three-term": {
    description: "Size, data and optimizer steps each limit the loss: large batches cost steps.",
    base: { law: "three-term", E: 1.7, A: 300, alpha: 0.33, B: 700, beta: 0.34, F: 25, phi: 0.38 },
  },
  bounded: {
    description: "Chinchilla's two terms, bounded by the untrained loss.",
    base: { law: "bounded", E: 1.6, A: 1150, B: 2600, alpha: 0.36, beta: 0.37 },
  },
  "broken-size": {
    description: "The gain from size slows down beyond 50 million parameters: small sweeps are too optimistic.",
    base: {
      law: "broken",
      E: 1.7,
      size: { coefficient: 900, exponent: 0.38, breakAt: 5e7, change: -0.16, width: 0.4 },
      data: { coefficient: 2000, exponent: 0.36, breakAt: 1e12, change: 0.001, width: 0.5 },
    },
  },
  "broken-data": {
    description: "The gain from data speeds up beyond a billion tokens: small sweeps favor models that are too large.",
    base: {
      law: "broken",
      E: 1.7,
      size: { coefficient: 480, exponent: 0.34, breakAt: 1e13, change: 0.001, width: 0.5 },
      data: { coefficient: 500, exponent: 0.28, breakAt: 1e9, change: 0.16, width: 0.5 },
    },
  },
  symmetric: {
    description: "Chinchilla's law with equal exponents: the best N and D grow at the same rate.",
    base: chinchillaWithOptimum({ E: 1.8, alpha: 0.35, beta: 0.35 }, atTarget(2.2, 1)),
  },
  "small-alpha": {
    description: "Chinchilla's law with β three times α: the best size grows fast, as C^(3/4).",
    base: chinchillaWithOptimum({ E: 1.6, alpha: 0.16, beta: 0.48 }, atTarget(1.5, 1.4)),
  },
  "large-alpha": {
    description: "Chinchilla's law with α three times β: the best size grows slowly, as C^(1/4).",
    base: chinchillaWithOptimum({ E: 1.6, alpha: 0.48, beta: 0.16 }, atTarget(0.45, 1.4)),
  },
  hoffmann: {
    description: "Chinchilla's law with the constants published by Hoffmann et al. 2022.",
    base: { law: "chinchilla", ...HOFFMANN },
  },
};

/**
 * An earlier surface of the 2025 endpoint, without annealing and without a critical learning rate: 4 to 8 % above the
 * real answers around the optimum at 3e16 to 3e17 FLOPs (docs/surface.md, "The annealed surface").
 */
const GATED: WorldDocument = {
  ...COMMON,
  name: "misspecified/gated",
  description: "An earlier surface of the 2025 endpoint; its losses near the optimum are too high. Quantized answers.",
  tags: ["misspecified", "gated", "quantised"],
  seed: 4100,
  accounting: "stanford-2025",
  surface: {
    base: {
      law: "gated",
      E: 1.2,
      logA: 1.13856,
      alpha: 0.185,
      logK: 2.32767,
      beta: 0.556785,
      g0: 0.849768,
      g1: -0.117801,
      w: 0.627902,
      v: 0.0316461,
      b: 0.257197,
      firstPhaseLoss: 8.51897,
      logX: 6.0435,
      q: 1.11879,
      gateWidth: 1.32917,
      beyond: CENTRAL_BEYOND,
    },
    layers: [],
    untrainedLoss: 10.5456,
  },
  noise: noise(1),
  answers: API_ANSWERS,
};

/** Worlds of other laws, so that no strategy wins by knowing that Chinchilla's holds. */
export function misspecified(): WorldDocument[] {
  return [...layered(), GATED];
}

function layered(): WorldDocument[] {
  return Object.entries(BASES).map(([name, { description, base }], index) => {
    const draw = drawer(randomStream(`presets/misspecified/${name}`));
    const { batch, rest } = ordinaryLayers(draw);
    const rate = learningRate(draw, draw.logBetween(2e-4, 9e-4));
    // These two have the effect of the batch size inside.
    const layers = name === "kaplan" || name === "three-term" ? [rate, ...rest] : [batch, rate, ...rest];
    return {
      ...COMMON,
      name: `misspecified/${name}`,
      description,
      tags: ["misspecified", base.law, "smooth"],
      seed: 4000 + index,
      surface: { base, layers, untrainedLoss: UNTRAINED_LOSS },
      noise: noise(1),
    };
  });
}
