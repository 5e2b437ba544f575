import { literatureBatch, literatureRate } from "../../src/law/recipe.ts";
import { UNTRAINED_LOSS } from "../../src/law/stanford-2025.ts";
import { CONTEXT_LENGTH } from "../../src/task/accounting.ts";
import type { Effects } from "./effects.ts";
import { type Frame, type Law, logRule } from "./laws.ts";
import type { LogFeatures, Losses, Surface, SurfaceFamily } from "./surface-family.ts";

/** Beyond this |ln(η/η*)| a bowl continues as a straight line, and low rates also waste tokens. */
const BOWL = 1.1;
const BELOW = 0.65;
const DIVERGENCE = { width: 0.15, plateau: 6.5 };
const SHALLOW = { layers: Math.log(6), strength: 0.02 };
const LOG_6 = Math.log(6);
const LOG_UNTRAINED = Math.log(UNTRAINED_LOSS);
/** What the rates' prior is measured at. */
const REFERENCE = { logC: Math.log(1e17), logN: logRule(Math.log(1e17)) };

interface Variable {
  readonly mean: number;
  readonly sd: number;
}

/** ln η* at the reference, its slopes along √C and with N, ln curvature, ln of the factor at which runs diverge. */
const RATES: readonly Variable[] = [
  { mean: Math.log(5e-4), sd: 0.5 },
  { mean: -0.165, sd: 0.08 },
  { mean: -0.45, sd: 0.4 },
  { mean: Math.log(0.0185), sd: 0.45 },
  { mean: Math.log(6), sd: 0.35 },
];
/** Where the batch is free: ln of the best batch in tokens, its exponent in D, ln curvature, and η*'s exponent in it. */
const BATCH: readonly Variable[] = [
  { mean: Math.log(1.7e5), sd: 0.9 },
  { mean: 0.57, sd: 0.12 },
  { mean: Math.log(0.014), sd: 0.4 },
  { mean: 0.36, sd: 0.15 },
];
/** Step Law's best rate at the sizes of published recipes, where the assignment's prior says nothing. */
const PUBLISHED_RATE = { mean: Math.log(2.5e-3), sd: 0.9 };
const BATCH_REFERENCE = { logD: Math.log(2e10), logTokens: Math.log(128 * CONTEXT_LENGTH) };
const CRITICAL: Variable = { mean: Math.log(2.1e8), sd: 0.6 };
/** ln of the shape's strength and of the best d/L. */
const SHAPE: readonly Variable[] = [
  { mean: Math.log(0.007), sd: 0.5 },
  { mean: Math.log(45), sd: 0.3 },
];
/** ln of the steps lost, and of the sharpness of the plateau before them. */
const FEW_STEPS: readonly Variable[] = [
  { mean: Math.log(60), sd: 0.8 },
  { mean: Math.log(2), sd: 0.3 },
];

interface Making {
  readonly law: Law;
  /** Whether runs are charged for their output layer too, as those of the 2025 endpoint were. */
  readonly charged: boolean;
  readonly effects: Effects;
  readonly frame: Frame;
}

