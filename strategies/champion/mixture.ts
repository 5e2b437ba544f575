import type { AnsweredRun } from "../../src/task/configuration.ts";
import { laplace, type Posterior } from "../moves/laplace.ts";
import { GATED } from "./gated.ts";
import { LAYERED } from "./layered.ts";
import { type Sight, sightOf } from "./sight.ts";
import type { SurfaceFamily } from "./surface-family.ts";

/** A family with what it makes of the runs. */
export interface Fitted {
  readonly family: SurfaceFamily;
  readonly posterior: Posterior;
  /** Adds up to one over the mixture. */
  readonly weight: number;
}

/** Standard deviation of a run about its family: seed noise times `factor`, and `perLog` nats per factor of e below `logTop`. */
export interface Scatter {
  readonly factor: number;
  readonly perLog: number;
  readonly logTop: number;
}

export interface Mixture {
  readonly fitted: readonly Fitted[];
  readonly scatter: Scatter;
}

export const FAMILIES: readonly SurfaceFamily[] = [...LAYERED, GATED];

/** Seed noise by loss: knots in nats (docs/surface.md, "Noise"). */
const NOISE = [
  [3, 0.003],
  [5, 0.027],
  [7, 0.045],
  [9, 0.011],
] as const;
const PER_LOG = 0.002;
/** Weight of the belief that the noise is the usual, in runs. */
const USUAL = 6;
/** Of so many runs one is used up by a variable, all in all. */
const FREE = 0.65;
/** A run missed by more than this many standard deviations counts less. */
const MOST = 2.5;
/** How far ln evidence is believed. */
const TEMPERING = 0.6;
/** Shares below this are dropped. */
const NEGLIGIBLE = 0.01;

export function scatterAt(loss: number, logC: number, { factor, perLog, logTop }: Scatter): number {
  const noise = factor * usualNoise(loss);
  const short = perLog * Math.max(0, logTop - logC);
  return Math.sqrt(noise * noise + short * short + 1e-6);
}

/** What the families make of the runs; families weighed by tempered evidence. `before`: an earlier mixture to start from. */
export function fitMixture(
  runs: readonly AnsweredRun[],
  families: readonly SurfaceFamily[],
  before?: Mixture,
): Mixture {
  const sights = runs.map(sightOf);
  const logTop = Math.max(...sights.map(({ logC }) => logC));
  let scatter: Scatter = { factor: before?.scatter.factor ?? 1, perLog: PER_LOG, logTop };
  const starts = new Map(before?.fitted.map(({ family, posterior }) => [family, posterior.mode]));
  let fitted = fitAll(families, runs, sights, scatter, starts);
  const best = fitted[0];
  if (best) {
    scatter = { ...scatter, factor: noiseFactor(best, runs, sights, { ...scatter, factor: 1 }) };
    const kept = fitted.filter(({ weight }) => weight > NEGLIGIBLE / 10).map(({ family }) => family);
    fitted = fitAll(kept, runs, sights, scatter, new Map(fitted.map((each) => [each.family, each.posterior.mode])));
  }
  return { fitted, scatter };
}

/** Fits of the families, the likeliest first. */
function fitAll(
  families: readonly SurfaceFamily[],
  runs: readonly AnsweredRun[],
  sights: readonly Sight[],
  scatter: Scatter,
  starts: ReadonlyMap<SurfaceFamily, Float64Array>,
): Fitted[] {
  const each = families.flatMap((family) => {
    const posterior = fitRobustly(family, runs, sights, scatter, starts.get(family));
    return posterior ? [{ family, posterior }] : [];
  });
  const highest = Math.max(...each.map(({ posterior }) => posterior.logEvidence));
  const weighed = each.map((fit) => ({ ...fit, weight: Math.exp(TEMPERING * (fit.posterior.logEvidence - highest)) }));
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  const sound = weighed.filter(({ weight }) => weight > NEGLIGIBLE * total);
  const kept = sound.reduce((sum, { weight }) => sum + weight, 0);
  return sound.map((fit) => ({ ...fit, weight: fit.weight / kept })).toSorted((a, b) => b.weight - a.weight);
}

/** A fit that trusts a run less by as much as it misses it: it may have diverged, or gone wrong. */
function fitRobustly(
  family: SurfaceFamily,
  runs: readonly AnsweredRun[],
  sights: readonly Sight[],
  scatter: Scatter,
  start: Float64Array | undefined,
): Posterior | undefined {
  const observed = Float64Array.from(runs, ({ loss }) => loss);
  const predict = (x: Float64Array) => Float64Array.from(sights, (sight) => family.loss(x, sight));
  const sd = Float64Array.from(runs, ({ loss }, i) => scatterAt(loss, sights[i]!.logC, scatter));
  let posterior = laplace(family.belief, { observed, sd, predict }, start);
  for (let round = 0; round < 2 && posterior; round++) {
    const missed = predict(posterior.mode).map((value, i) => Math.abs(value - observed[i]!));
    if (!missed.some((value, i) => value > MOST * sd[i]!)) break;
    const trusted = sd.map((value, i) => Math.sqrt(value * Math.max(value, missed[i]! / MOST)));
    posterior = laplace(family.belief, { observed, sd: trusted, predict }, posterior.mode);
  }
  return posterior;
}

/** How much noisier than usual the runs are about a fit. */
function noiseFactor(
  { family, posterior }: Fitted,
  runs: readonly AnsweredRun[],
  sights: readonly Sight[],
  scatter: Scatter,
): number {
  let sum = 0;
  for (const [i, { loss }] of runs.entries()) {
    const missed = (loss - family.loss(posterior.mode, sights[i]!)) / scatterAt(loss, sights[i]!.logC, scatter);
    sum += Math.min(missed * missed, 60);
  }
  return Math.sqrt((USUAL + sum) / (USUAL + FREE * runs.length));
}

function usualNoise(loss: number): number {
  let [low, sd]: readonly [number, number] = NOISE[0];
  if (loss <= low) return sd;
  for (const [high, other] of NOISE.slice(1)) {
    if (loss <= high) return sd + ((other - sd) * (loss - low)) / (high - low);
    [low, sd] = [high, other];
  }
  return sd;
}
