import { literatureBatch, literatureRate } from "../../src/law/recipe.ts";
import { UNTRAINED_LOSS } from "../../src/law/stanford-2025.ts";
import { CONTEXT_LENGTH } from "../../src/task/accounting.ts";
import type { Effects } from "./effects.ts";
import { type Frame, type Law, logRule } from "./laws.ts";
import type { Surface, SurfaceFamily } from "./surface-family.ts";

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

  function surfaceAt(x: Float64Array): Surface {
    const lossOf = law.lossAt(x, frame);
    const curvature = rates >= 0 ? Math.exp(x[rates + 3]!) : 0;
    const batchCurvature = batch >= 0 ? Math.exp(x[batch + 2]!) : 0;
    const strength = shape >= 0 ? Math.exp(x[shape]!) : 0;
    const sharpness = steps >= 0 ? Math.exp(x[steps + 1]!) : 0;
    return (features) => {
      const { logN, logC, logBatch } = features;
      const logD = logC - LOG_6 - (charged ? features.logP : logN);
      let tokens = logD;
      let added = 0;
      let off = 0;
      if (steps >= 0) tokens -= Math.log1p(Math.exp(x[steps]! - logD + logBatch));
      if (rates >= 0) {
        const aside = logC - REFERENCE.logC;
        const best = x[rates]! + x[rates + 1]! * aside + x[rates + 2]! * (logN - REFERENCE.logN - 0.5 * aside);
        off = features.logRate - best;
        if (batch >= 0) off -= x[batch + 3]! * (logBatch - BATCH_REFERENCE.logTokens);
        const beyond = Math.max(0, Math.abs(off) - BOWL);
        added += curvature * (beyond === 0 || batch >= 0 ? off * off : BOWL * (2 * Math.abs(off) - BOWL));
        if (batch < 0 && off < 0 && beyond > 0) tokens -= (BELOW * beyond * beyond) / (1 + beyond);
      }
      if (batch >= 0) {
        const aside = logBatch - x[batch]! - x[batch + 1]! * (logD - BATCH_REFERENCE.logD);
        added += batchCurvature * aside * aside;
      }
      if (critical >= 0) {
        const whole = Math.min(lossOf(logN, tokens), UNTRAINED_LOSS);
        tokens -= Math.log1p(Math.exp(logBatch - x[critical]! + Math.log(whole) / 0.21));
      }
      let loss = lossOf(logN, tokens) + added;
      if (off > 0 && loss < DIVERGENCE.plateau)
        loss += (DIVERGENCE.plateau - loss) / (1 + Math.exp((x[rates + 4]! - off) / DIVERGENCE.width));
      if (shape >= 0) {
        const aspect = features.logWidth - features.logDepth - x[shape + 1]!;
        const missing = Math.max(0, SHALLOW.layers - features.logDepth);
        loss += strength * aspect * aspect + SHALLOW.strength * missing * missing;
      }
      if (steps < 0) return loss;
      // A plateau before training takes hold.
      return (
        UNTRAINED_LOSS * Math.exp(-Math.log1p(Math.exp(-sharpness * (Math.log(loss) - LOG_UNTRAINED))) / sharpness)
      );
    };
  }

  return {
    name: [law.name, ...(charged ? ["output layer charged"] : [])].join(", "),
    prior: { mean: variables.map(({ mean }) => mean), sd: variables.map(({ sd }) => sd) },
    surfaceAt,
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
