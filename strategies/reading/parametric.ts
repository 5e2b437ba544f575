import { bestAllocation } from "../../src/fit/best-allocation.ts";
import type { Fit } from "../../src/fit/fitter.ts";
import { fitParametric } from "../../src/fit/methods/parametric.ts";
import { variableProjection } from "../../src/fit/methods/variable-projection.ts";
import type { AnsweredRun } from "../../src/task/configuration.ts";
import type { RunPoint } from "../../src/task/run-point.ts";
import type { LossInterval } from "../../src/task/submission.ts";
import { believable } from "../believing/submit.ts";
import { ACCOUNTS, type Account, pointUnder } from "./accounts.ts";

/** What a run counts that cost this factor less than the largest: short runs are warm-up, and follow no law of (N, D). */
function trust(below: number): number {
  const error = 1 + 0.75 * Math.log(below);
  return 1 / (error * error);
}

/** A law of (N, D) with what compute is taken to buy. */
export interface FittedLaw {
  readonly fit: Fit;
  readonly account: Account;
  readonly points: readonly RunPoint[];
}

/** Published fits of E + A/N^alpha + B/D^beta agree on the floor and the exponents to about this. */
const PRIORS = {
  E: { mean: 1.75, sd: 0.4 },
  alpha: { mean: 0.35, sd: 0.1 },
  beta: { mean: 0.35, sd: 0.1 },
};

/**
 * The law of approach 3 through runs, under the account of compute that leaves the smaller residuals: by variable
 * projection, or with the literature's floor and exponents as prior where the runs do not determine it. Undefined below
 * three runs.
 */
export function fitLaw(runs: readonly AnsweredRun[]): FittedLaw | undefined {
  return lowestResiduals(runs, (points) => {
    const fit = variableProjection.fit(points, { objective: "raw-square" });
    return fit.status === "converged" ? fit : fitWithPriors(points);
  });
}

/** The same with the prior throughout, for few runs. */
export function fitLawWithPriors(runs: readonly AnsweredRun[]): FittedLaw | undefined {
  return lowestResiduals(runs, fitWithPriors);
}

/** The size the law recommends at a compute, held to what can be believed, and the loss it promises there. */
export function allocate({ fit, account }: FittedLaw, flops: number): { readonly N: number; readonly loss: number } {
  const lossAt = (N: number) => fit.loss?.(N, account.tokens(N, flops)) ?? Number.NaN;
  const N = believable(bestAllocation(lossAt, flops)?.N ?? Number.NaN, flops);
  return { N, loss: lossAt(N) };
}

/** The law in words. */
export function describeLaw({ fit, account }: FittedLaw): string {
  const [E, A, B, alpha, beta] = ["E", "A", "B", "alpha", "beta"].map((name) => fit.parameters[name]?.toPrecision(4));
  return `L = ${E} + ${A}/N^${alpha} + ${B}/D^${beta}, ${account.words}`;
}

/**
 * A central interval for the loss at N and C by resampling runs in pairs (docs/fitters.md, "Coverage"): each refit
 * starts from the fit itself. Undefined with too few runs to resample.
 */
export function bootstrapInterval(
  { fit, account, points }: FittedLaw,
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
    const refit = fitParametric(sample, { objective: "raw-square", start: fit.parameters });
    const loss = refit.loss?.(at.N, account.tokens(at.N, at.C));
    if (loss !== undefined && Number.isFinite(loss)) losses.push(loss);
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
): FittedLaw | undefined {
  let best: { readonly law: FittedLaw; readonly residuals: number } | undefined;
  const top = Math.max(...runs.map(({ trainFlops }) => trainFlops));
  for (const account of ACCOUNTS) {
    const points = runs.map((run) => ({ ...pointUnder(run, account), weight: trust(top / run.trainFlops) }));
    const fit = fitTo(points);
    if (!fit) continue;
    const residuals = points.reduce((sum, { N, D, loss, weight }) => {
      const residual = Math.log((fit.loss?.(N, D) ?? Number.NaN) / loss);
      return sum + weight * residual * residual;
    }, 0);
    if (!best || residuals < best.residuals) best = { law: { fit, account, points }, residuals };
  }
  return best?.law;
}
