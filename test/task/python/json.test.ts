import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  PythonJsonError,
  PythonLimitError,
  type PythonValue,
  parsePythonJson,
  pythonJson,
  readPythonJson,
} from "../../../src/task/python/json.ts";

const NAME = "Expecting property name enclosed in double quotes";
const ESCAPE = "Invalid \\uXXXX escape";
const OPEN = "Unterminated string starting at";

// As json.loads of CPython 3.11 says, and where.
const REFUSED: readonly (readonly [string, string, number])[] = [
  ["", "Expecting value", 0],
  [" ", "Expecting value", 1],
  ["\u000b1", "Expecting value", 0],
  ["nul", "Expecting value", 0],
  ["-", "Expecting value", 0],
  ["-Inf", "Expecting value", 0],
  [".5", "Expecting value", 0],
  ["+1", "Expecting value", 0],
  ["[1,]", "Expecting value", 3],
  ["[", "Expecting value", 1],
  ['{"a":', "Expecting value", 5],
  ['{"a":tru}', "Expecting value", 5],
  ["1 2", "Extra data", 2],
  ["01", "Extra data", 1],
  ["1.", "Extra data", 1],
  ["1.e5", "Extra data", 1],
  ["1e", "Extra data", 1],
  ["1e5x", "Extra data", 3],
  ["[1]]", "Extra data", 3],
  ['"😀" x', "Extra data", 4],
  ["{", NAME, 1],
  ["{1", NAME, 1],
  ['{"a":1,}', NAME, 7],
  ['{"a"', "Expecting ':' delimiter", 4],
  ['{"a" 1', "Expecting ':' delimiter", 5],
  ['{"a":1', "Expecting ',' delimiter", 6],
  ['{"a":1 "b"', "Expecting ',' delimiter", 7],
  ["[1 2", "Expecting ',' delimiter", 3],
  ['"a', OPEN, 0],
  ['["a\\', OPEN, 1],
  ['"a\\x"', "Invalid \\escape", 2],
  ['"\\u12"', ESCAPE, 2],
  ['"\\u1234', ESCAPE, 2],
  ['"\\u12g4"', ESCAPE, 2],
  ['"\\u"', ESCAPE, 2],
  ['"a\nb"', "Invalid control character at", 2],
  ['"a\u001fb"', "Invalid control character at", 2],
];

const READ: readonly (readonly [string, PythonValue])[] = [
  ["null", null],
  [" true\n", true],
  ["false", false],
  ["NaN", Number.NaN],
  ["Infinity", Infinity],
  ["-Infinity", -Infinity],
  ["-0", 0n],
  ["12345678901234567890", 12345678901234567890n],
  ["-10", -10n],
  ["0.5", 0.5],
  ["1E5", 1e5],
  ["1e+5", 1e5],
  ["1e-05", 1e-5],
  ["10.25e3", 10_250],
  ['" "', " "],
  ['"\\b\\f\\n\\r\\t\\/\\\\\\""', '\b\f\n\r\t/\\"'],
  ['"\\ud83d\\ude00 é \\u00E9x"', "😀 é éx"],
  ["[]", []],
  ["[ ]", []],
  ["{ }", new Map()],
  [
    '\r\n\t {"a" : [ 1 , 2 ] ,"b":{}, "a" : 2.50 }\n',
    new Map<string, PythonValue>([
      ["a", 2.5],
      ["b", new Map()],
    ]),
  ],
];

describe("JSON as CPython reads it", () => {
  test.each(READ)("%j is %s", (text, value) => expect(parsePythonJson(text)).toEqual(value));

  test.each(REFUSED)("%j is refused: %s at %d", (text, message, position) => {
    const found = (() => {
      try {
        return parsePythonJson(text);
      } catch (error) {
        return error;
      }
    })();
    expect(found).toBeInstanceOf(PythonJsonError);
    expect(found).toMatchObject({ name: "PythonJsonError", message, position });
  });

  test("is what JavaScript reads, integers apart", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const value = JSON.stringify(JSON.parse(text));
        expect(JSON.stringify(JSON.parse(pythonJson(parsePythonJson(text))))).toBe(value);
      }),
    );
  });

  test("has at most 900 levels at once and integers of at most 4300 digits", () => {
    const nested = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
    parsePythonJson(`[${nested(899)},${nested(899)},{}]`);
    expect(() => parsePythonJson(nested(901))).toThrow(PythonLimitError);
    expect(parsePythonJson("9".repeat(4300))).toBe(BigInt("9".repeat(4300)));
    expect(() => parsePythonJson("9".repeat(4301))).toThrow(PythonLimitError);
    expect(parsePythonJson(`${"9".repeat(4301)}.5`)).toBe(Infinity);
  });

  test("that someone gave is refused in the reader's words, with the place counted from 1", () => {
    const read = (text: string) => readPythonJson(text, (reason) => new RangeError(`mine: ${reason}`));
    expect(read("[1]")).toEqual([1n]);
    expect(() => read("[x")).toThrow(new RangeError("mine: not JSON: Expecting value at character 2"));
    expect(() => read("[".repeat(1000))).toThrow(RangeError);
    expect(() => read("[".repeat(1000))).toThrow(/^mine: .*too deeply/);
  });
});

test("values are written as compact JSON with Python's floats", () => {
  const value = parsePythonJson('{"a": [1e-6, 1.0, 1, "é\\n", null, true], "b": NaN, "c": {"d": 1e16}}');
  expect(pythonJson(value)).toBe('{"a":[1e-06,1.0,1,"é\\n",null,true],"b":null,"c":{"d":1e+16}}');
});
