import { closest } from "fastest-levenshtein";

/**
 * A mistake of the caller. It is shown as its one line, never with a stack trace, and the process ends with exit code 2.
 * The line names the offending thing, its value, what was allowed, and what to do.
 *
 * @example
 * ```ts
 * import { presetDocument, UserError } from "isoflop";
 * presetDocument("handout/smoth"); // throws UserError
 * new UserError("--cap must be positive, got -1").message; // "--cap must be positive, got -1"
 * ```
 */
export class UserError extends Error {
  override readonly name = "UserError";

  /** What a message quotes of a file may hold line ends, and what moves the cursor of a terminal: they become blanks. */
  constructor(message: string) {
    super(message.replace(/\p{Cc}+/gu, " "));
  }
}

/** The error for a name that is not one of those known: names the nearest and lists them when they are few. */
export function unknownName(kind: string, given: string, known: readonly string[]): UserError {
  const nearest = known.length > 0 ? `; did you mean "${closest(given, [...known])}"?` : "";
  const list = known.length <= 12 ? ` (one of: ${known.join(", ")})` : "";
  return new UserError(`unknown ${kind} "${given}"${nearest}${list}`);
}

/** What was thrown, in a line of at most 300 characters: strangers' code may throw anything at all, of any length. */
export function thrownText(thrown: unknown): string {
  let text: string;
  try {
    text = String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return "threw something that has no text";
  }
  const line = text.trim().split("\n", 1)[0] as string;
  return line.length > 300 ? `${line.slice(0, 299)}…` : line || "threw an error without a message";
}
