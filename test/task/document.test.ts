import { describe, expect, it } from "vitest";
import * as z from "zod";
import { parseDocument, parseJsonDocument } from "../../src/task/document.ts";
import { UserError } from "../../src/task/errors.ts";

const law = z.discriminatedUnion("law", [
  z.strictObject({ law: z.literal("kaplan"), alpha: z.number() }),
  z.strictObject({ law: z.literal("chinchilla"), alpha: z.number(), beta: z.number() }),
]);
const schema = z.strictObject({
  schema: z.literal("mine/1").optional(),
  width: z.number().optional(),
  depth: z.int().min(2).max(24).optional(),
  rate: z.number().positive().lt(1).optional(),
  name: z.string().min(2).max(4).optional(),
  apiKey: z.string().min(8).optional(),
  sizes: z.array(z.number()).min(1).max(3).optional(),
  isOn: z.boolean().optional(),
  mode: z.enum(["fast", "exact"]).optional(),
  law: law.optional(),
  laws: z.array(law).optional(),
  inner: z.strictObject({ width: z.number(), depth: z.number().optional() }).optional(),
  either: z
    .union([z.strictObject({ kind: z.strictObject({ size: z.number() }) }), z.strictObject({ other: z.number() })])
    .optional(),
  range: z
    .strictObject({ from: z.number(), to: z.number() })
    .refine(({ from, to }) => from < to, "must ascend")
    .optional(),
  even: z
    .number()
    .refine((value) => value % 2 === 0, "must be even")
    .optional(),
  piped: z
    .strictObject({ length: z.number() })
    .transform(({ length }) => length)
    .optional(),
  big: z.bigint().optional(),
  table: z.record(z.string(), z.number()).optional(),
  whole: z.number().int().optional(),
});
const messageOf = (value: unknown, its: z.ZodType = schema) => {
  try {
    parseDocument(its, value, "mine.json");
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as Error).message;
  }
  return expect.fail("should be refused");
};

