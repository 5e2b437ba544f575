import { UserError } from "../../task/errors.ts";
import { parseQuantity } from "../../task/quantity.ts";
import { derivativeOf, parseExpression, symbolsOf } from "./expression.ts";
import { Program } from "./program.ts";

/** What a law may be a function of: size, tokens, compute, and unique tokens. */
export const VARIABLES = ["N", "D", "C", "U"] as const;

/** One parameter of a user's law, with what the user said of it. */
export interface FormulaParameter {
  readonly name: string;
  readonly start?: number;
  readonly lower: number;
  readonly upper: number;
  /** Whether the law is linear in it (and in the others that are, together), so that its best value can be solved for. */
  readonly linear: boolean;
}

/** A law as the user wrote it. Scopes hold N, D, C, U and then the parameters. */
export interface Formula {
  readonly text: string;
  readonly parameters: readonly FormulaParameter[];
  /** The variables it is a function of. */
  readonly uses: readonly string[];
  /**
   * The loss at a scope, then (order 1) its derivatives by the parameters, then (order 2) the lower triangle of its second
   * derivatives, row by row. The next call overwrites them.
   */
  readonly evaluate: (scope: Float64Array, order: 0 | 1 | 2) => Float64Array;
}

/**
 * Reads a law such as `E + A/N^alpha + B/D^beta`. After a semicolon parameters may get a start, bounds, or both:
 * `E + A/N^alpha; A = 400 in [0, 1e6], alpha = 0.3, E in [0, 3]`.
 *
 * @throws UserError naming what cannot be read.
 */
export function parseFormula(text: string): Formula {
  const [body = "", ...rest] = text.split(";");
  const expression = parseExpression(body);
  const names = symbolsOf(expression).filter((name) => !VARIABLES.includes(name as (typeof VARIABLES)[number]));
  if (names.length === 0)
    throw new UserError(`the formula "${body.trim()}" has no parameter: everything but N, D, C and U is one`);
  const said = hints(rest.join(";"), names);
  const program = new Program([...VARIABLES, ...names]);
  // First, because what is no arithmetic is named more clearly here than where it is differentiated.
  const places = [program.add(expression)];
  const lengths = [program.length];
  const derivatives = names.map((name) => derivativeOf(expression, name));
  for (const derivative of derivatives) places.push(program.add(derivative));
  lengths.push(program.length);
  for (const [i, derivative] of derivatives.entries())
    for (const name of names.slice(0, i + 1)) places.push(program.add(derivativeOf(derivative, name)));
  lengths.push(program.length);
  const counts = [1, 1 + names.length, places.length];
  const found = new Float64Array(places.length);
  const linear = linearAmong(names, derivatives.map(symbolsOf));
  return {
    text: body.trim(),
    uses: VARIABLES.filter((name) => symbolsOf(expression).includes(name)),
    parameters: names.map((name) => ({
      lower: Number.NEGATIVE_INFINITY,
      upper: Number.POSITIVE_INFINITY,
      ...said.get(name),
      name,
      linear: linear.has(name) && said.get(name)?.start === undefined,
    })),
    evaluate(scope, order) {
      const values = program.run(scope, lengths[order]!);
      for (let k = 0; k < counts[order]!; k++) found[k] = values[places[k]!]!;
      return found;
    },
  };
}

/** The first largest set found of parameters in which the law is jointly linear: no derivative by one holds any of them. */
function linearAmong(names: readonly string[], inDerivative: readonly (readonly string[])[]): Set<string> {
  const linear = new Set<string>();
  for (const [i, name] of names.entries()) {
    const apart = inDerivative[i]!.every((other) => other !== name && !linear.has(other));
    const fits = apart && [...linear].every((other) => !inDerivative[names.indexOf(other)]!.includes(name));
    if (fits) linear.add(name);
  }
  return linear;
}

interface Hint {
  start?: number;
  lower?: number;
  upper?: number;
}

function hints(text: string, names: readonly string[]): Map<string, Hint> {
  const found = new Map<string, Hint>();
  for (const clause of text.split(/,(?![^[]*\])/).filter((part) => part.trim() !== "")) {
    const match = /^\s*([A-Za-z]\w*)\s*(?:=\s*([^\s,]+))?\s*(?:in\s*\[\s*([^\s,]+)\s*,\s*([^\s\]]+)\s*\])?\s*$/.exec(
      clause,
    );
    const numbers = match?.slice(2).map((part) => (part === undefined ? undefined : parseQuantity(part)));
    const unread = match?.slice(2).some((part, index) => part !== undefined && numbers![index] === undefined);
    if (!match || unread || numbers!.every((number) => number === undefined))
      throw new UserError(`"${clause.trim()}" is not a start or bound: write A = 400, or A in [0, 1e6], or both`);
    const [name, [start, lower, upper]] = [match[1]!, numbers!] as const;
    if (!names.includes(name))
      throw new UserError(`"${name}" is not a parameter of the formula (they are ${names.join(", ")})`);
    if (lower !== undefined && !(lower < upper!))
      throw new UserError(`the bounds of ${name} are not in order: [${lower}, ${upper}]`);
    found.set(name, {
      ...(start !== undefined && { start }),
      ...(lower !== undefined && { lower }),
      ...(upper !== undefined && { upper }),
    });
  }
  return found;
}
