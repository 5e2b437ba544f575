import { ChinchillaProblem } from "./chinchilla-problem.ts";
import type { FitStatus } from "./fitter.ts";
import { judge } from "./identification.ts";
import { nonNegativeLeastSquares } from "./kernels/least-squares.ts";
import { minimizeNewton } from "./kernels/newton.ts";
import { type Objective, objectiveOf } from "./objective.ts";
import { rowsOf } from "./rows.ts";

/** The loss of the best run as a floored power law of compute: L = E + K/C^gamma. */
export interface FlooredPowerLaw {
  readonly E: number;
  readonly K: number;
  readonly gamma: number;
  readonly value: number;
  readonly status: FitStatus;
  readonly explanation: string;
  readonly at: (C: number) => number;
}

/**
 * Fits the floored power law to the best losses of budgets (least squares of ln loss unless told otherwise).
 *
 * @param floor E, where it is known.
 * @returns undefined for fewer than three budgets or losses that are not positive.
 */
export function fitFlooredPowerLaw(
  best: readonly { readonly C: number; readonly loss: number }[],
  objective: Objective = objectiveOf("log-square"),
  floor?: number,
): FlooredPowerLaw | undefined {
  const rows = rowsOf(best.map(({ C, loss }) => ({ N: C, D: C, C, loss })));
  if (typeof rows === "string" || new Set(rows.logC).size < 3) return undefined;
  const problem = new ChinchillaProblem(rows, objective);
  // The law of approach 3 with C in the place of N and no second term.
  const none = -1e4;
  problem.lower.set([none], 2);
  problem.upper.set([none], 2);
  problem.lower.set([1], 4);
  problem.upper.set([1], 4);
  if (floor !== undefined) {
    problem.lower.set([floor], 0);
    problem.upper.set([floor], 0);
  }
  const scale = rows.loss.map((loss) => (objective.log ? 1 / loss : 1));
  const observed = rows.loss.map((loss, i) => loss * scale[i]!);
  const minima = [0.03, 0.1, 0.3].map((gamma) => {
    const term = rows.logC.map((logC, i) => Math.exp(-gamma * (logC - problem.centerN)) * scale[i]!);
    const [E, K] = nonNegativeLeastSquares([scale, term], observed) as unknown as [number, number];
    return minimizeNewton(problem, Float64Array.of(E, Math.log(Math.max(K, 1e-4)), none, gamma, 1));
  });
  const minimum = minima.reduce((a, b) => (b.value < a.value ? b : a));
  const [E, k, , gamma] = minimum.x as unknown as [number, number, number, number];
  const information = new Float64Array(25);
  new ChinchillaProblem(rows, objectiveOf("log-square")).expand(
    minimum.x,
    new Float64Array(5),
    new Float64Array(25),
    information,
  );
  const at = (C: number) => E + Math.exp(k - gamma * (Math.log(C) - problem.centerN));
  const squares = rows.logLoss.reduce((sum, observedLog, i) => {
    const r = Math.log(at(Math.exp(rows.logC[i]!))) - observedLog;
    return sum + r * r;
  }, 0);
  const { status, explanation } = judge({
    minimum,
    names: ["E", "K", "B", "gamma", "beta"],
    lower: problem.lower,
    upper: problem.upper,
    information,
    weight: rows.n,
    rms: Math.sqrt(squares / rows.n),
    distinct: new Set(rows.logC).size,
    terms: { 1: "C", 3: "C" },
    exponents: [3],
  });
  return { E, K: Math.exp(k + gamma * problem.centerN), gamma, value: minimum.value, status, explanation, at };
}
