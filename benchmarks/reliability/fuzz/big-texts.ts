import type { Parser } from "./parser.ts";

/** What is repeated where backtracking, copying in a loop or recursion would show. */
const FILLINGS: readonly string[] = [
  " ",
  "\n",
  "\t",
  ",",
  ";",
  '"',
  "'",
  "[",
  "{",
  "(",
  "(1+",
  '{"a":',
  "-",
  ".",
  "_",
  "0",
  "9",
  "1e",
  "e9",
  "a",
  "\\",
  "%",
  "%20",
  "&a=",
  "&d_model=1",
  "PRIVATE ",
  "ssh-",
  "\u00e9",
  "1,",
  "a,a\n",
  "[],",
  '{"N":1},',
  '"a",',
];

/** A large text, and what is large in it. */
export interface BigText {
  readonly what: string;
  readonly text: string;
}

/**
 * Texts of about `size` characters: each filling before, within and behind what the parser takes; and its seeds
 * repeated.
 */
export function* bigTexts({ seeds }: Parser, size: number): Generator<BigText> {
  for (const seed of seeds) {
    for (const filling of FILLINGS) {
      const filled = filling.repeat(Math.ceil(size / filling.length));
      const name = JSON.stringify(filling);
      yield { what: `${name} alone`, text: filled };
      for (const [where, at] of placesIn(seed))
        yield { what: `${name} ${where}`, text: seed.slice(0, at) + filled + seed.slice(at) };
    }
    const [head = "", ...rows] = seed.split("\n");
    const row = rows[0] || head;
    yield { what: "rows", text: `${head}\n${`${row}\n`.repeat(Math.ceil(size / (row.length + 1)))}` };
    const open = seed.startsWith("[") ? seed.slice(1, -1) : seed;
    yield { what: "a list", text: `[${`${open},`.repeat(Math.ceil(size / (open.length + 1)))}${open}]` };
  }
  const columns = Array.from({ length: Math.ceil(size / 8) }, (_, i) => `c${i}`);
  yield { what: "columns", text: `${columns.join(",")}\n${columns.map(() => "1").join(",")}\n` };
  yield { what: "fields", text: JSON.stringify([Object.fromEntries(columns.map((name) => [name, 1]))]) };
  yield { what: "fields of one", text: JSON.stringify(Object.fromEntries(columns.map((name) => [name, 1]))) };
}

/** Its begin, its first value, its middle and its end. */
function placesIn(seed: string): [string, number][] {
  const value = Math.max(0, seed.search(/[:=]"?[^"{[]/)) + 1;
  return [
    ["before", 0],
    ["in a value", seed[value] === '"' ? value + 1 : value],
    ["in the middle", seed.length >> 1],
    ["behind", seed.length],
  ];
}
