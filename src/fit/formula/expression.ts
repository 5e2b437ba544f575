import { create, derivativeDependencies, type FactoryFunctionMap, type MathNode, parseDependencies } from "mathjs";
import { UserError } from "../../task/errors.ts";

const math = create({ parseDependencies, derivativeDependencies } as FactoryFunctionMap);

/** A number from a scope that holds one value per symbol, in the order of `symbolsOf`. */
export type Evaluate = (scope: Float64Array) => number;

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

/** Reads an expression; a `UserError` points at what is wrong with it. */
export function parseExpression(text: string): MathNode {
  try {
    return math.parse(text.replace(/\bln\(/g, "log("));
  } catch (error) {
    throw new UserError(`the formula "${text}" cannot be read: ${(error as Error).message}`);
  }
}

/** The derivative of an expression with respect to a symbol, without terms that are zero and factors that are one. */
export function derivativeOf(expression: MathNode, symbol: string): MathNode {
  try {
    return pruned(math.derivative(naturalLogs(expression), symbol, { simplify: false }));
  } catch (error) {
    throw new UserError(`the formula cannot be differentiated by ${symbol}: ${(error as Error).message}`);
  }
}

const [ZERO, ONE] = [math.parse("0"), math.parse("1")];

/** Leaves out what adds or multiplies nothing. mathjs's own simplification does not end where fractions are nested. */
function pruned(expression: MathNode): MathNode {
  const node = expression.map(pruned) as MathNode & { fn?: string; args?: MathNode[]; content?: MathNode };
  if (node.type === "ParenthesisNode") return isNumber(node.content!) ? node.content! : node;
  if (node.type !== "OperatorNode") return node;
  const [left, right] = node.args as [MathNode, MathNode];
  switch (node.fn) {
    case "unaryMinus":
      return isNumber(left, 0) ? ZERO : node;
    case "add":
      return isNumber(left, 0) ? right : isNumber(right, 0) ? left : node;
    case "subtract":
      return isNumber(right, 0) ? left : node;
    case "multiply":
      if (isNumber(left, 0) || isNumber(right, 0)) return ZERO;
      return isNumber(left, 1) ? right : isNumber(right, 1) ? left : node;
    case "divide":
      return isNumber(left, 0) ? ZERO : isNumber(right, 1) ? left : node;
    case "pow":
      return isNumber(right, 0) ? ONE : isNumber(right, 1) ? left : node;
    default:
      return node;
  }
}

/** Whether an expression is a number, or this one. */
function isNumber(node: MathNode, value?: number): boolean {
  const number = node.type === "ConstantNode" ? Number((node as MathNode & { value: unknown }).value) : Number.NaN;
  return value === undefined ? !Number.isNaN(number) : number === value;
}

const BINARY = math.parse("log(x) / log(2)");

/** The expression with log2(x) written as log(x)/log(2), whose derivative mathjs knows. */
function naturalLogs(expression: MathNode): MathNode {
  return expression.transform((node) => {
    const { fn, args = [] } = node as MathNode & { fn?: { name?: string }; args?: MathNode[] };
    if (fn?.name !== "log2" || args.length !== 1) return node;
    return BINARY.transform((part) => ("name" in part && part.name === "x" ? naturalLogs(args[0]!) : part));
  });
}

/** The symbols of an expression, functions and constants not among them, in the order they appear. */
export function symbolsOf(expression: MathNode): string[] {
  const names = new Set<string>();
  expression.traverse((node, path) => {
    if (!("name" in node) || node.type !== "SymbolNode" || path === "fn") return;
    const name = node.name as string;
    if (!(name in CONSTANTS)) names.add(name);
  });
  return [...names];
}

/**
 * The expression as nested functions of a scope: far faster than mathjs's own evaluation, and powers are taken as
 * e^(b·ln a), the same on every Node version.
 */
export function compile(expression: MathNode, symbols: readonly string[]): Evaluate {
  const node = expression as MathNode & Record<string, unknown> & { args?: MathNode[]; content?: MathNode };
  const args = () => (node.args ?? []).map((argument) => compile(argument, symbols));
  switch (node.type as string) {
    case "ConstantNode": {
      const value = Number(node.value);
      return () => value;
    }
    case "SymbolNode": {
      const constant = CONSTANTS[node.name as string];
      if (constant !== undefined) return () => constant;
      const index = symbols.indexOf(node.name as string);
      return (scope) => scope[index]!;
    }
    case "ParenthesisNode":
      return compile(node.content!, symbols);
    case "FunctionNode": {
      const name = (node.fn as { name: string }).name;
      const apply = FUNCTIONS[name];
      const [x, ...more] = args();
      if (!apply || !x || more.length > 0)
        throw new UserError(
          `the formula uses ${name} in a way that is not known (functions of one argument: ${Object.keys(FUNCTIONS).join(", ")})`,
        );
      return (scope) => apply(x(scope));
    }
    case "OperatorNode":
      return operator(node.fn as string, args(), node.args!);
    default:
      throw new UserError(`the formula holds "${expression.toString()}", which is not arithmetic`);
  }
}

function operator(name: string, [x, y]: Evaluate[], nodes: readonly MathNode[]): Evaluate {
  const unknown = new UserError(`the formula's operator ${name} is not known: + - * / ^ are`);
  if (!x) throw unknown;
  if (name === "unaryMinus") return (scope) => -x(scope);
  if (name === "unaryPlus") return x;
  if (!y) throw unknown;
  switch (name) {
    case "add":
      return (scope) => x(scope) + y(scope);
    case "subtract":
      return (scope) => x(scope) - y(scope);
    case "multiply":
      return (scope) => x(scope) * y(scope);
    case "divide":
      return (scope) => x(scope) / y(scope);
    case "pow":
      return nodes[1]!.toString() === "2"
        ? (scope) => x(scope) * x(scope)
        : (scope) => Math.exp(y(scope) * Math.log(x(scope)));
    default:
      throw unknown;
  }
}
