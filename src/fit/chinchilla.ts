import { type ChinchillaLaw, chinchillaLossAtLogs } from "../law/chinchilla.ts";
import { ChinchillaProblem } from "./chinchilla-problem.ts";
import type { Prior } from "./fitter.ts";
import { nonNegativeLeastSquares } from "./kernels/least-squares.ts";
import { type Minimum, minimizeNewton, type Problem } from "./kernels/newton.ts";
import {
  DELTA,
  likelihoodScale,
  negativeLogLikelihood,
  type Objective,
  type ObjectiveName,
  objectiveOf,
  type Penalty,
  withPenalties,
} from "./objective.ts";
import { mean, type Rows, sampleRows } from "./rows.ts";

/** Parameters to fix at a value or give a prior. */
export interface Knowledge {
  readonly fixed?: Readonly<Partial<Record<keyof ChinchillaLaw, number>>>;
  readonly priors?: Readonly<Partial<Record<keyof ChinchillaLaw, Prior>>>;
}

/** Where a descent ended, with the problem it was a descent of. */
export interface Descent {
  readonly problem: ChinchillaProblem;
  readonly minimum: Minimum;
}

/** Beyond this many rows the sixteen descents go over a sample, and one over all rows starts where the best ended. */
const MANY = 8_000;
const SAMPLE = 4_000;

/**
 * Where there are priors, their strength follows from the descents from so many of the lowest seeds without them; with them,
 * which leave few minima, so many descents in a row that end at the same one are enough.
 */
const WITHOUT_PRIORS = 4;
const AGREEING = 6;

/** Exponents the descents start from; E, A and B there are the best ones, found exactly. */
const SEED_EXPONENTS = [0.2, 0.3, 0.45, 0.7];

/** The law that a point of a problem stands for. */
export function lawAt(problem: ChinchillaProblem, x: Float64Array): ChinchillaLaw {
  const [E, a, b, alpha, beta] = x as unknown as [number, number, number, number, number];
  return { E, A: Math.exp(a + alpha * problem.centerN), B: Math.exp(b + beta * problem.centerD), alpha, beta };
}

/** The point of a problem that stands for a law. */
export function pointAt(problem: ChinchillaProblem, { E, A, B, alpha, beta }: ChinchillaLaw): Float64Array {
  return Float64Array.of(E, Math.log(A) - alpha * problem.centerN, Math.log(B) - beta * problem.centerD, alpha, beta);
}

/**
 * The lowest result of sixteen descents, one from each pair of seed exponents with E, A and B solved for by
 * non-negative least squares; or of one, from a law that is near.
 */
export function descend(rows: Rows, objective: Objective, knowledge: Knowledge = {}, near?: ChinchillaLaw): Descent {
  if (!near && rows.n > MANY) {
    const few = descend(sampleRows(rows, SAMPLE), objective, knowledge);
    return descend(rows, objective, knowledge, lawAt(few.problem, few.minimum.x));
  }
  const problem = held(new ChinchillaProblem(rows, objective, centerFor(knowledge)), knowledge);
  const priors = Object.entries(knowledge.priors ?? {}) as [keyof ChinchillaLaw, Prior][];
  const sixteen = near && priors.length === 0 ? [] : lowestFirst(problem, seeds(rows, problem, objective));
  const starts = near ? [pointAt(problem, near)] : sixteen;
  if (priors.length === 0) return { problem, minimum: lowest(problem, starts) };
  const free = lowest(problem, sixteen.slice(0, WITHOUT_PRIORS));
  const penalties = penaltiesOf(priors, problem, rows, objective, free);
  return { problem, minimum: lowest(withPenalties(problem, penalties), starts, AGREEING) };
}

/** The lowest result of descents from these starts, or of fewer once so many in a row have ended at the lowest. */
function lowest(problem: Problem, starts: readonly Float64Array[], enough: number = starts.length): Minimum {
  let best: Minimum | undefined;
  let agreeing = 0;
  for (const start of starts) {
    const minimum: Minimum = minimizeNewton(problem, start, { known: best });
    agreeing = minimum === best ? agreeing + 1 : 0;
    if (!best || minimum.value < best.value * (1 - 1e-13)) best = minimum;
    if (agreeing === enough) break;
  }
  return best!;
}

/**
 * The descent for an objective by name. The likelihood's scale sigma is a fixed point: the law minimizes the Huber sum
 * at delta·sigma, sigma the likelihood of its residuals; it is so sharp that wider deltas come first.
 */
export function descendNamed(
  rows: Rows,
  name: ObjectiveName,
  delta: number = DELTA,
  knowledge: Knowledge = {},
  near?: ChinchillaLaw,
): Descent & { readonly value: number; readonly sigma?: number } {
  if (delta === 0 && name.endsWith("-huber")) return descendAbsolute(rows, name, knowledge, near);
  if (name !== "huber-likelihood") {
    const descent = descend(rows, objectiveOf(name, delta), knowledge, near);
    return { ...descent, value: descent.problem.value(descent.minimum.x) };
  }
  let descent = descend(rows, objectiveOf("log-huber"), knowledge, near);
  let sigma = 1;
  for (let round = 0; round < 60; round++) {
    const residuals = logResiduals(rows, lawAt(descent.problem, descent.minimum.x));
    const next = likelihoodScale(residuals, rows.weight, delta);
    const settled = Math.abs(next / sigma - 1) < 1e-12;
    // A tenth at a time: the sum is nearly piecewise linear, and its corners are followed from the outside in.
    const width = Math.max(delta * next, Math.min(DELTA, delta * sigma) / 10);
    sigma = width / delta;
    if (settled) break;
    descent = descend(rows, { log: true, delta: width }, knowledge, lawAt(descent.problem, descent.minimum.x));
  }
  const residuals = logResiduals(rows, lawAt(descent.problem, descent.minimum.x));
  return { ...descent, sigma, value: negativeLogLikelihood(residuals, rows.weight, delta, sigma) };
}

