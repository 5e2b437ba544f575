import { bestAllocation } from "./best-allocation.ts";
import { type Compute, SIX_ND } from "./compute.ts";
import { type Fit, type FitOptions, notIdentified } from "./fitter.ts";
import { GIVE_STARTS, judge } from "./identification.ts";
import { type Minimum, minimizeNewton, type Problem } from "./kernels/newton.ts";
import { huber, type Objective, objectiveOf, type Penalty, roundingFloor, withPenalties } from "./objective.ts";
import { distinctRuns, oneBudget, type Rows, totalWeight, weightedRms } from "./rows.ts";

/** A law with what a fit of it needs: starts, names, and the words for its parameters. */
export interface LawFamily {
  readonly law: LogLaw;
  /** One name per variable, as a verdict speaks of them. */
  readonly names: readonly string[];
  /** Whether the variables are the parameters themselves, so that these can be fixed or take priors. */
  readonly plain: boolean;
  readonly starts: readonly Float64Array[];
  /** Variables whose standard error must be smaller than their value. */
  readonly exponents: readonly number[];
  /** Variables that are logarithms of what must be known within a factor of e. */
  readonly logarithms?: readonly number[];
  /** The law's parameters as published, from the variables. */
  parameters(x: Float64Array): Record<string, number>;
  loss(x: Float64Array, N: number, D: number, C: number): number;
  /** Whether the law is one of C alone: it has no best N. */
  readonly ofC?: boolean;
}

/** Limits of the best descent when none has converged: steps, and rows evaluated. */
const PATIENCE = { steps: 3000, rows: 1e7 };

/** Fits any law of N and D by descents from its starts. */
export function fitLawFamily(
  method: string,
  rows: Rows,
  family: LawFamily,
  options: FitOptions,
  compute: Compute,
): Fit {
  const name = options.objective === "huber-likelihood" ? "log-huber" : (options.objective ?? "log-huber");
  const { law, names } = family;
  const problem = new LogLawProblem(law, rows, objectiveOf(name, options.delta));
  const unsaid = Object.keys({ ...options.priors, ...options.fixed }).filter(
    (parameter) => !(family.plain && names.includes(parameter)),
  );
  if (unsaid.length > 0) return notIdentified(method, `${method} cannot fix or take a prior on ${unsaid.join(", ")}`);
  const penalized = withPenalties(problem, penalties(rows, family, options));
  let minimum: Minimum | undefined;
  for (const start of family.starts) {
    const found = minimizeNewton(penalized, start);
    if (Number.isFinite(found.value) && (!minimum || found.value < minimum.value * (1 - 1e-12))) minimum = found;
  }
  if (!minimum)
    return { ...notIdentified(method, `no start gave a finite loss: ${GIVE_STARTS}`), status: "search failed" };
  // Where a factor and an exponent make up for each other over decades of C, the valley is long and curved.
  if (!minimum.converged) {
    const iterations = Math.ceil(Math.min(PATIENCE.steps, PATIENCE.rows / rows.n));
    const longer = minimizeNewton(penalized, minimum.x, { iterations });
    const lower = longer.value < minimum.value * (longer.converged ? 1 + 1e-6 : 1);
    if (lower) minimum = { ...longer, iterations: minimum.iterations + longer.iterations };
  }
  const { x } = minimum;
  const verdict = judge({
    minimum,
    names,
    lower: law.lower,
    upper: law.upper,
    ...evidence(law, rows, x),
    weight: totalWeight(rows),
    distinct: distinctRuns(rows),
    exponents: family.exponents,
    ...(family.logarithms && { logarithms: family.logarithms }),
  });
  const loss = (N: number, D: number, C = compute.flops(N, D)) => family.loss(x, N, D, C);
  return {
    method,
    status: verdict.status,
    explanation: verdict.explanation,
    search: `${family.starts.length} ${family.starts.length === 1 ? "start" : "starts"}, damped Newton's method`,
    objective: { name, value: problem.value(x) },
    parameters: family.parameters(x),
    points: [],
    loss,
    ...(family.ofC && { lossOfC: (C: number) => family.loss(x, 1, 1, C) }),
    optimum: (C) => (family.ofC ? undefined : bestAllocation(loss, C, compute)),
    warnings: [
      ...oneBudget(rows),
      ...(options.objective === "huber-likelihood"
        ? [`${method} has no likelihood with a scale: log-huber was minimized`]
        : []),
    ],
  };
}