/** A law under the usual effects (docs/surface.md, "Base laws" and "Layers"), those that the task can show. */
export function layered({ law, charged, effects, frame }: Making): SurfaceFamily {
  const lawPrior = law.prior(frame);
  const variables: Variable[] = lawPrior.mean.map((mean, i) => ({ mean, sd: lawPrior.sd[i]! }));
  const place = (wanted: boolean, added: readonly Variable[]) => {
    if (!wanted) return -1;
    variables.push(...added);
    return variables.length - added.length;
  };
  const interior = effects.batch === "interior";
  const [level, ...others] = RATES;
  const rates = place(effects.rate, [effects.fewSteps ? level! : PUBLISHED_RATE, ...others]);
  const batch = place(interior && effects.rate, BATCH);
  const critical = place(effects.batch === "critical", [CRITICAL]);
  const shape = place(effects.shape, SHAPE);
  const steps = place(effects.fewSteps, FEW_STEPS);
  const published = publishedRecipe(frame.logTarget);

  const scratch = new Scratch();
  const single: LogFeatures[] = [];
  const loss = new Float64Array(1);

  /** Losses of many configurations, step by step: what different ones take of logarithms and exponentials overlaps then. */
  function lossesAt(x: Float64Array): Losses {
    const lossOf = law.lossAt(x, frame);
    const curvature = rates >= 0 ? Math.exp(x[rates + 3]!) : 0;
    const batchCurvature = batch >= 0 ? Math.exp(x[batch + 2]!) : 0;
    const strength = shape >= 0 ? Math.exp(x[shape]!) : 0;
    const sharpness = steps >= 0 ? Math.exp(x[steps + 1]!) : 0;
    return (features, losses) => {
      const count = features.length;
      const { tokens, added, off, power } = scratch.of(count);
      for (let i = 0; i < count; i++) {
        const { logN, logC, logBatch, logP } = features[i]!;
        const logD = logC - LOG_6 - (charged ? logP : logN);
        tokens[i] = logD;
        if (steps >= 0) power[i] = Math.exp(x[steps]! - logD + logBatch);
      }
      if (steps >= 0) for (let i = 0; i < count; i++) tokens[i]! -= Math.log1p(power[i]!);
      for (let i = 0; i < count; i++) {
        const { logN, logC, logBatch, logRate, logP } = features[i]!;
        let cost = 0;
        let away = 0;
        if (rates >= 0) {
          const aside = logC - REFERENCE.logC;
          const best = x[rates]! + x[rates + 1]! * aside + x[rates + 2]! * (logN - REFERENCE.logN - 0.5 * aside);
          away = logRate - best;
          if (batch >= 0) away -= x[batch + 3]! * (logBatch - BATCH_REFERENCE.logTokens);
          const beyond = Math.max(0, Math.abs(away) - BOWL);
          cost += curvature * (beyond === 0 || batch >= 0 ? away * away : BOWL * (2 * Math.abs(away) - BOWL));
          if (batch < 0 && away < 0 && beyond > 0) tokens[i]! -= (BELOW * beyond * beyond) / (1 + beyond);
        }
        if (batch >= 0) {
          const logD = logC - LOG_6 - (charged ? logP : logN);
          const aside = logBatch - x[batch]! - x[batch + 1]! * (logD - BATCH_REFERENCE.logD);
          cost += batchCurvature * aside * aside;
        }
        added[i] = cost;
        off[i] = away;
      }
      if (critical >= 0) {
        for (let i = 0; i < count; i++) power[i] = Math.min(lossOf(features[i]!.logN, tokens[i]!), UNTRAINED_LOSS);
        for (let i = 0; i < count; i++) power[i] = Math.log(power[i]!);
        for (let i = 0; i < count; i++) power[i] = Math.exp(features[i]!.logBatch - x[critical]! + power[i]! / 0.21);
        for (let i = 0; i < count; i++) tokens[i]! -= Math.log1p(power[i]!);
      }
      for (let i = 0; i < count; i++) losses[i] = lossOf(features[i]!.logN, tokens[i]!) + added[i]!;
      for (let i = 0; i < count; i++) {
        const { logWidth, logDepth } = features[i]!;
        if (off[i]! > 0 && losses[i]! < DIVERGENCE.plateau)
          losses[i]! +=
            (DIVERGENCE.plateau - losses[i]!) / (1 + Math.exp((x[rates + 4]! - off[i]!) / DIVERGENCE.width));
        if (shape >= 0) {
          const aspect = logWidth - logDepth - x[shape + 1]!;
          const missing = Math.max(0, SHALLOW.layers - logDepth);
          losses[i]! += strength * aspect * aspect + SHALLOW.strength * missing * missing;
        }
      }
      if (steps < 0) return;
      // A plateau before training takes hold.
      for (let i = 0; i < count; i++) power[i] = Math.log(losses[i]!);
      for (let i = 0; i < count; i++) power[i] = Math.exp(-sharpness * (power[i]! - LOG_UNTRAINED));
      for (let i = 0; i < count; i++) power[i] = Math.log1p(power[i]!);
      for (let i = 0; i < count; i++) losses[i] = UNTRAINED_LOSS * Math.exp(-power[i]! / sharpness);
    };
  }

  function surfaceAt(x: Float64Array): Surface {
    const losses = lossesAt(x);
    return (features) => {
      single[0] = features;
      losses(single, loss);
      return loss[0]!;
    };
  }

  return {
    name: [law.name, ...(charged ? ["output layer charged"] : [])].join(", "),
    prior: { mean: variables.map(({ mean }) => mean), sd: variables.map(({ sd }) => sd) },
    surfaceAt,
    lossesAt,
    optimum(x) {
      // One step of Newton from √(C/120) to the law's best size at the target.
      const lossOf = law.lossAt(x, frame);
      const [center, step] = [logRule(frame.logTarget), 0.35];
      const [down, here, up] = [-step, 0, step].map((by) =>
        lossOf(center + by, frame.logTarget - LOG_6 - center - by),
      ) as [number, number, number];
      const bend = Math.max(up + down - 2 * here, 1e-4);
      const size = Math.min(2, Math.max(-2, (0.5 * step * (down - up)) / bend));
      return [size, rates < 0 ? 0 : rateAtTarget(x) - published.logRate];
    },
  };

  /** ln η* of √(C/120) at the target. */
  function rateAtTarget(x: Float64Array): number {
    const aside = frame.logTarget - REFERENCE.logC;
    const best = x[rates]! + x[rates + 1]! * aside;
    return batch < 0 ? best : best + x[batch + 3]! * (published.logBatch - BATCH_REFERENCE.logTokens);
  }
}

/** ln of the published best rate, and of its batch in tokens, of √(C/120) at a compute. */
function publishedRecipe(logC: number): { readonly logRate: number; readonly logBatch: number } {
  const N = Math.exp(logRule(logC));
  const D = Math.exp(logC - LOG_6) / N;
  const batch = literatureBatch(N, D);
  return { logRate: Math.log(literatureRate(N, D, batch)), logBatch: Math.log(batch * CONTEXT_LENGTH) };
}

/** Intermediate values, configuration by configuration. */
class Scratch {
  tokens: Float64Array = new Float64Array(1);
  added: Float64Array = new Float64Array(1);
  off: Float64Array = new Float64Array(1);
  power: Float64Array = new Float64Array(1);

  of(count: number): this {
    if (this.tokens.length < count) {
      this.tokens = new Float64Array(count);
      this.added = new Float64Array(count);
      this.off = new Float64Array(count);
      this.power = new Float64Array(count);
    }
    return this;
  }
}
