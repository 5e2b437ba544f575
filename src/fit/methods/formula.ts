import type { RunPoint } from "../../task/run-point.ts";
import { computeOf } from "../compute.ts";
import { type Fit, type FitOptions, type Fitter, notIdentified } from "../fitter.ts";
import { type Formula, type FormulaParameter, parseFormula } from "../formula/formula.ts";
import { leastSquares, nonNegativeLeastSquares } from "../kernels/least-squares.ts";
import { fitLawFamily, type LawFamily } from "../law-family.ts";
import { withChecks } from "../plausibility.ts";
import { type Rows, rowsOf } from "../rows.ts";

/**
 * The fitter of a law the user wrote (docs/fitters.md, "Your own law"). Loads mathjs: import this file only when asked.
 *
 * @throws UserError when the formula cannot be read or differentiated.
 */
export function formulaFitter(text: string): Fitter {
  const formula = parseFormula(text);
  return withChecks({
    name: "formula",
    summary: formula.text,
    options: ["objective", "delta", "weights"],
    fixable: formula.parameters.map(({ name }) => name),
    fit(runs: readonly RunPoint[], options: FitOptions = {}): Fit {
      // A law of C alone needs no N and D, which the table may lack.
      const ofC = formula.uses.length === 1 && formula.uses[0] === "C";
      const rows = rowsOf(ofC ? runs.map((run) => ({ ...run, N: run.C, D: 1 })) : runs);
      if (typeof rows === "string") return notIdentified("formula", rows);
      if (rows.n < 2) return notIdentified("formula", "a law needs at least two runs");
      if (formula.uses.includes("U") && rows.logU.some(Number.isNaN))
        return notIdentified(
          "formula",
          "the formula uses U, and a row has no unique tokens (--columns unique_tokens=COLUMN)",
        );
      return fitLawFamily("formula", rows, family(formula, rows, options), options, computeOf(runs));
    },
  });
}

/** Exponents and other parameters that are not linear start from each of these unless the user gives a start. */
const GUESSES = [0.1, 0.3, 0.6];
/** Combinations of guesses tried. */
const MOST_STARTS = 27;

function family({ parameters, uses, evaluate }: Formula, rows: Rows, { fixed = {}, start }: FitOptions): LawFamily {
  const scope = new Float64Array(4 + parameters.length);
  const place = (x: Float64Array, N: number, D: number, C: number, U: number) => {
    scope.set([N, D, C, U]);
    scope.set(x, 4);
  };
  const columns = [rows.logN, rows.logD, rows.logC, rows.logU].map((logs) => logs.map(Math.exp));
  const size = parameters.length;
  const at = (x: Float64Array, row: number, g?: Float64Array, h?: Float64Array): number => {
    place(x, columns[0]![row]!, columns[1]![row]!, columns[2]![row]!, columns[3]![row]!);
    const found = evaluate(scope, h ? 2 : g ? 1 : 0);
    const value = found[0]!;
    if (g) for (let i = 0; i < size; i++) g[i] = found[1 + i]! / value;
    if (g && h)
      for (let i = 0, k = 1 + size; i < size; i++)
        for (let j = 0; j <= i; j++, k++) h[i * size + j] = found[k]! / value - g[i]! * g[j]!;
    return Math.log(value);
  };
  const lossAt = (x: Float64Array, row: number) => {
    place(x, columns[0]![row]!, columns[1]![row]!, columns[2]![row]!, columns[3]![row]!);
    return evaluate(scope, 0)[0]!;
  };
  const held = parameters.map(
    ({ name, lower, upper }) =>
      (fixed[name] === undefined ? [lower, upper] : [fixed[name], fixed[name]]) as [number, number],
  );
  const named = start && Float64Array.from(parameters, ({ name }) => start[name] ?? 1);
  return {
    law: {
      size,
      lower: Float64Array.from(held, ([lower]) => lower),
      upper: Float64Array.from(held, ([, upper]) => upper),
      at,
    },
    names: parameters.map(({ name }) => name),
    plain: true,
    exponents: [],
    starts: named ? [named] : starts(parameters, fixed, rows, lossAt),
    parameters: (x) => Object.fromEntries(parameters.map(({ name }, i) => [name, x[i]!])),
    ofC: uses.length === 1 && uses[0] === "C",
    loss(x, N, D, C) {
      // Predictions are for data that is not repeated.
      place(x, N, D, C, D);
      return evaluate(scope, 0)[0]!;
    },
  };
}

/** Guesses for what is not linear, each with the linear parameters solved for, with and without allowing negative ones. */
function starts(
  parameters: readonly FormulaParameter[],
  fixed: Readonly<Record<string, number>>,
  rows: Rows,
  loss: (x: Float64Array, row: number) => number,
): Float64Array[] {
  const solvable = parameters.flatMap(({ name, linear }, i) => (linear && fixed[name] === undefined ? [i] : []));
  let points = [Float64Array.from(parameters, ({ name, start }) => fixed[name] ?? start ?? Number.NaN)];
  for (const [i, parameter] of parameters.entries()) {
    if (solvable.includes(i) || !Number.isNaN(points[0]![i]!)) continue;
    const guesses = points.length * GUESSES.length <= MOST_STARTS ? GUESSES : GUESSES.slice(1, 2);
    const within = (guess: number) => Math.min(Math.max(guess, parameter.lower), parameter.upper);
    points = points.flatMap((x) => guesses.map((guess) => x.map((value, k) => (k === i ? within(guess) : value))));
  }
  return points.flatMap((x) => {
    for (const i of solvable) x[i] = 0;
    if (solvable.length === 0) return [x];
    const value = (row: number, unit?: number) => {
      const probe = x.slice();
      if (unit !== undefined) probe[unit] = 1;
      return loss(probe, row) / rows.loss[row]!;
    };
    const base = rows.loss.map((_, row) => value(row));
    const terms = solvable.map((i) => rows.loss.map((_, row) => value(row, i) - base[row]!));
    const wanted = base.map((already) => 1 - already);
    const free = leastSquares(terms, wanted);
    const positive = free?.every((value) => value > 0) ? undefined : nonNegativeLeastSquares(terms, wanted);
    return [free, positive].flatMap((solved) => {
      if (!solved) return [];
      const point = x.slice();
      for (const [k, i] of solvable.entries()) point[i] = solved[k]!;
      return [point];
    });
  });
}
