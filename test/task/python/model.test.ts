import { describe, expect, test } from "vitest";
import { parsePythonJson } from "../../../src/task/python/json.ts";
import {
  boolean,
  float,
  integer,
  list,
  literal,
  model,
  nullable,
  type PydanticError,
  type Reader,
  tagged,
  text,
  union,
} from "../../../src/task/python/model.ts";

/** What Pydantic calls the parts of an error's context. */
const CONTEXT = ["gt", "ge", "le", "expected", "discriminator", "tag", "expected_tags"];

/** The value that a JSON text is read as, or the errors: the type, the place, and the context in words. */
function read(reader: Reader<unknown>, json: string): unknown {
  const errors: PydanticError[] = [];
  const value = reader(parsePythonJson(json), [], errors);
  if (errors.length === 0) return value;
  return errors.map(({ type, loc, msg, ctx }) => {
    expect(msg).toMatch(/^(Input|Field|Extra|Unable)/);
    for (const name of ctx?.keys() ?? []) expect(CONTEXT).toContain(name);
    return [[type, ...loc].join(" "), ...(ctx?.values() ?? [])].join("; ");
  });
}

interface Pair {
  readonly a: unknown;
  readonly b: unknown;
  readonly c: unknown;
}
const fields = {
  a: { read: integer() },
  b: { read: nullable(integer()), otherwise: null },
  c: { read: integer(), otherwise: 3 },
};
const closed = model<Pair>(fields);
const kinds = tagged("kind", {
  k: model({ kind: { read: text }, x: { read: integer() } }),
  l: model({ kind: { read: text } }),
});
const either = union(["int", integer()], ["Pair", closed]);
const huge = (digits: number) => "9".repeat(digits);

