import type * as z from "zod";
import { type ExactInteger, exactInteger, type LossQuery, lossQuerySchema, type ValidationError } from "./schemas.ts";

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

/**
 * The query of `/loss` when it is written plainly, each parameter once and numbers in digits, as clients write it; a
 * fraction of the cost of the schema. Undefined when it is not, also when it is wrong: then the schema decides. A
 * property test holds it to the schema.
 */
export function plainLossQuery(rawQuery: string): LossQuery | undefined {
  const query: Partial<Record<keyof LossQuery, ExactInteger | string>> = {};
  let read = 0;
  for (const pair of rawQuery.split("&")) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals < 0 ? 0 : equals);
    const reader = READERS.get(name as keyof LossQuery);
    if (!reader || query[name as keyof LossQuery] !== undefined) return undefined;
    const value = reader(pair.slice(equals + 1));
    if (value === undefined) return undefined;
    query[name as keyof LossQuery] = value;
    read++;
  }
  return read === READERS.size ? (query as unknown as LossQuery) : undefined;
}

type Reader = (text: string) => ExactInteger | string | undefined;

const READERS = new Map<keyof LossQuery, Reader>([
  ["d_model", readDigits],
  ["num_layers", readDigits],
  ["num_heads", readDigits],
  ["batch_size", readDigits],
  ["learning_rate", readDecimal],
  ["train_flops", readDigits],
  ["api_key", decodeText],
]);

const DIGITS = /^\d{1,19}$/;
const DECIMAL = /^\d{1,15}(?:\.\d{1,15})?(?:e-\d{1,2})?$/;

function readDigits(text: string): ExactInteger | undefined {
  if (!DIGITS.test(text)) return undefined;
  return text.length < 16 ? Number(text) : exactInteger(BigInt(text));
}

function readDecimal(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
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
