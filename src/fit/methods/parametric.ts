import { type ChinchillaLaw, chinchillaLoss, chinchillaOptimum } from "../../law/chinchilla.ts";
import type { RunPoint } from "../../task/run-point.ts";
import { type Descent, descendNamed, type Knowledge, lawAt, logResiduals } from "../chinchilla.ts";
import { ChinchillaProblem } from "../chinchilla-problem.ts";
import { type Compute, computeOf } from "../compute.ts";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../fitter.ts";
import { judge } from "../identification.ts";
import type { ObjectiveName } from "../objective.ts";
import { withChecks } from "../plausibility.ts";
import type { PowerLaw } from "../power-law.ts";
import { distinctRuns, oneBudget, type Rows, rowsOf, totalWeight, weightedRms } from "../rows.ts";

/** The parameters of the law, in the order they are printed. */
export const CHINCHILLA_NAMES = ["E", "A", "B", "alpha", "beta"] as const;

/** Approach 3 (Hoffmann et al. 2022, section 3.3). */
export const parametric: Fitter = withChecks({
  name: "parametric",
  summary: "L = E + A/N^alpha + B/D^beta over all runs (approach 3)",
  options: ["objective", "delta", "weights"],
  fixable: CHINCHILLA_NAMES,
  fit: fitParametric,
});

/**
 * Approach 3: L = E + A/N^alpha + B/D^beta by Newton's method from sixteen starts (docs/fitters.md, "The search").
 *
 * @param options.objective `log-huber` by default; `options.start` replaces the sixteen starts by one.
 */
export function fitParametric(runs: readonly RunPoint[], options: FitOptions = {}): Fit {
  const impossible = impossibleKnowledge(options);
  if (impossible) return notIdentified("parametric", impossible);
  const objective = options.objective ?? "log-huber";
  return fitRows("parametric", runs, (rows) => {
    const near = options.start && (options.start as unknown as ChinchillaLaw);
    const descent = descendNamed(rows, objective, options.delta, knowledgeOf(options), near);
    const search =
      "16 starts (4 × 4 exponents; E, A, B by non-negative least squares), Newton's method with exact second derivatives";
    return {
      descent,
      search,
      value: descent.value,
      name: objective,
      ...(descent.sigma !== undefined && { sigma: descent.sigma }),
    };
  });
}

/** What a search found, for a method to report. */
export interface Found {
  readonly descent: Descent;
  readonly name: ObjectiveName;
  readonly value: number;
  readonly search: string;
  readonly sigma?: number;
}

/** A fit of the law by any search, with its verdict. */
export function fitRows(method: string, runs: readonly RunPoint[], search: (rows: Rows) => Found): Fit {
  const rows = rowsOf(runs);
  if (typeof rows === "string") return notIdentified(method, rows);
  if (rows.n < 2) return notIdentified(method, `${rows.n} run${rows.n === 1 ? "" : "s"} cannot determine a law`);
  const { descent, name, value, sigma, search: how } = search(rows);
  const { problem, minimum } = descent;
  const law = lawAt(problem, minimum.x);
  const verdict = judge({
    minimum,
    names: CHINCHILLA_NAMES,
    lower: problem.lower,
    upper: problem.upper,
    information: information(rows, descent),
    weight: totalWeight(rows),
    rms: weightedRms(logResiduals(rows, law), rows.weight),
    distinct: distinctRuns(rows),
    terms: { 1: "N", 2: "D", 3: "N", 4: "D" },
    exponents: [3, 4],
  });
  const compute = computeOf(runs);
  const laws = allocationOf(law, compute);
  return {
    method,
    status: verdict.status,
    explanation: verdict.explanation,
    search: how,
    objective: { name, value },
    parameters: { ...law, ...(sigma !== undefined && { sigma }) },
    exponents: { a: laws.N.exponent, b: laws.D.exponent },
    laws,
    points: [],
    loss: (N, D) => chinchillaLoss(law, N, D),
    optimum(C) {
      const { N, D } = optimumOf(law, C, compute);
      return { C, N, D, loss: chinchillaLoss(law, N, D) };
    },
    warnings: oneBudget(rows),
  };
}

/** Where the loss is lowest among N and D with k·N^n·D^d = C. */
function optimumOf(law: ChinchillaLaw, C: number, { k, n, d }: Compute): { readonly N: number; readonly D: number } {
  if (n === 1 && d === 1) return chinchillaOptimum(law, C * (6 / k));
  const { A, B, alpha, beta } = law;
  const slope = n / d;
  const logTokens = (Math.log(C) - Math.log(k)) / d;
  const logN = (Math.log(alpha * A) - Math.log(slope * beta * B) + beta * logTokens) / (alpha + slope * beta);
  return { N: Math.exp(logN), D: Math.exp(logTokens - slope * logN) };
}

/** The same as power laws of C. */
function allocationOf({ A, B, alpha, beta }: ChinchillaLaw, { k, n, d }: Compute): { N: PowerLaw; D: PowerLaw } {
  const slope = n / d;
  const a = beta / d / (alpha + slope * beta);
  const logG = (Math.log(alpha * A) - Math.log(slope * beta * B)) / (alpha + slope * beta);
  const b = (1 - n * a) / d;
  return {
    N: { coefficient: Math.exp(logG - a * Math.log(k)), exponent: a },
    D: { coefficient: Math.exp(-slope * logG - b * Math.log(k)), exponent: b },
  };
}

/** Fixed values and priors for the law's parameters. */
export function knowledgeOf({ fixed, priors }: FitOptions): Knowledge {
  return { ...(fixed && { fixed }), ...(priors && { priors }) };
}

/** A sentence about fixed values and priors that the law cannot take. */
function impossibleKnowledge({ fixed = {}, priors = {} }: FitOptions): string | undefined {
  const values = [...Object.entries(fixed), ...Object.entries(priors).map(([name, { mean }]) => [name, mean] as const)];
  for (const [name, value] of values) {
    if (!(CHINCHILLA_NAMES as readonly string[]).includes(name))
      return `parametric cannot fix or take a prior on ${name}`;
    if (name === "E" ? !(value >= 0) : !(value > 0))
      return `${name} cannot be fixed at or given a prior of ${value}: it must ${name === "E" ? "not be negative" : "be positive"}`;
  }
  return undefined;
}

function information(rows: Rows, { problem, minimum }: Descent): Float64Array {
  const squares = new ChinchillaProblem(
    rows,
    { log: true, delta: Number.POSITIVE_INFINITY },
    { center: [problem.centerN, problem.centerD] },
  );
  const metric = new Float64Array(25);
  squares.expand(minimum.x, new Float64Array(5), new Float64Array(25), metric);
  return metric;
}
