import type * as z from "zod";
import { type LossQuery, lossQuerySchema, type ValidationError } from "./schemas.ts";

/** A parsed query, or what the validation layer says to it. */
export type Parsed<T> = { readonly query: T } | { readonly errors: ValidationError["detail"] };

/** The part of a request's target behind the `?`; empty when there is none. */
export function rawQueryOf(url: string): string {
  const start = url.indexOf("?");
  return start < 0 ? "" : url.slice(start + 1);
}

/** The parameters of a raw query, decoded; of one given twice, the last. */
export function parametersOf(rawQuery: string): Record<string, string> {
  const parameters: Record<string, string> = Object.create(null);
  for (const [name, value] of new URLSearchParams(rawQuery)) parameters[name] = value;
  return parameters;
}

const MESSAGES = {
  missing: "Field required",
  int_parsing: "Input should be a valid integer, unable to parse string as an integer",
  int_parsing_size: "Unable to parse input string as an integer, exceeded maximum size",
  float_parsing: "Input should be a valid number, unable to parse string as a number",
} as const;

/** Parses a raw query by a schema of this API; errors are listed in the order of the schema's fields. */
export function parseQuery<T>(schema: z.ZodType<T>, rawQuery: string): Parsed<T> {
  const parameters = parametersOf(rawQuery);
  const result = schema.safeParse(parameters);
  if (result.success) return { query: result.data };
  const errors = result.error.issues.map((issue) => {
    const name = String(issue.path[0]);
    const input = parameters[name] ?? null;
    const type = input === null ? "missing" : (issue.message as keyof typeof MESSAGES);
    return { type, loc: ["query", name] as const, msg: MESSAGES[type], input };
  });
  return { errors };
}

export function parseLossQuery(rawQuery: string): Parsed<LossQuery> {
  const query = plainLossQuery(rawQuery);
  return query ? { query } : parseQuery(lossQuerySchema, rawQuery);
}

const DIGITS = /^\d{1,19}$/;
const DECIMAL = /^\d{1,15}(?:\.\d{1,15})?(?:e-\d{1,2})?$/;

/**
 * The query of `/loss` when it is written plainly, each parameter once and numbers in digits, as clients write it; a
 * fifth of the cost of the schema. Undefined when it is not, also when it is wrong: then the schema decides. A property
 * test holds it to the schema.
 */
export function plainLossQuery(rawQuery: string): LossQuery | undefined {
  const texts: Record<string, string | undefined> = {
    d_model: undefined,
    num_layers: undefined,
    num_heads: undefined,
    batch_size: undefined,
    learning_rate: undefined,
    train_flops: undefined,
    api_key: undefined,
  };
  const pairs = rawQuery.split("&");
  if (pairs.length !== 7) return undefined;
  for (const pair of pairs) {
    const equals = pair.indexOf("=");
    if (equals < 0) return undefined;
    const name = pair.slice(0, equals);
    if (!(name in texts) || texts[name] !== undefined) return undefined;
    texts[name] = pair.slice(equals + 1);
  }
  const { d_model, num_layers, num_heads, batch_size, learning_rate, train_flops, api_key } = texts as Record<
    keyof LossQuery,
    string
  >;
  const digits =
    DIGITS.test(d_model) &&
    DIGITS.test(num_layers) &&
    DIGITS.test(num_heads) &&
    DIGITS.test(batch_size) &&
    DIGITS.test(train_flops);
  if (!digits || !DECIMAL.test(learning_rate)) return undefined;
  const key = decodeText(api_key);
  if (key === undefined) return undefined;
  return {
    d_model: BigInt(d_model),
    num_layers: BigInt(num_layers),
    num_heads: BigInt(num_heads),
    batch_size: BigInt(batch_size),
    learning_rate: Number(learning_rate),
    train_flops: BigInt(train_flops),
    api_key: key,
  };
}

/** A form-encoded text, decoded; undefined where its escapes are not UTF-8. */
function decodeText(text: string): string | undefined {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return undefined;
  }
}
