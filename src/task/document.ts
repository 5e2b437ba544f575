import * as z from "zod";
import { nearestName, UserError, unknownName } from "./errors.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * A document from JSON of unknown origin: what its schema makes of it.
 *
 * @param origin what to call it in an error, such as the file's name.
 * @throws UserError that names the first bad field, its value, what is allowed, and how many more bad fields there are.
 *   An unknown field comes with the known one that is nearest. The values of API keys and long values are left out.
 */
export function parseDocument<T>(schema: z.ZodType<T>, value: unknown, origin: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues.flatMap(flat);
  const issue = misspellingOf(issues[0]!, issues, value);
  const path = issue.path.map(String).join(".") || "(the document)";
  const others = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw new UserError(`${origin}: ${path}: ${faultOf(issue, schema, value)}${others}`);
}

/** The same for a document that is still text. */
export function parseJsonDocument<T>(schema: z.ZodType<T>, text: string, origin: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${origin}: not JSON: ${(error as Error).message}`);
  }
  return parseDocument(schema, value, origin);
}

/** Of a value that may be one of several things, what is wrong with it as the one that matches furthest. */
function flat(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const options = issue.errors.map((errors) => errors.flatMap(flat)).filter((errors) => errors.length > 0);
  const closest = options.toSorted((a, b) => b[0]!.path.length - a[0]!.path.length)[0];
  return closest?.map((error) => ({ ...error, path: [...issue.path, ...error.path] })) ?? [issue];
}

/** Where a field is missing and the same object has an unknown one, the unknown one: it is probably misspelled. */
function misspellingOf(issue: Issue, issues: readonly Issue[], value: unknown): Issue {
  if (valueAt(value, issue.path) !== undefined) return issue;
  const object = issue.path.slice(0, -1).join(".");
  return issues.find(({ code, path }) => code === "unrecognized_keys" && path.join(".") === object) ?? issue;
}

/** What is wrong at an issue's path: the value that is there, and what is allowed. */
function faultOf(issue: Issue, schema: z.core.$ZodType, document: unknown): string {
  const value = valueAt(document, issue.path);
  if (issue.code === "unrecognized_keys") {
    const known = objectsAt(schema, issue.path, document).flatMap(({ shape }) => Object.keys(shape));
    return unknownField(issue.keys[0]!, value, [...new Set(known)]);
  }
  if (issue.code === "invalid_union" && issue.discriminator !== undefined) {
    const field = issue.discriminator;
    const kinds = objectsAt(schema, issue.path.slice(0, -1), document).flatMap(({ shape }) => literalsOf(shape[field]));
    if (typeof value === "string" && kinds.length > 0) return unknownName(field, value, kinds).message;
  }
  if (value === undefined) return `is missing: ${allowed(issue)}`;
  if (issue.code === "custom" && typeof value === "object") return issue.message;
  return isSecret(issue.path.at(-1)) ? allowed(issue) : `${allowed(issue)}, got ${shown(value)}`;
}

function unknownField(field: string, object: unknown, known: readonly string[]): string {
  const nearest = nearestName(field, known);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  const value = isSecret(field) ? "" : ` with the value ${shown(valueAt(object, [field]))}`;
  return `unknown field ${shown(field)}${value}${hint} (known: ${known.join(", ")})`;
}

/** What an issue's schema allows. */
function allowed(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${TYPES[issue.expected] ?? `of type ${issue.expected}`}`;
    case "invalid_value":
      return `must be ${issue.values.map((each) => JSON.stringify(each)).join(" or ")}`;
    case "too_small":
      return `must ${bound(issue.origin, issue.inclusive === false ? "more than" : "at least", issue.minimum)}`;
    case "too_big":
      return `must ${bound(issue.origin, issue.inclusive === false ? "less than" : "at most", issue.maximum)}`;
    default:
      return issue.message;
  }
}

const TYPES: Readonly<Record<string, string>> = {
  number: "a number",
  int: "a whole number",
  string: "a text",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function bound(origin: string, comparison: string, limit: number | bigint): string {
  if (origin === "string") return `have ${comparison} ${limit} characters`;
  if (origin === "array") return `have ${comparison} ${limit} elements`;
  return `be ${comparison} ${limit}`;
}

/** A value as JSON; of one that is long only what it is, since it may hold an API key in the wrong place. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  if (text.length <= 60) return text;
  if (typeof value === "string") return `a text of ${value.length} characters`;
  return Array.isArray(value) ? `a list of ${value.length}` : "an object";
}

function isSecret(field: PropertyKey | undefined): boolean {
  return /key|token/i.test(String(field));
}

function valueAt(value: unknown, path: Path): unknown {
  let found: unknown = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, step)) return undefined;
    found = (found as Record<PropertyKey, unknown>)[step];
  }
  return found;
}

/** The objects that a schema allows at a path; of a tagged union, those whose tag the value has, or all if none. */
function objectsAt(schema: z.core.$ZodType, path: Path, value: unknown): z.ZodObject[] {
  if (schema instanceof z.ZodObject) {
    const [step, ...rest] = path;
    if (step === undefined) return [schema];
    const field = schema.shape[String(step)];
    return field ? objectsAt(field, rest, valueAt(value, [step])) : [];
  }
  if (schema instanceof z.ZodArray)
    return path.length > 0 ? objectsAt(schema.element, path.slice(1), valueAt(value, path.slice(0, 1))) : [];
  if (schema instanceof z.ZodUnion) {
    const tag = schema instanceof z.ZodDiscriminatedUnion ? schema.def.discriminator : undefined;
    const tagged = schema.options.filter(
      (option) => tag !== undefined && option instanceof z.ZodObject && tagMatches(option.shape[tag], value, tag),
    );
    return (tagged.length > 0 ? tagged : schema.options).flatMap((option) => objectsAt(option, path, value));
  }
  if (schema instanceof z.ZodPipe) return objectsAt(schema.in, path, value);
  if ("innerType" in schema._zod.def) return objectsAt(schema._zod.def.innerType as z.core.$ZodType, path, value);
  return [];
}

function tagMatches(schema: z.core.$ZodType, value: unknown, tag: string): boolean {
  return z.safeParse(schema, valueAt(value, [tag])).success;
}

function literalsOf(schema: z.core.$ZodType | undefined): string[] {
  return schema instanceof z.ZodLiteral ? [...schema.values].map(String) : [];
}
