/*
 * Objects as Pydantic reads them in its lax mode: what it coerces, what it refuses, and its errors in their order
 * (pydantic-core 2.46).
 */

import { pythonFloat } from "./float.ts";
import { type PythonObject, type PythonValue, pythonJson } from "./json.ts";
import { parsePythonFloat, parsePythonInt } from "./read-number.ts";

/** One error of the validation layer. */
export interface PydanticError {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: PythonValue;
  readonly ctx?: PythonObject;
}

type Loc = readonly (string | number)[];

/** Reads a value at a place. What is wrong with it is added to `errors`; the value returned then means nothing. */
export type Reader<T> = (value: PythonValue, loc: Loc, errors: PydanticError[]) => T;

/** A bound on a number. */
export interface Bounds {
  readonly gt?: bigint | number;
  readonly ge?: bigint | number;
  readonly le?: bigint | number;
}

/** An integer, exact: a bigint only where a number would not be. */
export function integer(bounds: Bounds = {}): Reader<number | bigint> {
  return (value, loc, errors) => {
    const read = toInteger(value);
    if (typeof read === "string") errors.push({ type: read, loc, msg: MESSAGES[read], input: value });
    else checkBounds(Number(read), bounds, value, loc, errors);
    return typeof read === "string" ? 0 : exact(read);
  };
}

/** A float. What is not finite is refused, where the real API crashes later on, unless `infinite` lets it pass. */
export function float(bounds: Bounds = {}, { infinite = false }: { readonly infinite?: boolean } = {}): Reader<number> {
  return (value, loc, errors) => {
    const read = toFloat(value);
    if (typeof read === "string") {
      errors.push({ type: read, loc, msg: MESSAGES[read], input: value });
      return 0;
    }
    if (Number.isFinite(read) || (infinite && read === Infinity)) checkBounds(read, bounds, value, loc, errors);
    else errors.push({ type: "finite_number", loc, msg: MESSAGES.finite_number, input: value });
    return read;
  };
}

export const boolean: Reader<boolean> = (value, loc, errors) => {
  const read = toBoolean(value);
  if (typeof read === "boolean") return read;
  errors.push({ type: read, loc, msg: MESSAGES[read], input: value });
  return false;
};

/** One of a few texts. */
export function literal<T extends string>(first: T, second: T): Reader<T> {
  const expected = `'${first}' or '${second}'`;
  return (value, loc, errors) => {
    if (value === first || value === second) return value as T;
    const ctx = new Map([["expected", expected]]);
    errors.push({ type: "literal_error", loc, msg: `Input should be ${expected}`, input: value, ctx });
    return first;
  };
}

export const text: Reader<string> = (value, loc, errors) => {
  if (typeof value === "string") return value;
  errors.push({ type: "string_type", loc, msg: MESSAGES.string_type, input: value });
  return "";
};

export function list<T>(reader: Reader<T>): Reader<T[]> {
  return (value, loc, errors) => {
    if (Array.isArray(value)) return value.map((item, i) => reader(item, [...loc, i], errors));
    errors.push({ type: "list_type", loc, msg: MESSAGES.list_type, input: value });
    return [];
  };
}

/** One of several models; the value of a field says which, and stands in the place of its errors. */
export function tagged<T>(field: string, models: Readonly<Record<string, Reader<T>>>): Reader<T> {
  const discriminator = `'${field}'`;
  const expected = Object.keys(models)
    .map((name) => `'${name}'`)
    .join(", ");
  return (value, loc, errors) => {
    const isObject = value instanceof Map;
    const tag = isObject ? (value as PythonObject).get(field) : undefined;
    const read = typeof tag === "string" && Object.hasOwn(models, tag) ? models[tag] : undefined;
    if (read) return read(value, [...loc, tag as string], errors);
    if (!isObject)
      errors.push({ type: "model_attributes_type", loc, msg: MESSAGES.model_attributes_type, input: value });
    else if (tag === undefined) {
      const msg = `Unable to extract tag using discriminator ${discriminator}`;
      errors.push({
        type: "union_tag_not_found",
        loc,
        msg,
        input: value,
        ctx: new Map([["discriminator", discriminator]]),
      });
    } else {
      const given = pythonText(tag);
      const msg = `Input tag '${given}' found using ${discriminator} does not match any of the expected tags: ${expected}`;
      const ctx = new Map([
        ["discriminator", discriminator],
        ["tag", given],
        ["expected_tags", expected],
      ]);
      errors.push({ type: "union_tag_invalid", loc, msg, input: value, ctx });
    }
    return {} as T;
  };
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value, loc, errors) => (value === null ? null : reader(value, loc, errors));
}

/** A field of a model: how it is read, and what it is when it is absent. Without a default it is required. */
export interface ModelField<T> {
  readonly read: Reader<T>;
  readonly otherwise?: T;
}

export type ModelFields<T> = { readonly [Name in keyof T]-?: ModelField<T[Name]> };

