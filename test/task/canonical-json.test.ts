import fc from "fast-check";
import { expect, it } from "vitest";
import { asciiJson, canonicalJson } from "../../src/task/canonical-json.ts";

it("JSON in ASCII reads back as the same, one byte a character", () => {
  fc.assert(
    fc.property(fc.record({ text: fc.string({ unit: "binary" }) }), (value) => {
      expect(asciiJson(value)).toMatch(/^[\0-\x7e]*$/);
      expect(JSON.parse(asciiJson(value))).toEqual(value);
    }),
  );
  expect(asciiJson({ text: "aé時\u007f~" })).toBe('{"text":"a\\u00e9\\u6642\\u007f~"}');
});

it("canonical JSON has sorted keys at every depth, and lists in their order", () => {
  expect(canonicalJson({ b: [{ d: 1, c: null }, 2], a: "x" })).toBe('{"a":"x","b":[{"c":null,"d":1},2]}');
  expect(canonicalJson({ a: 1, c: 3, b: 2 })).toBe(canonicalJson({ b: 2, c: 3, a: 1 }));
  expect(canonicalJson([3, 1])).toBe("[3,1]");
  expect(canonicalJson(null)).toBe("null");
});
