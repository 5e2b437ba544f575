import fc from "fast-check";
import { expect, test } from "vitest";
import { parseLossQuery, parseQuery, plainLossQuery } from "../../mock-server/query.ts";
import { lossQuerySchema } from "../../mock-server/schemas.ts";

const NAMES = ["d_model", "num_layers", "num_heads", "batch_size", "learning_rate", "train_flops", "api_key"];

/** Texts that clients send, and texts that they should not. */
const value = fc.oneof(
  fc.constantFrom(
    "64",
    "1024",
    "128",
    "0.001",
    "1e-3",
    "1E-4",
    ".001",
    "10000000000000000",
    "1e%2B16",
    "+128",
    "%20128",
  ),
  fc.constantFrom(
    "",
    "128.0",
    "1_024",
    "nan",
    "%6E%61n",
    "0x80",
    "-5",
    "%",
    "%zz",
    "%ff",
    "%ED%A0%80",
    "%EF%BB%BFk",
    "a=b",
  ),
  fc.nat({ max: 3000 }).map(String),
  fc.bigInt({ min: 0n, max: 10n ** 25n }).map(String),
  fc.double({ noNaN: true }).map(String),
  fc.string({ unit: "binary" }).map((text) => encodeURIComponent(text.toWellFormed())),
  fc.string(),
);
const plain = fc.tuple(
  ...NAMES.map((name) => {
    if (name === "api_key") return fc.string({ unit: "binary" }).map((text) => text.toWellFormed());
    return name === "learning_rate" ? fc.constantFrom("0.001", "0.0003", "1e-4", "5e-05") : fc.nat().map(String);
  }),
);
const any = fc.array(fc.tuple(fc.constantFrom(...NAMES, "d%5Fmodel", "constructor", "__proto__", ""), value), {
  maxLength: 9,
});

test("the parser of the hot path reads what the schema reads: values, errors, order", () => {
  const anyOrder = fc.oneof(
    any.map((pairs) => pairs.map(([name, text]) => `${name}=${text}`).join("&")),
    fc
      .tuple(fc.shuffledSubarray(NAMES, { minLength: 7 }), fc.array(value, { minLength: 7, maxLength: 7 }))
      .map(([names, values]) => names.map((name, i) => `${name}=${values[i]}`).join("&")),
    plain.map((values) => new URLSearchParams(NAMES.map((name, i) => [name, values[i] as string])).toString()),
    fc.string(),
  );
  const property = fc.property(anyOrder, (raw) => {
    expect(parseLossQuery(raw)).toEqual(parseQuery(lossQuerySchema, raw));
  });
  fc.assert(property, { numRuns: 5000 });
});

test("what clients write is read by the parser of the hot path, not by the schema", () => {
  const property = fc.property(plain, (values) => {
    const parameters = NAMES.map((name, i): [string, string] => [name, values[i] as string]);
    expect(plainLossQuery(new URLSearchParams(parameters).toString())).toMatchObject({ api_key: values[6] });
  });
  fc.assert(property);
});
