import { bestAllocation } from "./best-allocation.ts";
import type { Fit, FitOptions, MethodName } from "./fitter.ts";
import { judge } from "./identification.ts";
import { type Minimum, minimiseNewton } from "./kernels/newton.ts";
import { type LogLaw, LogLawProblem } from "./log-law-problem.ts";
import { objectiveOf } from "./objective.ts";
import { distinctRuns, rootMeanSquare } from "./parametric.ts";
import type { Rows } from "./rows.ts";

/** A law with what a fit of it needs: starts, names, and the words for its parameters. */
export interface LawFamily {
  readonly law: LogLaw;
  /** One name per variable, as a verdict speaks of them. */
  readonly names: readonly string[];
  readonly starts: readonly Float64Array[];
  /** Variables whose standard error must be smaller than their value. */
  readonly exponents: readonly number[];
  /** The law's parameters as published, from the variables. */
  parameters(x: Float64Array): Record<string, number>;
  loss(x: Float64Array, N: number, D: number): number;
}

/** Fits any law of N and D by descents from its starts. */
export function fitLaw(method: MethodName, rows: Rows, family: LawFamily, options: FitOptions): Fit {
  const name = options.objective === "huber-likelihood" ? "log-huber" : (options.objective ?? "log-huber");
  const { law, names } = family;
  const problem = new LogLawProblem(law, rows, objectiveOf(name, options.delta));
  let minimum: Minimum | undefined;
  for (const start of family.starts) {
    const found = minimiseNewton(problem, start, 500);
    if (Number.isFinite(found.value) && (!minimum || found.value < minimum.value * (1 - 1e-12))) minimum = found;
  }
  if (!minimum)
    return {
      method,
      status: "not identified",
      explanation: "no start gave a finite loss",
      parameters: {},
      points: [],
      optimum: () => undefined,
      warnings: [],
    };
  const { x } = minimum;
  const verdict = judge({
    minimum,
    names,
    lower: law.lower,
    upper: law.upper,
    ...evidence(law, rows, x),
    distinct: distinctRuns(rows),
    exponents: family.exponents,
  });
  const loss = (N: number, D: number) => family.loss(x, N, D);
  return {
    method,
    status: verdict.status,
    explanation: verdict.explanation,
    objective: { name, value: minimum.value },
    parameters: family.parameters(x),
    points: [],
    loss,
    optimum: (C) => bestAllocation(loss, C),
    warnings:
      options.objective === "huber-likelihood"
        ? [`${method} has no likelihood with a scale: log-huber was minimised`]
        : [],
  };
}

function evidence(law: LogLaw, rows: Rows, x: Float64Array): { information: Float64Array; rms: number } {
  const squares = new LogLawProblem(law, rows, objectiveOf("log-square"));
  const { size } = law;
  const information = new Float64Array(size * size);
  squares.expand(x, new Float64Array(size), new Float64Array(size * size), information);
  const g = new Float64Array(size);
  const residuals = rows.logLoss.map((observed, row) => law.at(x, row, g, new Float64Array(size * size)) - observed);
  return { information, rms: rootMeanSquare(residuals, rows.weight) };
}
