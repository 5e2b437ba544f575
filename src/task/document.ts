import type * as z from "zod";
import { UserError } from "./errors.ts";

/**
 * A document from JSON of unknown origin: what its schema makes of it.
 *
 * @param origin what to call it in an error, such as the file's name.
 * @throws UserError with the path of the first bad field, and how many more there are.
 */
export function parseDocument<T>(schema: z.ZodType<T>, value: unknown, origin: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const issue = deepestIssue(issues[0] as z.core.$ZodIssue);
  const path = issue.path.map(String).join(".") || "(the document)";
  const others = issues.length > 1 ? ` (and ${issues.length - 1} more)` : "";
  throw new UserError(`${origin}: ${path}: ${issue.message}${others}`);
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
function deepestIssue(issue: z.core.$ZodIssue): Pick<z.core.$ZodIssue, "message" | "path"> {
  if (issue.code !== "invalid_union") return issue;
  const first = issue.errors.flatMap(([error]) => (error ? [deepestIssue(error)] : []));
  const deepest = first.toSorted((a, b) => b.path.length - a.path.length)[0];
  return deepest ? { message: deepest.message, path: [...issue.path, ...deepest.path] } : issue;
}