// As Pydantic 2.13 reads them in Python.
describe("a value as Pydantic reads it", () => {
  test.each<[string, Reader<unknown>, string, unknown]>([
    ["integer", integer(), "5", 5],
    ["integer", integer(), huge(20), BigInt(huge(20))],
    ["integer", integer(), "true", 1],
    ["integer", integer(), "false", 0],
    ["integer", integer(), '"5"', 5],
    ["integer", integer(), '"x"', ["int_parsing"]],
    ["integer", integer(), "5.0", 5],
    ["integer", integer(), "5.5", ["int_from_float"]],
    ["integer", integer(), "1e19", ["int_parsing_size"]],
    ["integer", integer(), "9223372036854775808.0", ["int_parsing_size"]],
    ["integer", integer(), "-9223372036854775808.0", ["int_parsing_size"]],
    ["integer", integer(), "-9223372036854774784.0", -9223372036854774784n],
    ["integer", integer(), "NaN", ["finite_number"]],
    ["integer", integer(), "null", ["int_type"]],
    ["integer", integer(), "[]", ["int_type"]],
    ["float", float(), "5", 5],
    ["float", float(), "true", 1],
    ["float", float(), "false", 0],
    ["float", float(), '"5.5"', 5.5],
    ["float", float(), '"x"', ["float_parsing"]],
    ["float", float(), "NaN", ["finite_number"]],
    ["float", float(), "Infinity", ["finite_number"]],
    ["float", float(), '"-inf"', ["finite_number"]],
    ["float", float(), huge(400), ["float_type"]],
    ["float", float(), "null", ["float_type"]],
    ["infinite float", float({}, { infinite: true }), "Infinity", Infinity],
    ["infinite float", float({}, { infinite: true }), "-Infinity", ["finite_number"]],
    ["infinite float", float({ le: 5 }, { infinite: true }), "Infinity", ["less_than_equal; 5"]],
    ["boolean", boolean, "true", true],
    ["boolean", boolean, "false", false],
    ["boolean", boolean, '"False"', false],
    ["boolean", boolean, '"x"', ["bool_parsing"]],
    ["boolean", boolean, "0", false],
    ["boolean", boolean, "1.0", true],
    ["boolean", boolean, "2", ["bool_parsing"]],
    ["boolean", boolean, "1.5", ["bool_type"]],
    ["boolean", boolean, "null", ["bool_type"]],
    ["integer above 0 and up to 10", integer({ gt: 0, le: 10 }), "10", 10],
    ["integer above 0 and up to 10", integer({ gt: 0, le: 10 }), "1", 1],
    ["integer above 0 and up to 10", integer({ gt: 0, le: 10 }), "0", ["greater_than; 0"]],
    ["integer above 0 and up to 10", integer({ gt: 0, le: 10 }), "11", ["less_than_equal; 10"]],
    ["float from 5", float({ ge: 5 }), "5", 5],
    ["float from 5", float({ ge: 5 }), "4.9", ["greater_than_equal; 5"]],
    ["a or b", literal("a", "b"), '"b"', "b"],
    ["a or b", literal("a", "b"), '"a"', "a"],
    ["a or b", literal("a", "b"), "5", ["literal_error; 'a' or 'b'"]],
    ["text", text, '"a"', "a"],
    ["text", text, "5", ["string_type"]],
    ["list", list(integer()), "[1, 2]", [1, 2]],
    ["list", list(integer()), '[1, "x", 2.5]', ["int_parsing 1", "int_from_float 2"]],
    ["list", list(integer()), "{}", ["list_type"]],
    ["nullable", nullable(integer()), "null", null],
    ["nullable", nullable(integer()), '"x"', ["int_parsing"]],
    ["model", closed, '{"a": 1}', { a: 1, b: null, c: 3 }],
    ["model", closed, '{"a": 1, "b": 2, "c": 4}', { a: 1, b: 2, c: 4 }],
    ["model", closed, "{}", ["missing a"]],
    ["model", closed, '{"b": "x", "z": 1, "a": "q"}', ["int_parsing a", "int_parsing b", "extra_forbidden z"]],
    ["model", closed, "[]", ["model_attributes_type"]],
    ["open model", model<Pair>(fields, { open: true }), '{"a": 1, "z": 1}', { a: 1, b: null, c: 3 }],
    ["tagged", kinds, '{"kind": "k", "x": 1}', { kind: "k", x: 1 }],
    ["tagged", kinds, '{"kind": "k", "x": "y"}', ["int_parsing k x"]],
    ["tagged", kinds, "{}", ["union_tag_not_found; 'kind'"]],
    ["tagged", kinds, "5", ["model_attributes_type"]],
    ["tagged", kinds, '{"kind": "m"}', ["union_tag_invalid; 'kind'; m; 'k', 'l'"]],
    ["tagged", kinds, '{"kind": "toString"}', ["union_tag_invalid; 'kind'; toString; 'k', 'l'"]],
    ["tagged", kinds, '{"kind": 3}', ["union_tag_invalid; 'kind'; 3; 'k', 'l'"]],
    ["tagged", kinds, '{"kind": NaN}', ["union_tag_invalid; 'kind'; nan; 'k', 'l'"]],
    ["tagged", kinds, '{"kind": null}', ["union_tag_invalid; 'kind'; None; 'k', 'l'"]],
    ["tagged", kinds, '{"kind": false}', ["union_tag_invalid; 'kind'; False; 'k', 'l'"]],
    ["tagged", kinds, '{"kind": true}', ["union_tag_invalid; 'kind'; True; 'k', 'l'"]],
    ["union", either, "1", 1],
    ["union", either, '{"a": 1}', { a: 1, b: null, c: 3 }],
    ["union", either, '{"a": "x"}', ["int_type int", "int_parsing Pair a"]],
  ])("%s: %2$s", (_what, reader, json, expected) => expect(read(reader, json)).toEqual(expected));

  test.each(["1", "on", "t", "true", "y", "yes", "ON"])("the text %s is true", (word) =>
    expect(read(boolean, JSON.stringify(word))).toBe(true),
  );

  test.each(["0", "off", "f", "false", "n", "no", "Off"])("the text %s is false", (word) =>
    expect(read(boolean, JSON.stringify(word))).toBe(false),
  );
});

test("an error holds its input, and its message names the bound or the tags", () => {
  const errorOf = (reader: Reader<unknown>, json: string) => {
    const errors: PydanticError[] = [];
    reader(parsePythonJson(json), ["body"], errors);
    return errors[0];
  };
  expect(errorOf(integer({ gt: 0 }), "-1")).toEqual({
    type: "greater_than",
    loc: ["body"],
    msg: "Input should be greater than 0",
    input: -1n,
    ctx: new Map([["gt", 0]]),
  });
  expect(errorOf(integer({ ge: 0 }), "-1")?.msg).toBe("Input should be greater than or equal to 0");
  expect(errorOf(integer({ le: 0 }), "1")?.msg).toBe("Input should be less than or equal to 0");
  expect(errorOf(literal("a", "b"), "1")?.msg).toBe("Input should be 'a' or 'b'");
  expect(errorOf(kinds, '{"kind": "m"}')?.msg).toContain("'m' found using 'kind'");
  expect(errorOf(closed, '{"a": 1, "z": 7}')).toMatchObject({ loc: ["body", "z"], input: 7n });
});
