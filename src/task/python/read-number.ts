/*
 * How the validation layer of the real API reads a number from text (docs/contract.md, section 4). Both functions
 * do as Pydantic 2.46 does on the tables in test/task/python/read-number.test.ts.
 */

const INTEGER = /^([+-]?)(\d+(?:_\d+)*)(?:\.0+)?$/;
/** Characters after which Python refuses to make an integer of a text. */
const LONGEST_INTEGER = 4300;

/** Exact, of any size; or the name of the error: `128.0`, `+128`, ` 128 ` and `1_024` are integers, `1e3` is not. */
export function parsePythonInt(text: string): bigint | "int_parsing" | "int_parsing_size" {
  const match = INTEGER.exec(trim(text));
  if (!match) return "int_parsing";
  const sign = match[1] === "-" ? "-" : "";
  const digits = (match[2] as string).replaceAll("_", "").replace(/^0+(?=\d)/, "");
  if (sign.length + digits.length > LONGEST_INTEGER) return "int_parsing_size";
  return BigInt(sign + digits);
}

const FLOAT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const NOT_FINITE = /^([+-]?)(?:(nan)|inf(?:inity)?)$/i;

/** `1e-3`, `.001`, `1_0`, `nan` and `inf` are floats; undefined for other text. */
export function parsePythonFloat(text: string): number | undefined {
  const trimmed = trim(text);
  if (trimmed.startsWith("_") || trimmed.endsWith("_") || trimmed.includes("__")) return undefined;
  const plain = trimmed.replaceAll("_", "");
  if (FLOAT.test(plain)) return Number(plain);
  const match = NOT_FINITE.exec(plain);
  if (!match) return undefined;
  if (match[2]) return Number.NaN;
  return match[1] === "-" ? -Infinity : Infinity;
}

const BLANK = /\p{White_Space}/u;

/** Without the blanks around it, as Unicode has them: JavaScript's own `trim` disagrees on two characters. */
function trim(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && BLANK.test(text[start] as string)) start++;
  while (end > start && BLANK.test(text[end - 1] as string)) end--;
  return text.slice(start, end);
}