function evidence(law: LogLaw, rows: Rows, x: Float64Array): { information: Float64Array; rms: number } {
  const squares = new LogLawProblem(law, rows, objectiveOf("log-square"));
  const { size } = law;
  const information = new Float64Array(size * size);
  squares.expand(x, new Float64Array(size), new Float64Array(size * size), information);
  const residuals = rows.logLoss.map((observed, row) => law.at(x, row) - observed);
  return { information, rms: weightedRms(residuals, rows.weight) };
}

/** Priors as penalties, in units of the objective: see the same for approach 3. */
function penalties(rows: Rows, family: LawFamily, options: FitOptions): Penalty[] {
  const priors = Object.entries(options.priors ?? {});
  if (priors.length === 0) return [];
  const { priors: _, ...without } = options;
  const free = fitLawFamily("formula", rows, family, without, SIX_ND);
  const squares = free.objective?.name.endsWith("square") ?? false;
  const dispersion = ((squares ? 2 : 1) * (free.objective?.value ?? 0)) / totalWeight(rows);
  return priors.map(([name, { mean, sd }]) => {
    const direction = new Float64Array(family.names.length);
    direction[family.names.indexOf(name)] = 1;
    return { direction, value: mean, strength: dispersion / (sd * sd) };
  });
}

/** A law of the loss that a descent can follow. */
export interface LogLaw {
  readonly size: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /**
   * ln L of a row; fills its gradient when asked to and, where the law knows it, adds the second derivatives to the lower triangle of
   * `hessian` (all zero when called). A law that leaves them out descends as Gauss and Newton do.
   */
  at(x: Float64Array, row: number, gradient?: Float64Array, hessian?: Float64Array): number;
}

/** The sum of losses of any law over runs; what ChinchillaProblem is for one law, written out for speed there. */
export class LogLawProblem implements Problem {
  readonly size: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  readonly floor: number;
  readonly #law: LogLaw;
  readonly #rows: Rows;
  readonly #objective: Objective;

  constructor(law: LogLaw, rows: Rows, objective: Objective) {
    this.size = law.size;
    this.lower = law.lower;
    this.upper = law.upper;
    this.#law = law;
    this.#rows = rows;
    this.#objective = objective;
    this.floor = roundingFloor(objective, rows.loss, rows.weight);
  }

  value(x: Float64Array): number {
    const { log, delta, above = 1 } = this.#objective;
    const { n, weight, logLoss, loss } = this.#rows;
    let total = 0;
    for (let row = 0; row < n; row++) {
      if (weight[row] === 0) continue;
      const f = this.#law.at(x, row);
      const r = log ? f - logLoss[row]! : Math.exp(f) - loss[row]!;
      total += weight[row]! * (r > 0 ? above : 1) * huber(r, delta);
    }
    return Number.isFinite(total) ? total : Number.POSITIVE_INFINITY;
  }

  expand(x: Float64Array, gradient: Float64Array, hessian: Float64Array, metric: Float64Array): number {
    const { log, delta, above = 1 } = this.#objective;
    const { n, weight, logLoss, loss } = this.#rows;
    const { size } = this;
    for (const array of [gradient, hessian, metric]) array.fill(0);
    const g = new Float64Array(size);
    const second = new Float64Array(size * size);
    let total = 0;
    for (let row = 0; row < n; row++) {
      // A bootstrap leaves out a third of the rows.
      if (weight[row] === 0) continue;
      second.fill(0);
      const f = this.#law.at(x, row, g, second);
      const scale = log ? 1 : Math.exp(f);
      const r = log ? f - logLoss[row]! : scale - loss[row]!;
      const inside = Math.abs(r) <= delta;
      const slope = inside ? r : Math.sign(r) * delta;
      const w = weight[row]! * (r > 0 ? above : 1);
      total += w * (inside ? 0.5 * r * r : delta * (Math.abs(r) - 0.5 * delta));
      const outer = w * ((inside ? scale * scale : 0) + (log ? 0 : slope * scale));
      const robust = w * (inside ? 1 : delta / Math.abs(r)) * scale * scale;
      const pull = w * slope * scale;
      for (let i = 0, at = 0; i < size; i++, at = i * size) {
        const gi = g[i]!;
        const [outerI, robustI] = [outer * gi, robust * gi];
        gradient[i]! += pull * gi;
        for (let j = 0; j <= i; j++) {
          hessian[at + j]! += outerI * g[j]! + pull * second[at + j]!;
          metric[at + j]! += robustI * g[j]!;
        }
      }
    }
    return Number.isFinite(total) ? total : Number.POSITIVE_INFINITY;
  }
}
