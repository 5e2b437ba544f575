import type { MathNode } from "mathjs";
import { UserError } from "../../task/errors.ts";

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  sqrt: Math.sqrt,
  cbrt: Math.cbrt,
  tanh: Math.tanh,
  // What tanh becomes when it is differentiated.
  sech: (x) => 1 / Math.cosh(x),
};
const CONSTANTS: Readonly<Record<string, number>> = { pi: Math.PI };
const [ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE] = [0, 1, 2, 3, 4] as const;
const OPERATORS: Readonly<Record<string, number>> = {
  add: ADD,
  subtract: SUBTRACT,
  multiply: MULTIPLY,
  divide: DIVIDE,
};

/** Whether a name in a formula is a number that everyone knows. */
export function isConstant(name: string): boolean {
  return name in CONSTANTS;
}

/** One step: what it does (an operator, or a function of one number), to the values of which places. */
interface Step {
  readonly operator: number;
  readonly apply?: (x: number) => number;
  readonly x: number;
  readonly y: number;
  readonly to: number;
}

/**
 * Expressions over some symbols as one list of steps, in which equal parts stand once: a law, its gradient and its Hessian
 * share most of theirs. Powers are taken as e^(b·ln a), the same on every Node version.
 */
export class Program {
  readonly #symbols: readonly string[];
  readonly #steps: Step[] = [];
  readonly #places = new Map<string, number>();
  #values: Float64Array;
  #used: number;

  /** @param symbols the names of the values that {@link run} is given, in their order. */
  constructor(symbols: readonly string[]) {
    this.#symbols = symbols;
    this.#values = new Float64Array(symbols.length);
    this.#used = symbols.length;
  }

  /** How many steps there are: what runs so many has the values of all that was added until now. */
  get length(): number {
    return this.#steps.length;
  }

  /**
   * Adds an expression; returns the place of its value.
   *
   * @throws UserError for what is no arithmetic.
   */
  add(expression: MathNode): number {
    const node = expression as MathNode & Record<string, unknown> & { args?: MathNode[]; content?: MathNode };
    switch (node.type as string) {
      case "ConstantNode":
        return this.#constant(Number(node.value));
      case "SymbolNode": {
        const constant = CONSTANTS[node.name as string];
        return constant === undefined ? this.#symbols.indexOf(node.name as string) : this.#constant(constant);
      }
      case "ParenthesisNode":
        return this.add(node.content!);
      case "FunctionNode": {
        const { name } = node.fn as { name: string };
        if (!(name in FUNCTIONS) || node.args!.length !== 1)
          throw new UserError(
            `the formula uses ${name} in a way that is not known (functions of one argument: ${Object.keys(FUNCTIONS).join(", ")})`,
          );
        return this.#apply(name, this.add(node.args![0]!));
      }
      case "OperatorNode":
        return this.#operator(node.fn as string, node.args!);
      default:
        throw new UserError(`the formula holds "${expression.toString()}", which is not arithmetic`);
    }
  }

  /** The values of all places after the first `steps` steps. The next call overwrites them. */
  run(scope: Float64Array, steps: number): Float64Array {
    const values = this.#values;
    values.set(scope);
    for (let i = 0; i < steps; i++) {
      const { operator, apply, x, y, to } = this.#steps[i]!;
      if (apply) values[to] = apply(values[x]!);
      else if (operator === ADD) values[to] = values[x]! + values[y]!;
      else if (operator === SUBTRACT) values[to] = values[x]! - values[y]!;
      else if (operator === MULTIPLY) values[to] = values[x]! * values[y]!;
      else if (operator === DIVIDE) values[to] = values[x]! / values[y]!;
      else values[to] = -values[x]!;
    }
    return values;
  }

  #operator(name: string, args: readonly MathNode[]): number {
    const operator = OPERATORS[name];
    if (name !== "unaryPlus" && name !== "unaryMinus" && name !== "pow" && operator === undefined)
      throw new UserError(`the formula's operator ${name} is not known: + - * / ^ are`);
    const x = this.add(args[0]!);
    if (name === "unaryPlus") return x;
    if (name === "unaryMinus") return this.#step(NEGATE, x);
    if (name === "pow" && args[1]!.toString() === "2") return this.#step(MULTIPLY, x, x);
    const y = this.add(args[1]!);
    return operator === undefined
      ? this.#apply("exp", this.#step(MULTIPLY, y, this.#apply("log", x)))
      : this.#step(operator, x, y);
  }

  #apply(name: string, x: number): number {
    return this.#placed(`${name} ${x}`, (to) => ({ operator: -1, apply: FUNCTIONS[name]!, x, y: x, to }));
  }

  #step(operator: number, x: number, y: number = x): number {
    return this.#placed(`${operator} ${x} ${y}`, (to) => ({ operator, x, y, to }));
  }

  /** The place of what stands there already, or of a new step. */
  #placed(text: string, step: (to: number) => Step): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    const place = this.#place(text, Number.NaN);
    this.#steps.push(step(place));
    return place;
  }

  #constant(value: number): number {
    const text = `= ${value}`;
    return this.#places.get(text) ?? this.#place(text, value);
  }

  #place(text: string, value: number): number {
    const place = this.#used++;
    if (place >= this.#values.length) {
      const longer = new Float64Array(2 * place + 1);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[place] = value;
    this.#places.set(text, place);
    return place;
  }
}
