import { chinchillaSize } from "../../law/chinchilla.ts";
import { OPTIMUM_EXPONENTS } from "../../law/learning-rate.ts";
import { UNTRAINED_LOSS } from "../../law/stanford-2025.ts";
import { type Rng, randomStream } from "../../task/random.ts";
import type { Chinchilla } from "../laws/chinchilla.ts";
import type { LearningRateLayer } from "../layers/learning-rate.ts";
import type { OptimumLaw } from "../layers/optimum-law.ts";
import type { LayerDocument } from "../surface.ts";
import type { WorldDocument } from "../world-document.ts";

/** Random draws from one stream. */
export interface Draw {
  between(low: number, high: number): number;
  logBetween(low: number, high: number): number;
  oneOf<T>(values: readonly T[]): T;
}

export function drawer(rng: Rng): Draw {
  const between = (low: number, high: number) => low + (high - low) * rng();
  return {
    between,
    logBetween: (low, high) => Math.exp(between(Math.log(low), Math.log(high))),
    oneOf: (values) => values[Math.floor(rng() * values.length)] as (typeof values)[number],
  };
}

/** Chinchilla's law whose best size at `flops` is `parameters`, with `reducible` nats above E there. */
export function chinchillaWithOptimum(
  { E, alpha, beta }: { readonly E: number; readonly alpha: number; readonly beta: number },
  { flops, parameters, reducible }: { readonly flops: number; readonly parameters: number; readonly reducible: number },
): Chinchilla {
  // At the optimum α·A/N^α = β·B/D^β; both terms add up to what is reducible.
  const tokens = flops / (6 * parameters);
  const sizeTerm = (reducible * beta) / (alpha + beta);
  const dataTerm = (reducible * alpha) / (alpha + beta);
  const A = sizeTerm * Math.exp(alpha * Math.log(parameters));
  const B = dataTerm * Math.exp(beta * Math.log(tokens));
  return { law: "chinchilla", E, A: digits(A), B: digits(B), alpha, beta };
}

/** A learning-rate layer whose optimum is `rate` for a run of 1e17 FLOPs at N = √(C/120). */
export function learningRate(draw: Draw, rate: number): LearningRateLayer {
  const exponents = draw.oneOf(OPTIMUM_EXPONENTS);
  const flops = 1e17;
  const parameters = chinchillaSize(flops);
  const tokens = flops / (6 * parameters);
  const power = exponents.N * Math.log(parameters) + exponents.D * Math.log(tokens) + exponents.C * Math.log(flops);
  const optimum: OptimumLaw = {
    coefficient: digits(rate / Math.exp(power)),
    N: digits(exponents.N),
    D: exponents.D,
    C: exponents.C,
  };
  return {
    layer: "learning-rate",
    optimum,
    curvature: digits(draw.between(0.0145, 0.0232)),
    belowExponent: digits(draw.between(0.5, 0.8)),
    bowlWidth: 1.1,
    divergence: { threshold: digits(draw.between(6, 8)), width: 0.15, plateau: digits(draw.between(6.2, 6.9)) },
  };
}

/** The other effects of an ordinary world. */
export function ordinaryLayers(draw: Draw): { readonly batch: LayerDocument; readonly rest: readonly LayerDocument[] } {
  return {
    batch: { layer: "batch", criticalTokens: 2.1e8, exponent: 0.21 },
    rest: [
      {
        layer: "shape",
        strength: digits(draw.between(0.004, 0.01)),
        bestAspectRatio: digits(draw.logBetween(32, 64)),
        fewLayers: 6,
        fewLayersStrength: 0.02,
      },
      { layer: "head-dimension", minimum: 16, cost: digits(draw.between(0.01, 0.03)) },
      { layer: "few-steps", slowSteps: digits(draw.logBetween(20, 150)), sharpness: 2 },
    ],
  };
}

/** What all drawn worlds have in common. */
export const COMMON: Pick<WorldDocument, "schema" | "accounting" | "answers" | "task"> = {
  schema: "isoflop-world/1",
  accounting: "handout",
  answers: { kind: "smooth" },
  task: "stanford-2025",
};

/** Noise that grows with the loss, as seeds of one configuration do (Porian et al. 2024). */
export function noise(factor: number): WorldDocument["noise"] {
  return {
    sdByLoss: [
      [3, digits(0.002 * factor)],
      [7, digits(0.05 * factor)],
      [9, digits(0.01 * factor)],
    ],
  };
}

export function digits(value: number): number {
  return Number(value.toPrecision(5));
}

/**
 * Draw `index` of `count` of the parametric Chinchilla surface with its effects: best sizes of the draws are spread
 * from 0.3 to 3 times √(C/120) at the target.
 *
 * @param stream prefix of the stream's name; another prefix gives other draws.
 */
export function chinchillaDraw(stream: string, index: number, count: number): Pick<WorldDocument, "surface" | "noise"> {
  const draw = drawer(randomStream(`${stream}/${index}`));
  const share = (index + draw.between(0, 1)) / count;
  return chinchillaWorld(draw, chinchillaSize(1e19) * 0.3 * Math.exp(share * Math.log(10)));
}

/** A Chinchilla world whose best size at the target is `parameters`. */
export function chinchillaWorld(draw: Draw, parameters: number): Pick<WorldDocument, "surface" | "noise"> {
  const exponents = {
    E: digits(draw.between(1.5, 2.2)),
    alpha: digits(draw.between(0.27, 0.45)),
    beta: digits(draw.between(0.27, 0.45)),
  };
  const base = chinchillaWithOptimum(exponents, { flops: 1e19, parameters, reducible: draw.logBetween(0.7, 1.4) });
  const { batch, rest } = ordinaryLayers(draw);
  const rate = learningRate(draw, draw.logBetween(2.5e-4, 9e-4));
  return {
    surface: { base, layers: [batch, rate, ...rest], untrainedLoss: UNTRAINED_LOSS },
    noise: noise(digits(draw.logBetween(0.5, 2))),
  };
}
