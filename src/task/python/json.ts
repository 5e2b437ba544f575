/*
 * JSON as CPython reads and writes it (json.loads, json.dumps): integers of any size apart from floats, NaN and
 * infinities, the last of two equal keys, and its error texts with their positions.
 */

import { pythonFloat } from "./float.ts";

/** What json.loads makes of a text: an `int` is a bigint, a `float` a number, a `dict` a Map in its order. */
export type PythonValue = null | boolean | bigint | number | string | readonly PythonValue[] | PythonObject;
export type PythonObject = ReadonlyMap<string, PythonValue>;

/** A text that is not JSON: CPython's message, and where, in code points. */
export class PythonJsonError extends Error {
  override readonly name = "PythonJsonError";
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}

/** JSON that CPython cannot hold: nested too deeply, or an integer of more than 4300 digits. */
export class PythonLimitError extends Error {
  override readonly name = "PythonLimitError";
}

/** Levels of nesting that CPython's default recursion limit leaves to a body. */
const DEEPEST = 900;
const MOST_DIGITS = 4300;

/**
 * Reads JSON.
 *
 * @throws PythonJsonError for a text that is not JSON; PythonLimitError for one that CPython gives up on.
 */
export function parsePythonJson(text: string): PythonValue {
  const reader = new Reader([...text]);
  return reader.document();
}

/**
 * Reads JSON that someone gave.
 *
 * @param failure the error to throw for another text, given what is wrong with it.
 */
export function readPythonJson(text: string, failure: (reason: string) => Error): PythonValue {
  try {
    return parsePythonJson(text);
  } catch (error) {
    if (error instanceof PythonJsonError)
      throw failure(`not JSON: ${error.message} at character ${error.position + 1}`);
    if (error instanceof PythonLimitError) throw failure(error.message);
    throw error;
  }
}

class Reader {
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  document(): PythonValue {
    this.#blanks();
    const value = this.#value();
    this.#blanks();
    if (this.#at < this.#characters.length) throw new PythonJsonError("Extra data", this.#at);
    return value;
  }

  #next(): string | undefined {
    return this.#characters[this.#at];
  }

  #blanks(): void {
    while (this.#next() === " " || this.#next() === "\n" || this.#next() === "\t" || this.#next() === "\r") this.#at++;
  }

  #value(): PythonValue {
    const start = this.#at;
    switch (this.#next()) {
      case '"':
        return this.#string();
      case "{":
        return this.#nested(() => this.#object());
      case "[":
        return this.#nested(() => this.#array());
      default:
        for (const [word, value] of WORDS) {
          if (!this.#startsWith(word)) continue;
          this.#at += word.length;
          return value;
        }
        return this.#number(start);
    }
  }

  #startsWith(word: string): boolean {
    for (let i = 0; i < word.length; i++) if (this.#characters[this.#at + i] !== word[i]) return false;
    return true;
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > DEEPEST) throw new PythonLimitError("JSON nested too deeply");
    this.#at++;
    this.#blanks();
    const value = read();
    this.#depth--;
    return value;
  }

  #object(): PythonObject {
    const members = new Map<string, PythonValue>();
    if (this.#next() === "}") {
      this.#at++;
      return members;
    }
    while (true) {
      if (this.#next() !== '"') this.#fail("Expecting property name enclosed in double quotes");
      const name = this.#string();
      this.#blanks();
      if (this.#next() !== ":") this.#fail("Expecting ':' delimiter");
      this.#at++;
      this.#blanks();
      members.set(name, this.#value());
      if (this.#ends("}")) return members;
    }
  }

  #array(): PythonValue[] {
    const items: PythonValue[] = [];
    if (this.#next() === "]") {
      this.#at++;
      return items;
    }
    while (true) {
      items.push(this.#value());
      if (this.#ends("]")) return items;
    }
  }

  /** Whether the enclosing value ends here; otherwise the comma before the next member is read. */
  #ends(close: string): boolean {
    this.#blanks();
    const found = this.#next();
    if (found !== close && found !== ",") this.#fail("Expecting ',' delimiter");
    this.#at++;
    if (found === close) return true;
    this.#blanks();
    return false;
  }

  #string(): string {
    const start = this.#at++;
    let text = "";
    while (true) {
      const character = this.#next();
      if (character === undefined) throw new PythonJsonError("Unterminated string starting at", start);
      if (character === '"') {
        this.#at++;
        return text;
      }
      if (character === "\\") text += this.#escape(start);
      else {
        if (character <= "\x1f") this.#fail("Invalid control character at");
        text += character;
        this.#at++;
      }
    }
  }

  #escape(start: number): string {
    const backslash = this.#at;
    const kind = this.#characters[backslash + 1];
    if (kind === undefined) throw new PythonJsonError("Unterminated string starting at", start);
    this.#at += 2;
    if (kind !== "u") {
      const plain = ESCAPES.get(kind);
      if (plain === undefined) throw new PythonJsonError("Invalid \\escape", backslash);
      return plain;
    }
    const digits = this.#characters.slice(this.#at, this.#at + 4).join("");
    // CPython wants a character after the four digits, before it looks at them.
    const isLast = this.#at + 4 >= this.#characters.length;
    if (isLast || !/^[0-9a-f]{4}$/i.test(digits)) throw new PythonJsonError("Invalid \\uXXXX escape", backslash + 1);
    this.#at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #number(start: number): bigint | number {
    // No number is longer than the run of its characters.
    let end = start;
    while (/[-+.\deE]/.test(this.#characters[end] ?? "")) end++;
    const match = /^-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/.exec(this.#characters.slice(start, end).join(""));
    if (!match) throw new PythonJsonError("Expecting value", start);
    const [text, fraction, exponent] = match;
    this.#at = start + text.length;
    if (fraction !== undefined || exponent !== undefined) return Number(text);
    if (text.length > MOST_DIGITS) throw new PythonLimitError("an integer of more than 4300 digits");
    return BigInt(text);
  }

  #fail(message: string): never {
    throw new PythonJsonError(message, this.#at);
  }
}

const WORDS: readonly (readonly [string, PythonValue])[] = [
  ["null", null],
  ["true", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
];

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);

/** Compact JSON with floats as `repr` prints them (`1e-06`); what is not finite, which JSON cannot hold, is null. */
export function pythonJson(value: PythonValue): string {
  if (value === null || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (typeof value === "number") return Number.isFinite(value) ? pythonFloat(value) : "null";
  if (typeof value === "string") return JSON.stringify(value);
  if (isList(value)) return `[${value.map(pythonJson).join(",")}]`;
  return `{${[...value].map(([name, member]) => `${JSON.stringify(name)}:${pythonJson(member)}`).join(",")}}`;
}

function isList(value: readonly PythonValue[] | PythonObject): value is readonly PythonValue[] {
  return Array.isArray(value);
}
