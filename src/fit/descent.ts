import { bestAllocation } from "./best-allocation.ts";
import { type Fit, type FitOptions, type MethodName, notIdentified } from "./fitter.ts";
import { judge } from "./identification.ts";
import { type Minimum, minimiseNewton } from "./kernels/newton.ts";
import { type LogLaw, LogLawProblem } from "./log-law-problem.ts";
import { objectiveOf } from "./objective.ts";
import { distinctRuns, rootMeanSquare, totalWeight } from "./parametric.ts";
import { type Penalty, withPenalties } from "./penalty.ts";
import { oneBudget, type Rows } from "./rows.ts";

/** A law with what a fit of it needs: starts, names, and the words for its parameters. */
export interface LawFamily {
  readonly law: LogLaw;
  /** One name per variable, as a verdict speaks of them. */
  readonly names: readonly string[];
  /** Whether the variables are the parameters themselves, so that these can be fixed and pulled. */
  readonly plain: boolean;
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
  const unsaid = Object.keys({ ...options.priors, ...options.fixed }).filter(
    (parameter) => !(family.plain && names.includes(parameter)),
  );
  if (unsaid.length > 0) return notIdentified(method, `${method} cannot hold or pull ${unsaid.join(", ")}`);
  const penalised = withPenalties(problem, penalties(rows, family, options));
  let minimum: Minimum | undefined;
  for (const start of family.starts) {
    const found = minimiseNewton(penalised, start);
    if (Number.isFinite(found.value) && (!minimum || found.value < minimum.value * (1 - 1e-12))) minimum = found;
  }
  if (!minimum) return notIdentified(method, "no start gave a finite loss: give starts nearer to the answer");
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
  });
  const loss = (N: number, D: number) => family.loss(x, N, D);
  return {
    method,
    status: verdict.status,
    explanation: verdict.explanation,
    search: `${family.starts.length} ${family.starts.length === 1 ? "start" : "starts"}, damped Newton's method`,
    objective: { name, value: problem.value(x) },
    parameters: family.parameters(x),
    points: [],
    loss,
    optimum: (C) => bestAllocation(loss, C),
    warnings: [
      ...oneBudget(rows),
      ...(options.objective === "huber-likelihood"
        ? [`${method} has no likelihood with a scale: log-huber was minimised`]
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
  return { information, rms: rootMeanSquare(residuals, rows.weight) };
}

/** Priors as penalties, in units of the objective: see the same for approach 3. */
function penalties(rows: Rows, family: LawFamily, options: FitOptions): Penalty[] {
  const priors = Object.entries(options.priors ?? {});
  if (priors.length === 0) return [];
  const { priors: _, ...without } = options;
  const free = fitLaw("formula", rows, family, without);
  const squares = free.objective?.name.endsWith("square") ?? false;
  const dispersion = ((squares ? 2 : 1) * (free.objective?.value ?? 0)) / totalWeight(rows);
  return priors.map(([name, { mean, sd }]) => {
    const direction = new Float64Array(family.names.length);
    direction[family.names.indexOf(name)] = 1;
    return { direction, value: mean, strength: dispersion / (sd * sd) };
  });
}
