import type { FitStatus } from "./fitter.ts";
import { conditioning, invertPositive } from "./kernels/matrix.ts";
import type { Minimum } from "./kernels/newton.ts";

/** What is known about a minimum before it is accepted. */
export interface Evidence {
  readonly minimum: Minimum;
  /** One name per variable. */
  readonly names: readonly string[];
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Σ weight·g·gᵀ of ln L at the minimum, size × size by rows, lower triangle. */
  readonly information: Float64Array;
  /** Σ weight. */
  readonly weight: number;
  /** Root mean square of the residuals of ln L. */
  readonly rms: number;
  /** Runs that differ in N or D. */
  readonly distinct: number;
  /** Variables that at their lower bound leave nothing of a term (its logarithm, its exponent), with what it was a term of. */
  readonly terms?: Readonly<Record<number, string>>;
  /** Variables whose standard error must be smaller than their value. */
  readonly exponents: readonly number[];
  /** Variables that are logarithms of what must be known within a factor of e. */
  readonly logarithms?: readonly number[];
}

export interface Verdict {
  readonly status: FitStatus;
  readonly explanation: string;
  /** Standard errors by linearization, 0 for what is held; absent where the information is singular. */
  readonly errors?: Float64Array;
}

/** What to do about a search that failed. */
export const GIVE_STARTS = 'give starts nearer the answer: --formula "…; A = 400, alpha = 0.3"';

/** Beyond this condition number of the scaled information, rounding decides some combination of the variables. */
const CONDITION = 1e13;

/** Judges a minimum: is its gradient zero, is it inside the bounds, do the runs determine every variable? */
export function judge({
  minimum,
  names,
  lower,
  upper,
  information,
  weight,
  rms,
  distinct,
  terms = {},
  exponents,
  logarithms = [],
}: Evidence): Verdict {
  const size = names.length;
  const { x } = minimum;
  const fixed = (i: number) => lower[i] === upper[i];
  const atBound = names.flatMap((_, i) => (!fixed(i) && (x[i]! <= lower[i]! || x[i]! >= upper[i]!) ? [i] : []));
  const gone = atBound.filter((i) => terms[i] !== undefined && x[i]! <= lower[i]!);
  if (gone.length > 0) return unknown(`the loss does not depend on ${list([...new Set(gone.map((i) => terms[i]!))])}`);
  const free = names.flatMap((_, i) => (!fixed(i) && !atBound.includes(i) ? [i] : []));
  const parameters = free.length + atBound.length;
  if (distinct < parameters)
    return unknown(`${parameters} parameters cannot be determined from ${distinct} distinct runs`);
  if (distinct === parameters)
    return unknown(`${parameters} parameters fit ${distinct} distinct runs exactly: nothing tests the law`);
  const sub = new Float64Array(free.length * free.length);
  for (const [a, i] of free.entries())
    for (const [b, j] of free.entries())
      sub[a * free.length + b] = information[Math.max(i, j) * size + Math.min(i, j)]!;
  const dead = free.filter((i) => !(information[i * size + i]! * Math.max(1, x[i]! * x[i]!) > 1e-24));
  if (dead.length > 0) return unknown(`the loss does not depend on ${list(dead.map((i) => names[i]!))}`);
  const { condition, weakest } = conditioning(sub, free.length);
  if (condition > CONDITION) {
    const mixed = free.filter((_, a) => Math.abs(weakest[a]!) > 0.2).map((i) => names[i]!);
    return unknown(`the runs cannot separate ${list(mixed)} (condition number ${condition.toExponential(1)})`);
  }
  const inverse = invertPositive(sub, free.length);
  const freedom = Math.max(1, distinct - free.length);
  // Repeating a table adds no information: each distinct run counts once.
  const inflation = rms * Math.sqrt(weight / freedom);
  const errors = new Float64Array(size);
  if (inverse) for (const [a, i] of free.entries()) errors[i] = inflation * Math.sqrt(inverse[a * free.length + a]!);
  const vague = [
    ...exponents.filter((i) => free.includes(i) && errors[i]! > Math.abs(x[i]!)),
    ...logarithms.filter((i) => free.includes(i) && errors[i]! > 1),
  ];
  if (vague.length > 0)
    return {
      ...unknown(
        `the noise is larger than ${list(vague.map((i) => `${names[i]} = ${x[i]!.toPrecision(2)} ± ${errors[i]!.toPrecision(2)}`))}`,
      ),
      errors,
    };
  if (atBound.length > 0) {
    const limits = atBound.map((i) => `${names[i]} is at its limit of ${Number(x[i]!.toPrecision(3))}`);
    return { status: "at a bound", explanation: `${limits.join(" and ")}: the runs favor a value beyond it`, errors };
  }
  if (!minimum.converged)
    return {
      status: "search failed",
      explanation: `the descent stopped after ${minimum.iterations} steps with a gradient still worth ${minimum.decrement.toExponential(1)} of the objective: ${GIVE_STARTS}`,
    };
  return {
    status: "converged",
    explanation: `gradient zero to rounding, condition number ${condition.toExponential(1)}`,
    errors,
  };
}

function unknown(explanation: string): Verdict {
  return { status: "not identified", explanation };
}

/** `alpha`, `A and alpha`, `E, A and alpha`. */
function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? "the parameters") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
