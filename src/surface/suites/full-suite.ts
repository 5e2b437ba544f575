import { randomStream } from "../../task/random.ts";
import { presetDocument, presetNames } from "../presets.ts";
import { floorOf, type SurfaceDocument } from "../surface.ts";
import { questionOf, type WorldDocument } from "../world-document.ts";
import { chinchillaDraw, type Draw, digits, drawer, learningRate, noise, ordinaryLayers } from "./drawing.ts";

const HANDOUT_DRAWS = 140;
const LAYER_DRAWS = 12;
const BLENDS = 100;

/**
 * The suite of `--full`: every world of the course question that ships, and draws around them: more Chinchilla worlds, the other laws under
 * other layers, and calibrated worlds between two of the calibration's draws. Worlds drawn in the same way are alike
 * (docs/statistics.md): four hundred of them are not four hundred independent pieces of evidence.
 */
export function fullSuite(): WorldDocument[] {
  const course = presetNames()
    .map(presetDocument)
    .filter((document) => questionOf(document) === "course");
  return [...course, ...handoutDraws(), ...otherLaws(), ...calibratedBlends()];
}

function handoutDraws(): WorldDocument[] {
  const model = presetDocument("handout/smooth");
  return Array.from({ length: HANDOUT_DRAWS }, (_, index) => ({
    ...model,
    name: `handout/full-${number(index)}`,
    description: `Draw ${index + 1} of ${HANDOUT_DRAWS} of the parametric Chinchilla surface, of the full suite.`,
    tags: ["handout", "chinchilla", "smooth", "draw"],
    seed: 50_000 + index,
    ...chinchillaDraw("full/handout", index, HANDOUT_DRAWS),
  }));
}

/** Each of the laws of `misspecified`, with its layers drawn anew. */
function otherLaws(): WorldDocument[] {
  return lawModels().flatMap((model, family) =>
    Array.from({ length: LAYER_DRAWS }, (_, index) => ({
      ...withDrawnLayers(model, drawer(randomStream(`full/${model.name}/${index}`))),
      name: `${model.name}-full-${number(index)}`,
      description: `${model.description} Layers drawn anew, ${index + 1} of ${LAYER_DRAWS}.`,
      tags: [...model.tags, "draw"],
      seed: 60_000 + 100 * family + index,
    })),
  );
}

/** The worlds of `misspecified` whose laws have layers over them. */
export function lawModels(): WorldDocument[] {
  const models = presetNames()
    .filter((name) => name.startsWith("misspecified/"))
    .map(presetDocument);
  return models.filter(({ surface }) => surface.layers.length > 0);
}

/** The law of a world under layers and noise drawn anew. */
export function withDrawnLayers(model: WorldDocument, draw: Draw): WorldDocument {
  const { batch, rest } = ordinaryLayers(draw);
  const drawn = [batch, learningRate(draw, draw.logBetween(2.5e-4, 9e-4)), ...rest];
  // A law with the batch size inside has no layer for it.
  const kinds = new Set(model.surface.layers.map(({ layer }) => layer));
  return {
    ...model,
    surface: { ...model.surface, layers: drawn.filter(({ layer }) => kinds.has(layer)) },
    noise: noise(digits(draw.logBetween(0.5, 2))),
  };
}

/** Calibrated worlds whose constants lie between those of two draws with neighboring floors. */
function calibratedBlends(): WorldDocument[] {
  return Array.from({ length: BLENDS }, (_, index) => {
    const { world, between } = calibratedBlend(drawer(randomStream(`full/stanford-2025/${index}`)), index);
    return {
      ...world,
      name: `stanford-2025/full-${number(index)}`,
      description: `A calibrated world between ${between.join(" and ")}, of the full suite.`,
      seed: 70_000 + index,
    };
  });
}

/** A world between two neighbors of the calibration's draws, which are ordered by their floors; `first` counts round. */
export function calibratedBlend(
  draw: Draw,
  first: number,
): { readonly world: WorldDocument; readonly between: readonly [low: string, high: string] } {
  const draws = presetNames()
    .filter((name) => /^stanford-2025\/\d+$/.test(name))
    .map(presetDocument)
    .sort((a, b) => floorOf(a.surface.base) - floorOf(b.surface.base));
  const at = first % (draws.length - 1);
  const [low, high] = [draws[at] as WorldDocument, draws[at + 1] as WorldDocument];
  const surface = blend(low.surface, high.surface, draw.between(0.15, 0.85)) as SurfaceDocument;
  return { world: { ...low, surface }, between: [low.name, high.name] };
}

/** The document whose every number is the weighted mean of the two; both have the same fields. */
function blend(low: unknown, high: unknown, weight: number): unknown {
  if (typeof low === "number") return (1 - weight) * low + weight * (high as number);
  if (typeof low !== "object" || low === null) return low;
  const mixed = Object.entries(low).map(([key, value]) => [
    key,
    blend(value, (high as Record<string, unknown>)[key], weight),
  ]);
  return Array.isArray(low) ? mixed.map(([, value]) => value) : Object.fromEntries(mixed);
}

function number(index: number): string {
  return String(index + 1).padStart(3, "0");
}
