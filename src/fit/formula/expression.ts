import { create, derivativeDependencies, type FactoryFunctionMap, type MathNode, parseDependencies } from "mathjs";
import { UserError } from "../../task/errors.ts";
import { isConstant } from "./program.ts";

const math = create({ parseDependencies, derivativeDependencies } as FactoryFunctionMap);

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
    if (!isConstant(name)) names.add(name);
  });
  return [...names];
}
