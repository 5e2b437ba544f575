import { literatureBatch, literatureRate } from "../../src/law/recipe.ts";
import { UNTRAINED_LOSS } from "../../src/law/stanford-2025.ts";
import { CONTEXT_LENGTH } from "../../src/task/accounting.ts";
import type { Effects } from "./effects.ts";
import { type Frame, type Law, logRule } from "./laws.ts";
import { leastOfThree, type Surface, type SurfaceFamily } from "./surface-family.ts";

/** Beyond this |ln(η/η*)| a bowl continues as a straight line, and low rates also waste tokens. */
const BOWL = 1.1;
const BELOW = 0.65;
const DIVERGENCE = { width: 0.15, plateau: 6.5 };
const SHALLOW = { layers: Math.log(6), strength: 0.02 };
/** The critical batch falls with the loss to the power of minus one over this (Kaplan et al. 2020). */
const NOISE_EXPONENT = 0.21;
/** How far apart in ln N the sizes are whose losses tell the best one. */
const STEP = 0.35;
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

  const laws = lawPrior.mean.length;
  const empty = () => new Float64Array(laws + 1);
  const [ofLaw, ofLower] = [empty(), empty()];
  const ofThree = [empty(), empty(), empty()] as const;

  function surfaceAt(x: Float64Array): Surface {
    const lossOf = law.lossAt(x, frame);
    const curvature = rates >= 0 ? Math.exp(x[rates + 3]!) : 0;
    const batchCurvature = batch >= 0 ? Math.exp(x[batch + 2]!) : 0;
    const strength = shape >= 0 ? Math.exp(x[shape]!) : 0;
    const sharpness = steps >= 0 ? Math.exp(x[steps + 1]!) : 0;
    return ({ logN, logC, logP, logRate, logBatch, logWidth, logDepth }, slopes) => {
      const logD = logC - LOG_6 - (charged ? logP : logN);
      const lost = steps >= 0 ? Math.exp(x[steps]! - logD + logBatch) : 0;
      let tokens = steps >= 0 ? logD - Math.log1p(lost) : logD;
      const aside = logC - REFERENCE.logC;
      const larger = logN - REFERENCE.logN - 0.5 * aside;
      let away = 0;
      let rateCost = 0;
      let tooSlow = 0;
      let straight = false;
      if (rates >= 0) {
        away = logRate - (x[rates]! + x[rates + 1]! * aside + x[rates + 2]! * larger);
        if (batch >= 0) away -= x[batch + 3]! * (logBatch - BATCH_REFERENCE.logTokens);
        const beyond = Math.max(0, Math.abs(away) - BOWL);
        straight = beyond > 0 && batch < 0;
        rateCost = curvature * (straight ? BOWL * (2 * Math.abs(away) - BOWL) : away * away);
        if (straight && away < 0) tooSlow = beyond;
      }
      if (tooSlow > 0) tokens -= (BELOW * tooSlow * tooSlow) / (1 + tooSlow);
      const manyTokens = logD - BATCH_REFERENCE.logD;
      const batchAway = batch >= 0 ? logBatch - x[batch]! - x[batch + 1]! * manyTokens : 0;
      const batchCost = batchCurvature * batchAway * batchAway;
      let wasted = 0;
      let lower = 0;
      if (critical >= 0) {
        lower = Math.min(lossOf(logN, tokens, slopes && ofLower), UNTRAINED_LOSS);
        wasted = Math.exp(logBatch - x[critical]! + Math.log(lower) / NOISE_EXPONENT);
        tokens -= Math.log1p(wasted);
      }
      const learned = lossOf(logN, tokens, slopes && ofLaw) + (rateCost + batchCost);
      const diverges = away > 0 && learned < DIVERGENCE.plateau;
      const onset = diverges ? 1 + Math.exp((x[rates + 4]! - away) / DIVERGENCE.width) : Number.POSITIVE_INFINITY;
      const missing = Math.max(0, SHALLOW.layers - logDepth);
      const aspect = shape >= 0 ? logWidth - logDepth - x[shape + 1]! : 0;
      let loss = diverges ? learned + (DIVERGENCE.plateau - learned) / onset : learned;
      if (shape >= 0) loss += strength * aspect * aspect + SHALLOW.strength * missing * missing;
      // A plateau before training takes hold.
      const below = steps >= 0 ? Math.log(loss) - LOG_UNTRAINED : 0;
      const begun = steps >= 0 ? Math.exp(-sharpness * below) : 0;
      const flattened = Math.log1p(begun);
      const reported = steps >= 0 ? UNTRAINED_LOSS * Math.exp(-flattened / sharpness) : loss;
      if (!slopes) return reported;

      // The same backward.
      const taken = begun / (1 + begun);
      const byLoss = steps >= 0 ? (reported * taken) / loss : 1;
      const byOnset = diverges
        ? (byLoss * (DIVERGENCE.plateau - learned) * (onset - 1)) / (onset * onset * DIVERGENCE.width)
        : 0;
      const byLearned = byLoss * (1 - 1 / onset);
      const byTokens = byLearned * ofLaw[laws]!;
      const byLower = lower > 0 && lower < UNTRAINED_LOSS ? -wasted / ((1 + wasted) * NOISE_EXPONENT * lower) : 0;
      const byEarlier = critical >= 0 ? byTokens * (1 + byLower * ofLower[laws]!) : byTokens;
      for (let k = 0; k < laws; k++) slopes[k] = byLearned * ofLaw[k]!;
      if (critical >= 0) {
        for (let k = 0; k < laws; k++) slopes[k]! += byTokens * byLower * ofLower[k]!;
        slopes[critical] = (byTokens * wasted) / (1 + wasted);
      }
      if (rates >= 0) {
        const ofBowl = 2 * curvature * (straight ? Math.sign(away) * BOWL : away);
        const ofTokens = (BELOW * tooSlow * (2 + tooSlow)) / ((1 + tooSlow) * (1 + tooSlow));
        const byAway = byLearned * ofBowl + byEarlier * ofTokens + byOnset;
        slopes[rates] = -byAway;
        slopes[rates + 1] = -byAway * aside;
        slopes[rates + 2] = -byAway * larger;
        slopes[rates + 3] = byLearned * rateCost;
        slopes[rates + 4] = -byOnset;
        if (batch >= 0) slopes[batch + 3] = -byAway * (logBatch - BATCH_REFERENCE.logTokens);
      }
      if (batch >= 0) {
        slopes[batch] = -2 * byLearned * batchCurvature * batchAway;
        slopes[batch + 1] = slopes[batch]! * manyTokens;
        slopes[batch + 2] = byLearned * batchCost;
      }
      if (shape >= 0) {
        slopes[shape] = byLoss * strength * aspect * aspect;
        slopes[shape + 1] = -2 * byLoss * strength * aspect;
      }
      if (steps >= 0) {
        slopes[steps] = (-byEarlier * lost) / (1 + lost);
        slopes[steps + 1] = reported * (flattened / sharpness + taken * below);
      }
      return reported;
    };
  }

  return {
    name: [law.name, ...(charged ? ["output layer charged"] : [])].join(", "),
    prior: { mean: variables.map(({ mean }) => mean), sd: variables.map(({ sd }) => sd) },
    surfaceAt,
    optimum(x, slopes) {
      const lossOf = law.lossAt(x, frame);
      const center = logRule(frame.logTarget);
      const [down, here, up] = [-STEP, 0, STEP].map((by, i) =>
        lossOf(center + by, frame.logTarget - LOG_6 - center - by, slopes && ofThree[i]),
      ) as [number, number, number];
      const least = leastOfThree([down, here, up], STEP, ofThree, slopes?.[0].subarray(0, laws));
      const aside = frame.logTarget - REFERENCE.logC;
      const batchAside = published.logBatch - BATCH_REFERENCE.logTokens;
      if (slopes && rates >= 0) {
        slopes[1][rates] = 1;
        slopes[1][rates + 1] = aside;
        if (batch >= 0) slopes[1][batch + 3] = batchAside;
      }
      if (rates < 0) return [least, 0];
      const best = x[rates]! + x[rates + 1]! * aside;
      return [least, (batch < 0 ? best : best + x[batch + 3]! * batchAside) - published.logRate];
    },
  };
}

/** ln of the published best rate, and of its batch in tokens, of √(C/120) at a compute. */
function publishedRecipe(logC: number): { readonly logRate: number; readonly logBatch: number } {
  const N = Math.exp(logRule(logC));
  const D = Math.exp(logC - LOG_6) / N;
  const batch = literatureBatch(N, D);
  return { logRate: Math.log(literatureRate(N, D, batch)), logBatch: Math.log(batch * CONTEXT_LENGTH) };
}
