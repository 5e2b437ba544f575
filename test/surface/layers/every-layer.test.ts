import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { UNTRAINED_LOSS } from "../../../src/law/stanford-2025.ts";
import { chinchilla } from "../../../src/surface/laws/chinchilla.ts";
import * as layers from "../../../src/surface/layers/index.ts";
import type { Layer } from "../../../src/surface/layers/layer.ts";
import { blocksOf, type Points } from "../../../src/surface/points.ts";
import { presetDocument } from "../../../src/surface/presets.ts";
import { buildSurface, type LayerDocument } from "../../../src/surface/surface.ts";
import { parseWorld, type WorldDocument } from "../../../src/surface/world-document.ts";
import { apiConfigs, lossOf, pointOf } from "../points.ts";

// The laws of every layer in layers/index.ts, with constants drawn from its own schema: a new layer is tested here.

const LAYERS: readonly Layer<LayerDocument>[] = Object.values(layers);
const LAW = { E: 1.8172, A: 482.01, B: 2085.43, alpha: 0.3478, beta: 0.3658 };
/** All train at least one step: a surface asks its layers for nothing less. */
const CONFIGS = apiConfigs(80).filter((config) => pointOf(config).steps > 0);

it("every layer has a name of its own", () => {
  expect(new Set(LAYERS.map(({ name }) => name)).size).toBe(LAYERS.length);
});

describe.each(LAYERS.map((layer) => [layer.name, layer] as const))("the layer %s", (name, layer) => {
  const documents = valuesOf(layer.schema) as fc.Arbitrary<LayerDocument>;

  it("reads its own document back from JSON unchanged", () => {
    fc.assert(
      fc.property(documents, (document) => {
        const world = worldWith(document);
        expect(parseWorld(JSON.parse(JSON.stringify(world)), "world")).toEqual(world);
      }),
      { numRuns: 30 },
    );
  });

  it("refuses a document without one of the fields that it needs, naming the field", () => {
    const [document] = fc.sample(documents, { numRuns: 1, seed: 1 });
    const needed = Object.entries(layer.schema.shape as Record<string, z.ZodType>).filter(
      ([field, schema]) => field !== "layer" && schema._zod.optin !== "optional",
    );
    expect(needed.length).toBeGreaterThan(0);
    for (const [field] of needed) {
      const { [field as never]: _, ...rest } = document!;
      expect(() => parseWorld(worldWith(rest as LayerDocument), "world")).toThrow(`layers.0.${field}: `);
    }
  });

  it("gives a positive loss, never above the untrained loss, for every configuration", () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(...CONFIGS), (document, config) => {
        const surface = buildSurface({
          base: { law: "chinchilla", ...LAW },
          layers: [document],
          untrainedLoss: UNTRAINED_LOSS,
        });
        const loss = lossOf(surface)(pointOf(config));
        expect(loss).toBeGreaterThan(0);
        expect(loss).toBeLessThanOrEqual(UNTRAINED_LOSS);
      }),
    );
  });

  it("leaves the point as it was and gives the same loss again", () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(...CONFIGS), (document, config) => {
        const surface = layer.build(chinchilla.build(LAW, UNTRAINED_LOSS), document, UNTRAINED_LOSS);
        const [points] = blocksOf([pointOf(config)]) as [Points];
        const [first, second] = [new Float64Array(1), new Float64Array(1)];
        surface(points, first);
        expect(points.row(0)).toEqual(pointOf(config));
        surface(points, second);
        expect(second).toEqual(first);
      }),
    );
  });

  it("gives no lower a loss over a law that is worse everywhere", () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(...CONFIGS), (document, config) => {
        const over = (E: number) => {
          const surface = layer.build(chinchilla.build({ ...LAW, E }, UNTRAINED_LOSS), document, UNTRAINED_LOSS);
          return lossOf(surface)(pointOf(config));
        };
        expect(over(LAW.E + 0.1)).toBeGreaterThanOrEqual(over(LAW.E) * (1 - 1e-12));
      }),
    );
  });

  it(`stands in a world's document as "${name}"`, () => {
    expect(layer.schema.shape.layer).toMatchObject({ values: new Set([name]) });
  });
});

function worldWith(layer: LayerDocument): WorldDocument {
  const world = presetDocument("handout/smooth");
  return { ...world, surface: { ...world.surface, layers: [layer] } };
}

/** Values that a schema of literals, numbers, choices, lists and objects accepts, of ordinary sizes. */
function valuesOf(schema: z.core.$ZodType): fc.Arbitrary<unknown> {
  if (schema instanceof z.ZodLiteral) return fc.constantFrom(...schema.values);
  if (schema instanceof z.ZodEnum) return fc.constantFrom(...schema.options);
  if (schema instanceof z.ZodBoolean) return fc.boolean();
  if (schema instanceof z.ZodArray) return fc.array(valuesOf(schema.element), { minLength: 1, maxLength: 4 });
  if (schema instanceof z.ZodTuple) return fc.tuple(...schema.def.items.map(valuesOf));
  if (schema instanceof z.ZodObject) {
    const fields = Object.entries(schema.shape).map(([key, field]) => ({
      key,
      inner: field._zod.def.type === "optional" ? (field as z.ZodOptional).unwrap() : undefined,
      field,
    }));
    const values = Object.fromEntries(fields.map(({ key, inner, field }) => [key, valuesOf(inner ?? field)]));
    const requiredKeys = fields.filter(({ inner }) => inner === undefined).map(({ key }) => key);
    return fc.record(values, { requiredKeys });
  }
  if (schema instanceof z.ZodNumber) {
    const { minValue, maxValue } = schema;
    return fc.double({ min: 0.001, max: 0.999, noNaN: true }).map((share) => {
      if (minValue === null || minValue < -1e300) return Math.min(maxValue ?? 1, share - 0.5);
      if (maxValue !== null && maxValue < 1e300) return minValue + share * (maxValue - minValue);
      return minValue + 10 ** (4 * share - 2);
    });
  }
  throw new Error(`teach valuesOf to draw a value of the schema type ${schema._zod.def.type}`);
}
