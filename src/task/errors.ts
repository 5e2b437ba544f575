import { distance } from "fastest-levenshtein";

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

/**
 * The error for a name that is not one of those known: names the nearest, if one is near, and lists them when they are few.
 *
 * @param listedBy the command that lists them, named where nothing else helps.
 */
export function unknownName(kind: string, given: string, known: readonly string[], listedBy?: string): UserError {
  const nearest = nearestName(given, known);
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  const list = known.length <= (nearest === undefined ? 24 : 12) ? ` (one of: ${known.join(", ")})` : "";
  const where = hint === "" && list === "" && listedBy !== undefined ? `; ${listedBy} lists them` : "";
  return new UserError(`unknown ${kind} "${given}"${hint}${list}${where}`);
}

/**
 * The name that was probably meant: the same letters, one that holds the other, or one with few letters changed; undefined
 * when none is near, since a wrong suggestion is worse than none.
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const wanted = plain(given);
  if (wanted === "") return undefined;
  const sorted = [...wanted].sort().join("");
  const near = known.flatMap((name) => {
    const other = plain(name);
    const steps =
      [...other].sort().join("") === sorted ? Math.min(1, distance(wanted, other)) : distance(wanted, other);
    const [short, long] = wanted.length < other.length ? [wanted, other] : [other, wanted];
    if (short.length >= 3 && long.includes(short)) return [{ name, steps: Math.min(steps, 1 + steps / 100) }];
    const most = Math.floor(long.length / 3) + (wanted[0] === other[0] ? 1 : 0);
    return steps <= Math.max(1, Math.min(most, short.length >> 1)) && steps < other.length ? [{ name, steps }] : [];
  });
  return near.toSorted((a, b) => a.steps - b.steps)[0]?.name;
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

/** A word as a shell reads it back: in quotes where it needs them. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
