import type { TableRun } from "../../table/run-reader.ts";
import type { Interaction } from "../laws/interaction.ts";
import type { LearningRateLayer } from "../layers/learning-rate.ts";
import type { LayerDocument, SurfaceDocument } from "../surface.ts";
import type { FittedResidual } from "./fitted-residual.ts";

/** The parameters: E, A, B, ln α, ln β, γ, then κ, h₀, hN, hD, hB, κB, b₀, bN, bD, and κS, s₀ of the aspect ratio. */
export interface Fitted {
  readonly x: Float64Array;
  readonly origin: Origin;
  readonly residual?: FittedResidual;
}

/** Where n, d, ln η, ln B and ln(d/L) are 0. */
export interface Origin {
  readonly logN: number;
  readonly logD: number;
  readonly logRate: number;
  readonly logBatch: number;
  readonly logAspect: number;
}

/** Where the effects of rate and batch, and that of the shape, begin. */
export const EFFECTS = 6;
export const SHAPE = 15;

/** The fit as a document of a surface. */
export function surfaceOf({ x, origin, residual }: Fitted, runs: readonly TableRun[]): SurfaceDocument {
  const at = (i: number) => x[i] as number;
  const base: Interaction = {
    law: "interaction",
    E: digits(at(0)),
    A: digits(at(1)),
    B: digits(at(2)),
    alpha: digits(Math.exp(at(3))),
    beta: digits(Math.exp(at(4))),
    gamma: digits(at(5)),
    parameters: digits(Math.exp(origin.logN)),
    tokens: digits(Math.exp(origin.logD)),
  };
  const highest = runs.reduce((high, { loss }) => Math.max(high, loss), 0);
  const layers: LayerDocument[] = [...effectLayers(x, origin), ...(residual ? [residual.layer] : [])];
  return { base, layers, untrainedLoss: digits(Math.max(1.5 * highest, 1.5 * base.E)) };
}

function effectLayers(x: Float64Array, { logN, logD, logRate, logBatch, logAspect }: Origin): LayerDocument[] {
  const at = (i: number) => x[i] as number;
  const layers: LayerDocument[] = [];
  if (at(SHAPE) > 0)
    layers.push({
      layer: "shape",
      strength: digits(at(15)),
      bestAspectRatio: digits(Math.exp(logAspect + at(16))),
      fewLayers: 1,
      fewLayersStrength: 0,
    });
  if (at(EFFECTS) > 0)
    layers.push({
      layer: "learning-rate",
      optimum: {
        coefficient: digits(Math.exp(logRate + at(7) - at(8) * logN - at(9) * logD - at(10) * logBatch)),
        N: digits(at(8)),
        D: digits(at(9)),
        C: 0,
        B: digits(at(10)),
      },
      curvature: digits(at(6)),
      belowExponent: 0,
      bowlWidth: BOWL,
      divergence: DIVERGENCE,
    });
  if (at(11) > 0)
    layers.push({
      layer: "batch-optimum",
      optimum: {
        coefficient: digits(Math.exp(logBatch + at(12) - at(13) * logN - at(14) * logD)),
        N: digits(at(13)),
        D: digits(at(14)),
        C: 0,
      },
      curvature: digits(at(11)),
      bowlWidth: BOWL,
    });
  return layers;
}

/** How far a bowl is quadratic, in ln: about as far as tables go. */
const BOWL = 3;
/** Of Step Law: 6 to 8 times the best rate, of a grid that seldom goes beyond. */
const DIVERGENCE: LearningRateLayer["divergence"] = { threshold: 12, width: 0.15, plateau: 6.5 };

function digits(value: number): number {
  return Number(value.toPrecision(7));
}
