import { bestAllocation } from "../../src/fit/best-allocation.ts";
import { descend, lawAt } from "../../src/fit/chinchilla.ts";
import type { Fit } from "../../src/fit/fitter.ts";
import { fitParametric } from "../../src/fit/methods/parametric.ts";
import { variableProjection } from "../../src/fit/methods/variable-projection.ts";
import { objectiveOf } from "../../src/fit/objective.ts";
import { rowsOf } from "../../src/fit/rows.ts";
import { type ChinchillaLaw, chinchillaLoss } from "../../src/law/chinchilla.ts";
import type { AnsweredRun } from "../../src/task/configuration.ts";
import type { RunPoint } from "../../src/task/run-point.ts";
import type { LossInterval } from "../../src/task/submission.ts";
import { clampSize } from "./submission.ts";
import { pointUnder, TOKEN_RULES, type TokenRule } from "./token-rules.ts";

/**
 * Weight of a run that cost this factor less than the largest: short runs are mostly warm-up and follow no law of (N,
 * D).
 */
function weightOf(below: number): number {
  const error = 1 + 0.75 * Math.log(below);
  return 1 / (error * error);
}

/** A law of (N, D) with the rule that counts its tokens. */
export interface FittedChinchilla {
  readonly fit: Fit;
  readonly tokenRule: TokenRule;
  readonly points: readonly RunPoint[];
}

/** Published fits of E + A/N^alpha + B/D^beta agree on the floor and the exponents to about this. */
const PRIORS = {
  E: { mean: 1.75, sd: 0.4 },
  alpha: { mean: 0.35, sd: 0.1 },
  beta: { mean: 0.35, sd: 0.1 },
};

/**
 * The law of approach 3 through runs, under the token rule that leaves the smaller residuals: by variable projection,
 * or with the literature's floor and exponents as prior where the runs do not determine it. Undefined below three runs.
 */
export function fitChinchilla(runs: readonly AnsweredRun[]): FittedChinchilla | undefined {
  return lowestResiduals(runs, (points) => {
    const fit = variableProjection.fit(points, { objective: "raw-square" });
    return fit.status === "converged" ? fit : fitWithPriors(points);
  });
}

/** The same with the prior throughout, for few runs. */
export function fitChinchillaWithPriors(runs: readonly AnsweredRun[]): FittedChinchilla | undefined {
  return lowestResiduals(runs, fitWithPriors);
}

/** The size that the law recommends at a budget, clamped, and its loss there in nats. */
export function allocate(
  { fit, tokenRule }: FittedChinchilla,
  flops: number,
): { readonly N: number; readonly loss: number } {
  const lossAt = (N: number) => fit.loss?.(N, tokenRule.tokens(N, flops)) ?? Number.NaN;
  const N = clampSize(bestAllocation(lossAt, flops)?.N ?? Number.NaN, flops);
  return { N, loss: lossAt(N) };
}

/** The law in words. */
export function describeLaw({ fit, tokenRule }: FittedChinchilla): string {
  const [E, A, B, alpha, beta] = ["E", "A", "B", "alpha", "beta"].map((name) => fit.parameters[name]?.toPrecision(4));
  return `L = ${E} + ${A}/N^${alpha} + ${B}/D^${beta}, ${tokenRule.formula}`;
}

/**
 * A central interval for the loss at N and C by resampling runs in pairs (docs/fitters.md, "Uncertainty"): each refit
 * starts from the fit itself. Undefined with too few runs to resample.
 */
export function bootstrapInterval(
  { fit, tokenRule, points }: FittedChinchilla,
  at: { readonly N: number; readonly C: number },
  { level, refits, rng }: { readonly level: number; readonly refits: number; readonly rng: () => number },
): LossInterval | undefined {
  if (points.length < 8) return undefined;
  const losses: number[] = [];
  for (let i = 0; i < refits; i++) {
    const counts = new Map<RunPoint, number>();
    for (let j = 0; j < points.length; j++) {
      const drawn = points[Math.floor(rng() * points.length)] as RunPoint;
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    const sample = [...counts].map(([point, count]) => ({ ...point, weight: count * (point.weight ?? 1) }));
    const rows = rowsOf(sample);
    if (typeof rows === "string" || rows.n < 2) continue;
    const { problem, minimum } = descend(
      rows,
      objectiveOf("raw-square"),
      {},
      fit.parameters as unknown as ChinchillaLaw,
    );
    const loss = chinchillaLoss(lawAt(problem, minimum.x), at.N, tokenRule.tokens(at.N, at.C));
    if (Number.isFinite(loss)) losses.push(loss);
  }
  if (losses.length < refits / 2) return undefined;
  losses.sort((a, b) => a - b);
  const quantile = (p: number) => losses[Math.round(p * (losses.length - 1))] as number;
  return { level, low: quantile((1 - level) / 2), high: quantile((1 + level) / 2) };
}

function fitWithPriors(points: readonly RunPoint[]): Fit | undefined {
  if (points.length < 3) return undefined;
  const fit = fitParametric(points, { objective: "log-square", priors: PRIORS });
  return Object.values(fit.parameters).every(Number.isFinite) && fit.loss ? fit : undefined;
}

function lowestResiduals(
  runs: readonly AnsweredRun[],
  fitTo: (points: readonly RunPoint[]) => Fit | undefined,
): FittedChinchilla | undefined {
  let best: { readonly law: FittedChinchilla; readonly residuals: number } | undefined;
  const top = Math.max(...runs.map(({ trainFlops }) => trainFlops));
  for (const tokenRule of TOKEN_RULES) {
    const points = runs.map((run) => ({ ...pointUnder(run, tokenRule), weight: weightOf(top / run.trainFlops) }));
    const fit = fitTo(points);
    if (!fit) continue;
    const residuals = points.reduce((sum, { N, D, loss, weight }) => {
      const residual = Math.log((fit.loss?.(N, D) ?? Number.NaN) / loss);
      return sum + weight * residual * residual;
    }, 0);
    if (!best || residuals < best.residuals) best = { law: { fit, tokenRule, points }, residuals };
  }
  return best?.law;
}
