import type { Rng } from "../../../src/task/random.ts";

/** Pieces that have broken parsers before. */
const TOKENS: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  "toString",
  "null",
  "true",
  "[]",
  "{}",
  '""',
  "0",
  "-0",
  "-1",
  "1e400",
  "-1e-400",
  "NaN",
  "Infinity",
  "9007199254740993",
  "9".repeat(400),
  "\u0000",
  "\ufeff",
  "\ud800",
  "\u2028",
  "\r",
  "\n",
  "\t",
  '"',
  "'",
  "\\",
  ",",
  ";",
  "=",
  "&",
  "%",
  "%00",
  "%ff",
  "..",
  "/",
  " ".repeat(40),
  "[".repeat(60),
  "(".repeat(60),
];

/** Values that stand in for one of a JSON document. */
const VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  -1,
  0.5,
  1e308,
  5e-324,
  9_007_199_254_740_992,
  "",
  "x",
  "__proto__",
  [],
  {},
  [[]],
  [null],
  { a: 1 },
  JSON.parse('{"__proto__":{"polluted":1}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":1}}}'),
];

/**
 * A text near one of these, one to four changes away: of the document it holds where it is JSON, else of its
 * characters.
 */
export function mutant(seeds: readonly string[], rng: Rng): string {
  let text = pick(seeds, rng);
  for (let changes = 1 + Math.floor(rng() * 4); changes > 0; changes--)
    text = (rng() < 0.5 ? changedDocument(text, rng) : undefined) ?? changedText(text, seeds, rng);
  return text;
}

export function pick<T>(list: readonly T[], rng: Rng): T {
  return list[Math.floor(rng() * list.length)] as T;
}

export function changedText(text: string, seeds: readonly string[], rng: Rng): string {
  const at = Math.floor(rng() * (text.length + 1));
  const end = at + Math.floor(rng() * rng() * (text.length - at + 1));
  const [before, within, after] = [text.slice(0, at), text.slice(at, end), text.slice(end)];
  switch (Math.floor(rng() * 7)) {
    case 0:
      return before + pick(TOKENS, rng) + text.slice(at);
    case 1:
      return before + pick(TOKENS, rng) + after;
    case 2:
      return before + after;
    case 3:
      return before + within + within + after;
    case 4:
      return before;
    case 5:
      return before + String.fromCharCode(Math.floor(rng() * 256)) + text.slice(at + 1);
    default:
      return before + pick(seeds, rng).slice(at);
  }
}

/** The text with one node of its document changed; undefined where it is no JSON. */
function changedDocument(text: string, rng: Rng): string | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  const nodes: { readonly parent: Record<string, unknown>; readonly key: string }[] = [];
  const visit = (value: unknown) => {
    if (typeof value !== "object" || value === null) return;
    for (const key of Object.keys(value)) {
      nodes.push({ parent: value as Record<string, unknown>, key });
      visit((value as Record<string, unknown>)[key]);
    }
  };
  visit(document);
  if (nodes.length === 0) return JSON.stringify(pick(VALUES, rng));
  const { parent, key } = pick(nodes, rng);
  const other = pick(nodes, rng);
  const choice = rng();
  if (choice < 0.5) parent[key] = pick(VALUES, rng);
  else if (choice < 0.65) delete parent[key];
  // Another's value, or one of its own under another's name.
  else if (choice < 0.8) parent[key] = structuredClone(other.parent[other.key]);
  else if (choice < 0.9) parent[other.key] = structuredClone(parent[key]);
  else if (typeof parent[key] === "number") parent[key] = (parent[key] as number) * pick([-1, 1e300, 1e-300, 0.1], rng);
  return JSON.stringify(document);
}