describe("a document", () => {
  it("is what its schema makes of it", () => {
    expect(parseDocument(schema, { piped: { length: 3 }, width: 1 }, "mine.json")).toEqual({ piped: 3, width: 1 });
    expect(parseJsonDocument(schema, '{"width":2}', "mine.json")).toEqual({ width: 2 });
  });

  it("that is no JSON is refused by its name", () => {
    expect(() => parseJsonDocument(schema, "{", "mine.json")).toThrow(/^mine\.json: not JSON: \S/);
    expect(() => parseJsonDocument(schema, '{"width":"x"}', "mine.json")).toThrow(/^mine\.json: width: /);
  });

  it.each<[unknown, string]>([
    [{ width: "x" }, 'width: must be a number, got "x"'],
    [{ depth: 2.5 }, "depth: must be a whole number, got 2.5"],
    [{ whole: "x" }, 'whole: must be a number, got "x"'],
    [{ name: 5 }, "name: must be a text, got 5"],
    [{ isOn: "yes" }, 'isOn: must be true or false, got "yes"'],
    [{ sizes: {} }, "sizes: must be a list, got {}"],
    [{ inner: [] }, "inner: must be an object, got []"],
    [{ table: 1 }, "table: must be an object, got 1"],
    [{ big: 1 }, "big: must be of type bigint, got 1"],
    [{ depth: 1 }, "depth: must be at least 2, got 1"],
    [{ depth: 25 }, "depth: must be at most 24, got 25"],
    [{ rate: 0 }, "rate: must be more than 0, got 0"],
    [{ rate: 1 }, "rate: must be less than 1, got 1"],
    [{ name: "a" }, 'name: must have at least 2 characters, got "a"'],
    [{ name: "abcde" }, 'name: must have at most 4 characters, got "abcde"'],
    [{ sizes: [] }, "sizes: must have at least 1 elements, got []"],
    [{ sizes: [1, 2, 3, 4] }, "sizes: must have at most 3 elements, got [1,2,3,4]"],
    [{ mode: "slow" }, 'mode: must be "fast" or "exact", got "slow"'],
    [{ schema: "mine/2" }, 'schema: must be "mine/1", got "mine/2"'],
    [{ even: 3 }, "even: must be even, got 3"],
    [{ range: { from: 2, to: 1 } }, "range: must ascend"],
    [{ inner: {} }, "inner.width: is missing: must be a number"],
    [{ sizes: [1, "x"] }, 'sizes.1: must be a number, got "x"'],
    [[], "(the document): must be an object, got []"],
    [{ width: "x", name: 5 }, 'width: must be a number, got "x" (and 1 more)'],
  ])("names the first bad field, its value and what is allowed: %j", (value, message) => {
    expect(messageOf(value)).toBe(`mine.json: ${message}`);
  });

  it.each<[unknown, RegExp]>([
    [{ widht: 1 }, /^mine\.json: \(the document\): .*"widht".* 1; .*"width"\? \(known: schema, width, depth, /],
    [{ zzzzz: [1] }, /"zzzzz".*\[1\] \(known: /],
    [
      { inner: { widht: 1, depth: 2 } },
      /^mine\.json: inner: .*"widht".* "width"\? \(known: width, depth\) \(and 1 more\)$/,
    ],
    [{ inner: { depth: "x", widht: 1 } }, /^mine\.json: inner: .*"widht"/],
    [{ inner: { depth: "x", zzzz: 1, width: 1 } }, /^mine\.json: inner\.depth: /],
    [{ zzzz: 1, inner: {} }, /^mine\.json: inner\.width: is missing/],
    [{ piped: { lenght: 1 } }, /^mine\.json: piped: .*"length"\? \(known: length\)/],
    [{ law: { law: "kaplan", alpha: 1, aplha: 2 } }, /"aplha" .* 2; .*"alpha"\? \(known: law, alpha\)$/],
    [
      { laws: [{ law: "chinchilla", alpha: 1, beta: 2, x: 1 }] },
      /^mine\.json: laws\.0: .*\(known: law, alpha, beta\)$/,
    ],
    [
      { law: { law: "kapln", alpha: 1 } },
      /^mine\.json: law\.law: unknown law "kapln".*"kaplan".*: kaplan, chinchilla\)/,
    ],
    [{ laws: [{ law: "kapln" }] }, /^mine\.json: laws\.0\.law: unknown law "kapln"/],
    [{ law: { alpha: 1 } }, /^mine\.json: law\.law: is missing/],
    [{ law: { law: 3, alpha: 1 } }, /^mine\.json: law\.law: .*, got 3$/],
    [{ either: { kind: { size: "x" } } }, /^mine\.json: either\.kind\.size: must be a number, got "x"/],
    [{ either: 1 }, /^mine\.json: either: must be an object, got 1/],
  ])("names the nearest known field, of the union's part that was meant: %j", (value, message) => {
    expect(messageOf(value)).toMatch(message);
  });

  it("names every field of a union without a tag", () => {
    const untagged = z.strictObject({
      either: z.union([z.strictObject({ a: z.number() }), z.strictObject({ b: z.number() })]),
    });
    expect(messageOf({ either: { a: 1, c: 2 } }, untagged)).toContain("(known: a, b)");
  });

  it("names the part of a union that matches furthest, in any order, and a misspelled field of the document", () => {
    const either = z.strictObject({
      either: z.union([
        z.strictObject({ other: z.number() }),
        z.strictObject({ kind: z.strictObject({ size: z.number() }) }),
      ]),
    });
    expect(messageOf({ either: { kind: { size: "x" } } }, either)).toContain("either.kind.size: must be a number");
    const flat = z.strictObject({ width: z.number(), inner: z.strictObject({ width: z.number() }).optional() });
    expect(messageOf({ widht: 1 }, flat)).toMatch(/^mine\.json: \(the document\): .*"widht"/);
    expect(messageOf({ widht: 1, inner: {} }, flat)).toMatch(/^mine\.json: \(the document\): .*"widht"/);
  });

  it("knows the tags of a union that are texts one by one, and takes nothing from an object's prototype", () => {
    const tags = z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.enum(["a", "b"]) }),
      z.strictObject({ kind: z.enum(["c"]) }),
    ]);
    expect(messageOf({ kind: "d" }, tags)).toMatch(/^mine\.json: kind: .*, got "d"$/);
    expect(messageOf({}, z.strictObject({ valueOf: z.number() }))).toContain("valueOf: is missing");
    expect(messageOf({ list: null }, z.strictObject({ list: z.array(z.number()) }))).toContain("a list, got null");
  });

  it("keeps API keys and long values out of its errors", () => {
    expect(messageOf({ apiKey: "abc123" })).toBe("mine.json: apiKey: must have at least 8 characters");
    expect(messageOf({ secretToken: "abc123" })).not.toContain("abc123");
    expect(messageOf({ width: "x".repeat(58) })).toContain(`got "${"x".repeat(58)}"`);
    expect(messageOf({ width: "x".repeat(59) })).toContain("got a text of 59 characters");
    expect(messageOf({ width: Array(40).fill(1) })).toContain("got a list of 40");
    expect(messageOf({ width: { long: "x".repeat(60) } })).toContain("got an object");
    expect(messageOf({ zzzz: undefined })).toContain("with the value undefined");
  });
});