/** The least sum of absolute residuals, whose corners are followed through Huber sums of ever smaller deltas. */
function descendAbsolute(
  rows: Rows,
  name: ObjectiveName,
  knowledge: Knowledge,
  near?: ChinchillaLaw,
): Descent & { readonly value: number } {
  let delta = DELTA;
  let descent = descend(rows, objectiveOf(name, delta), knowledge, near);
  for (; delta > 1e-8; delta /= 10)
    descent = descend(rows, objectiveOf(name, delta / 10), knowledge, lawAt(descent.problem, descent.minimum.x));
  return { ...descent, value: descent.problem.value(descent.minimum.x) / delta };
}

/** ln of the law's loss over the observed, per row. */
export function logResiduals(rows: Rows, law: ChinchillaLaw): Float64Array {
  const { E, A, B, alpha, beta } = law;
  const [a, b] = [Math.log(A), Math.log(B)];
  return rows.logLoss.map(
    (observed, i) => Math.log(chinchillaLossAtLogs(E, a, b, alpha, beta, rows.logN[i]!, rows.logD[i]!)) - observed,
  );
}

/** A term that is fixed is measured at N = 1 or D = 1, where its variable does not move with the exponent. */
function centerFor({ fixed = {} }: Knowledge): { center?: readonly [N: number | undefined, D: number | undefined] } {
  if (fixed.A === undefined && fixed.B === undefined) return {};
  return { center: [fixed.A === undefined ? undefined : 0, fixed.B === undefined ? undefined : 0] };
}

function held(problem: ChinchillaProblem, { fixed = {} }: Knowledge): ChinchillaProblem {
  const at = [fixed.E, logOf(fixed.A), logOf(fixed.B), fixed.alpha, fixed.beta];
  for (const [index, value] of at.entries())
    if (value !== undefined) problem.lower[index] = problem.upper[index] = value;
  return problem;
}

/**
 * Priors as penalties. The objective becomes minus a log-likelihood when divided by its dispersion: the mean square of
 * the residuals for squares, delta times their mean size for Huber; both follow from the minimum without priors.
 */
function penaltiesOf(
  priors: readonly (readonly [keyof ChinchillaLaw, Prior])[],
  problem: ChinchillaProblem,
  rows: Rows,
  objective: Objective,
  minimum: Minimum,
): Penalty[] {
  const runs = rows.weight.reduce((sum, weight) => sum + weight, 0);
  const dispersion = ((objective.delta === Number.POSITIVE_INFINITY ? 2 : 1) * minimum.value) / runs;
  return priors.map(([name, prior]) => {
    const direction = new Float64Array(5);
    direction[{ E: 0, A: 1, B: 2, alpha: 3, beta: 4 }[name]] = 1;
    if (name === "A") direction[3] = problem.centerN;
    if (name === "B") direction[4] = problem.centerD;
    const logarithmic = name === "A" || name === "B";
    const sd = logarithmic ? prior.sd / prior.mean : prior.sd;
    return { direction, value: logarithmic ? Math.log(prior.mean) : prior.mean, strength: dispersion / (sd * sd) };
  });
}

function logOf(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.log(value);
}

/** The lowest seed is nearest to the minimum, and the others may end where it ended. */
function lowestFirst(problem: ChinchillaProblem, starts: readonly Float64Array[]): Float64Array[] {
  const valued = starts.map((start) => ({ start, value: problem.value(start) }));
  return valued.toSorted((a, b) => a.value - b.value).map(({ start }) => start);
}

function seeds(rows: Rows, problem: ChinchillaProblem, objective: Objective): Float64Array[] {
  const terms = nonNegativeTerms(rows, problem, objective);
  return SEED_EXPONENTS.flatMap((alpha) => SEED_EXPONENTS.map((beta) => terms(alpha, beta)));
}

/**
 * The best E, A and B ≥ 0 for given exponents by least squares (of relative residuals when the objective is logarithmic),
 * as a point of the problem. A term that vanishes is given a ten-thousandth of the loss, so that a descent can grow it.
 */
export function nonNegativeTerms(
  rows: Rows,
  problem: ChinchillaProblem,
  objective: Objective,
): (alpha: number, beta: number) => Float64Array {
  const least = 1e-4 * mean(rows.loss, rows.weight);
  const scale = rows.loss.map((loss, i) => Math.sqrt(rows.weight[i]!) / (objective.log ? loss : 1));
  const observed = rows.loss.map((loss, i) => loss * scale[i]!);
  const columns = new Map<string, Float64Array>();
  const column = (of: "N" | "D", exponent: number) => {
    const key = `${of}${exponent}`;
    const [logs, center] = of === "N" ? [rows.logN, problem.centerN] : [rows.logD, problem.centerD];
    const known = columns.get(key) ?? logs.map((log, i) => Math.exp(-exponent * (log - center)) * scale[i]!);
    if (columns.size < 64) columns.set(key, known);
    return known;
  };
  return (alpha, beta) => {
    const [E, A, B] = nonNegativeLeastSquares([scale, column("N", alpha), column("D", beta)], observed) as unknown as [
      number,
      number,
      number,
    ];
    return Float64Array.of(E, Math.log(Math.max(A, least)), Math.log(Math.max(B, least)), alpha, beta);
  };
}