/** An object with these fields in this order, and no others unless `open`. */
export function model<T extends object>(
  fields: ModelFields<T>,
  { open = false }: { readonly open?: boolean } = {},
): Reader<T> {
  const entries = Object.entries(fields) as [string, ModelField<unknown>][];
  return (value, loc, errors) => {
    if (!(value instanceof Map)) {
      errors.push({ type: "model_attributes_type", loc, msg: MESSAGES.model_attributes_type, input: value });
      return {} as T;
    }
    const read: Record<string, unknown> = {};
    for (const [name, { read: readField, otherwise }] of entries) {
      const given: PythonValue | undefined = value.get(name);
      if (given !== undefined) read[name] = readField(given, [...loc, name], errors);
      else if (otherwise !== undefined) read[name] = otherwise;
      else errors.push({ type: "missing", loc: [...loc, name], msg: MESSAGES.missing, input: value });
    }
    for (const [name, input] of value as PythonObject)
      if (!open && !Object.hasOwn(fields, name))
        errors.push({ type: "extra_forbidden", loc: [...loc, name], msg: MESSAGES.extra_forbidden, input });
    return read as T;
  };
}

/** The first of two models that a value fits; the errors of both, each under its name, when it fits neither. */
export function union<A, B>(first: readonly [string, Reader<A>], second: readonly [string, Reader<B>]): Reader<A | B> {
  return (value, loc, errors) => {
    const all: PydanticError[] = [];
    for (const [name, read] of [first, second]) {
      const found: PydanticError[] = [];
      const result = read(value, [...loc, name], found);
      if (found.length === 0) return result;
      all.push(...found);
    }
    errors.push(...all);
    return {} as A;
  };
}

const MESSAGES = {
  missing: "Field required",
  extra_forbidden: "Extra inputs are not permitted",
  int_type: "Input should be a valid integer",
  int_parsing: "Input should be a valid integer, unable to parse string as an integer",
  int_parsing_size: "Unable to parse input string as an integer, exceeded maximum size",
  int_from_float: "Input should be a valid integer, got a number with a fractional part",
  float_type: "Input should be a valid number",
  float_parsing: "Input should be a valid number, unable to parse string as a number",
  finite_number: "Input should be a finite number",
  string_type: "Input should be a valid string",
  list_type: "Input should be a valid list",
  bool_type: "Input should be a valid boolean",
  bool_parsing: "Input should be a valid boolean, unable to interpret input",
  model_attributes_type: "Input should be a valid dictionary or object to extract fields from",
} as const;

type IntegerError = "int_type" | "int_parsing" | "int_parsing_size" | "int_from_float" | "finite_number";

function toInteger(value: PythonValue): bigint | IntegerError {
  if (typeof value === "bigint") return value;
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value === "string") return parsePythonInt(value);
  if (typeof value !== "number") return "int_type";
  if (!Number.isFinite(value)) return "finite_number";
  if (!Number.isInteger(value)) return "int_from_float";
  return value > -TWO_63 && value < TWO_63 ? BigInt(value) : "int_parsing_size";
}

const TWO_63 = 0x8000_0000_0000_0000;

/** A tag as Python's `str` writes it; lists and objects as JSON, which no client sends. */
function pythonText(value: PythonValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return pythonFloat(value);
  return { null: "None", true: "True", false: "False" }[String(value)] ?? pythonJson(value);
}

function toFloat(value: PythonValue): number | "float_type" | "float_parsing" {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "string") return parsePythonFloat(value) ?? "float_parsing";
  const number = typeof value === "bigint" ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : "float_type";
}

const TRUE: ReadonlySet<string> = new Set(["1", "on", "t", "true", "y", "yes"]);
const FALSE: ReadonlySet<string> = new Set(["0", "off", "f", "false", "n", "no"]);

function toBoolean(value: PythonValue): boolean | "bool_type" | "bool_parsing" {
  if (typeof value === "boolean") return value;
  if (typeof value === "string") {
    const word = value.toLowerCase();
    return TRUE.has(word) || (FALSE.has(word) ? false : "bool_parsing");
  }
  const number = toInteger(value);
  if (typeof number === "string") return "bool_type";
  return number === 0n ? false : number === 1n ? true : "bool_parsing";
}

function checkBounds(value: number, { gt, ge, le }: Bounds, input: PythonValue, loc: Loc, errors: PydanticError[]) {
  const refuse = (type: string, text: string, name: string, bound: bigint | number) =>
    errors.push({ type, loc, msg: `Input should be ${text} ${bound}`, input, ctx: new Map([[name, bound]]) });
  if (le !== undefined && !(value <= Number(le))) refuse("less_than_equal", "less than or equal to", "le", le);
  else if (ge !== undefined && !(value >= Number(ge)))
    refuse("greater_than_equal", "greater than or equal to", "ge", ge);
  else if (gt !== undefined && !(value > Number(gt))) refuse("greater_than", "greater than", "gt", gt);
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
