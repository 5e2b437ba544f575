import { invertPositive } from "../../src/fit/kernels/matrix.ts";
import { fitParabola } from "../../src/fit/methods/parabola.ts";
import { fitPowerLaw, type PowerLaw, powerLawAt, type Space } from "../../src/fit/power-law.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { Run } from "../../src/task/configuration.ts";
import { comparable } from "./comparable.ts";

/** A size and the loss it got, at one budget. */
interface Tried {
  readonly N: number;
  readonly loss: number;
}

/** The size of lowest loss at one budget, how certain it is, and the loss there in nats. */
interface Vertex {
  readonly logN: number;
  /** Standard deviation of `logN`. */
  readonly sd: number;
  readonly loss: number;
  /** Whether sizes on both sides lost more than the best one. */
  readonly bracketed: boolean;
}

/** Standard deviation of a reported loss about the parabola, in nats: seed noise and the parabola's own error. */
const NOISE = 0.012;
/** Standard deviation in ln N of a lowest run that no parabola supports. */
const UNSUPPORTED = 0.6;

/**
 * The vertex of the parabola in ln N, or the lowest run where no vertex lies between the sizes. `tried` must not be
 * empty.
 */
export function vertexOf(tried: readonly Tried[]): Vertex {
  const sorted = tried.toSorted((a, b) => a.N - b.N);
  const least = Math.min(...sorted.map(({ loss }) => loss));
  const at = sorted.findIndex(({ loss }) => loss === least);
  const lowest = sorted[at] as Tried;
  const bracketed = at > 0 && at < sorted.length - 1;
  const parabola = fitParabola(sorted.map(({ N, loss }) => ({ x: N, y: loss })));
  if (!parabola || !(parabola.curvature > 0) || !parabola.inside)
    return { logN: Math.log(lowest.N), sd: UNSUPPORTED, loss: lowest.loss, bracketed };
  const logN = Math.log(parabola.vertex);
  const sd = Math.min(UNSUPPORTED, standardDeviation(sorted, logN, parabola.curvature));
  return { logN, sd, loss: Math.min(parabola.loss, lowest.loss), bracketed };
}

/** The vertex of every budget with three sizes or more, ascending in C. */
export function levelVertices(runs: readonly Run[]): (Vertex & { readonly C: number })[] {
  const byBudget = Map.groupBy(comparable(runs), ({ trainFlops }) => trainFlops);
  return [...byBudget]
    .filter(([, level]) => level.length > 2)
    .map(([C, level]) => ({ C, ...vertexOf(level.map((run) => ({ N: nonEmbeddingParameters(run), loss: run.loss }))) }))
    .toSorted((a, b) => a.C - b.C);
}

/** Standard deviation of the vertex -b/(2c): by the delta method, that of the slope there over 2c. */
function standardDeviation(tried: readonly Tried[], logN: number, curvature: number): number {
  const information = new Float64Array(9);
  for (const { N } of tried) {
    const u = Math.log(N) - logN;
    const row = [1, u, u * u];
    for (let i = 0; i < 3; i++) for (let j = 0; j < 3; j++) information[3 * i + j]! += row[i]! * row[j]!;
  }
  const covariance = invertPositive(information, 3);
  return covariance ? (NOISE * Math.sqrt(covariance[4]!)) / (2 * curvature) : UNSUPPORTED;
}

/** The best run of a budget: compute C in FLOPs, size N in parameters, loss in nats. */
export interface LowestRun {
  readonly C: number;
  readonly N: number;
  readonly loss: number;
}

/** Size and loss at another budget. */
interface Extrapolation {
  readonly N: number;
  readonly loss: number;
  readonly law: string;
}

/**
 * N and loss at `flops` by a power law each through the best run of every budget: N in `space`, the loss in log space.
 * With one budget, or where the data determine no law, it returns N and loss of the largest budget's best run.
 * `optima` must not be empty; budgets ascend.
 */
export function extrapolateOptima(optima: readonly LowestRun[], flops: number, space: Space): Extrapolation {
  const top = optima.at(-1) as LowestRun;
  const sizes = fitPowerLaw(
    optima.map(({ C, N }) => ({ x: C, y: N })),
    { space },
  );
  const losses = fitPowerLaw(optima.map(({ C, loss }) => ({ x: C, y: loss })));
  return {
    N: sizes ? powerLawAt(sizes, flops) : top.N,
    loss: losses ? powerLawAt(losses, flops) : top.loss,
    law: `N* = ${sizes ? formula(sizes) : top.N}; L* = ${losses ? formula(losses) : top.loss}`,
  };
}

function formula({ coefficient, exponent }: PowerLaw): string {
  return `${coefficient.toPrecision(6)}·C^${exponent.toPrecision(6)}`;
}
