import { describe, expect, test } from "vitest";
import { parsePythonFloat, parsePythonInt } from "../../../src/task/python/read-number.ts";

// What FastAPI 0.142 with Pydantic 2.46 accepts for `int` and `float` query parameters, and what it refuses.
const INTEGERS: readonly (readonly [string, bigint])[] = [
  ["128.0", 128n],
  ["+128", 128n],
  [" 128 ", 128n],
  ["1_024", 1024n],
  ["128.00", 128n],
  ["0128", 128n],
  ["0_1", 1n],
  ["00_1", 1n],
  ["-5", -5n],
  ["-0", 0n],
  ["0.0", 0n],
  ["-0.0", 0n],
  ["1_0.0", 10n],
  ["-1_0", -10n],
  ["\t128\n", 128n],
  ["\u00a0128", 128n],
  ["\u0085128", 128n],
  ["\u2028128", 128n],
  ["99999999999999999999", 99999999999999999999n],
  ["1000000000000000.0", 1000000000000000n],
];
const NO_INTEGERS = [
  ...["abc", "1.5", "1e3", "", "0x80", "true", "128.", ".0", "0.", "1,0", "1 2", "１２８", "\u001c128", "\ufeff128"],
  ...["_1", "1_", "1__2", "+_1", "0_.0", "12_.0", "1._0", "128.0_0", "+-5", "-+5", "--5", "- 5", "+ 5", "128\u200b"],
];
const FLOATS: readonly (readonly [string, number])[] = [
  ["1e-3", 0.001],
  ["1E-3", 0.001],
  [".001", 0.001],
  [" 0.001 ", 0.001],
  ["1_0", 10],
  ["5.", 5],
  ["1.e5", 1e5],
  ["1_e3", 1000],
  ["1e_3", 1000],
  ["1e1_0", 1e10],
  ["1_.5", 1.5],
  ["+_1", 1],
  ["-0.0", -0],
  ["1e400", Infinity],
  ["1e-400", 0],
  ["nan", Number.NaN],
  ["-NaN", Number.NaN],
  ["n_an", Number.NaN],
  ["iNf", Infinity],
  ["-infinity", -Infinity],
  ["inf_inity", Infinity],
];
const NO_FLOATS = [
  ...["abc", "0,001", "", "1e", "e5", ".", "1 2", "+-1", "0x1p3", "1.5f", "1d5", "infinit", "nan(1)", "１", "\ufeff1"],
  ...["_1", "1_", " _1", "1_ ", "1__0", "_inf", "__", "_", ".5_", "1e_"],
];

describe("integers as Pydantic reads them", () => {
  test.each(INTEGERS)("%j is %s", (text, value) => expect(parsePythonInt(text)).toBe(value));
  test.each(NO_INTEGERS)("%j is none", (text) => expect(parsePythonInt(text)).toBe("int_parsing"));
  test("have at most 4300 characters, leading zeros and underscores not counted", () => {
    expect(parsePythonInt("1".repeat(4300))).toBe(BigInt("1".repeat(4300)));
    expect(parsePythonInt(`${"0".repeat(4301)}1.0`)).toBe(1n);
    expect(parsePythonInt("1".repeat(4301))).toBe("int_parsing_size");
    expect(parsePythonInt(`-${"1".repeat(4300)}`)).toBe("int_parsing_size");
  });
});

describe("floats as Pydantic reads them", () => {
  test.each(FLOATS)("%j is %d", (text, value) => expect(parsePythonFloat(text)).toBe(value));
  test.each(NO_FLOATS)("%j is none", (text) => expect(parsePythonFloat(text)).toBeUndefined());
});

test("no text takes more than linear time", () => {
  for (const part of ["1", " ", "_", "1_", ".", "0.", "+", "e", "\u2028"]) {
    const text = `${part.repeat(200_000)}x`;
    expect(parsePythonInt(text)).toBe("int_parsing");
    expect(parsePythonFloat(text)).toBeUndefined();
  }
});
