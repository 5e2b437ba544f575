import { chinchillaSize } from "../../src/law/chinchilla.ts";
import { TRAINED_GRID, UNTRAINED_LOSS } from "../../src/law/stanford-2025.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { drawBeyond } from "../../src/surface/calibration/laws/annealed.ts";
import { presetDocument, presetNames } from "../../src/surface/presets.ts";
import {
  COMMON,
  chinchillaWorld,
  type Draw,
  digits,
  drawer,
  learningRate,
  noise,
  ordinaryLayers,
} from "../../src/surface/suites/drawing.ts";
import type { SurfaceDocument } from "../../src/surface/surface.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { type Rng, randomStream } from "../../src/task/random.ts";
import { choice, reals } from "../../src/task/search-space.ts";
import type { Task } from "../../src/task/task.ts";
import { type Effect, withEffects } from "./effects.ts";
import gatedSurfaces from "./gated-surfaces.json" with { type: "json" };
import { drawLaw, type LawName } from "./laws.ts";
import split from "./split.json" with { type: "json" };

/** The two sides of the split: what choices are made on, and what they are judged by once. */
export type Side = keyof typeof split;
export const FAMILIES = [
  "handout",
  "effects",
  "misspecified",
  "stanford-2025",
  "gated",
  "real-laws",
  "real-tables",
  "recipes",
] as const;
export type Family = (typeof FAMILIES)[number];

/**
 * Worlds of a family on one side of the split, drawn from its seed; the first of them do not depend on how many follow.
 */
export function drawWorlds(side: Side, family: Family, count: number): WorldDocument[] {
  return Array.from({ length: count }, (_, index) => {
    const stream = `champion/${split[side].seed}/${family}/${index}`;
    const rng = randomStream(stream);
    const seed = Math.floor(rng() * 2 ** 31);
    const world = DRAWN[family](rng, index, side);
    return {
      ...world,
      name: `${family}/${side === "heldOut" ? "held-out" : side}-${index + 1}`,
      seed,
      tags: [family, "draw"],
    };
  });
}

type Drawn = Omit<WorldDocument, "name" | "seed" | "tags">;

const DRAWN: Readonly<Record<Family, (rng: Rng, index: number, side: Side) => Drawn>> = {
  handout: (rng) => handoutWorld(drawer(rng)),
  effects(rng, index, side) {
    const combinations = split[side].effects as readonly (readonly Effect[])[];
    const effects = combinations[index % combinations.length] as readonly Effect[];
    return withEffects(handoutWorld(drawer(rng)), effects, drawer(rng));
  },
  misspecified(rng, index, side) {
    const { laws, chargedMisspecified } = split[side];
    const draw = drawer(rng);
    const law = laws[index % laws.length] as LawName;
    const { batch, rest } = ordinaryLayers(draw);
    const layers = [learningRate(draw, draw.logBetween(2e-4, 9e-4)), ...rest];
    // These two have the batch inside.
    const whole = law === "kaplan" || law === "three-term" ? layers : [batch, ...layers];
    // A combination that development never shows: another law with the 2025 runs' accounting, answered from a table.
    const charged = chargedMisspecified && rng() < 0.25;
    return {
      ...COMMON,
      description: `The law ${law}${charged ? ", charged for its output layer and answered from a table" : ""}.`,
      surface: { base: drawLaw(law, draw), layers: whole, untrainedLoss: UNTRAINED_LOSS },
      noise: noise(digits(draw.logBetween(0.5, 2))),
      ...(charged && {
        accounting: "stanford-2025" as const,
        answers: {
          kind: "floor" as const,
          grid: TRAINED_GRID,
          pull: { dModel: 0.2, numLayers: 0, learningRate: 1 },
          residual: 0.009,
        },
      }),
    };
  },
  "stanford-2025": (rng) => calibratedWorld(rng),
  gated(rng) {
    // The surface that the endpoint's worlds had in version 0.1, under the answers and the noise of today's.
    const draw = drawer(rng);
    const like = presetDocument("stanford-2025/01");
    const [a, b] = [draw.oneOf(gatedSurfaces), draw.oneOf(gatedSurfaces)];
    const surface = mix(a, b, draw.between(0, 1)) as SurfaceDocument;
    return { ...like, description: "A gated world between two draws of version 0.1.", surface };
  },
  "real-laws"(rng, index, side) {
    const document = nth("real-laws", index, side);
    const draw = drawer(rng);
    const { batch, rest } = ordinaryLayers(draw);
    const rate = learningRate(draw, draw.logBetween(2.5e-4, 9e-4));
    const surface = { ...document.surface, layers: [batch, rate, ...rest] };
    return { ...document, surface, noise: noise(digits(draw.logBetween(0.5, 2))) };
  },
  "real-tables": (_, index, side) => nth("real-tables", index, side),
  recipes: (_, index, side) => cut(nth("recipes", Math.floor(index / CUTS.length), side), CUTS[index % CUTS.length]!),
};

/** The world at `index` among the shipped ones of the studies on one side, taking studies by turns. */
function nth(suite: "real-laws" | "real-tables" | "recipes", index: number, side: Side): WorldDocument {
  const studies = {
    "real-laws": split[side].realLaws,
    "real-tables": split[side].tables,
    recipes: split[side].recipes,
  };
  const byStudy = studies[suite].map((study) => presetNames().filter((name) => name.startsWith(`${suite}/${study}`)));
  const names = byStudy[index % byStudy.length]!;
  return presetDocument(names[Math.floor(index / byStudy.length) % names.length]!);
}

/** Grids as they are, and so that their middle is four times off in the rate or the batch. */
const CUTS = [
  { rate: 1, batch: 1 },
  { rate: 4, batch: 1 },
  { rate: 1 / 4, batch: 1 },
  { rate: 1, batch: 4 },
  { rate: 1, batch: 1 / 4 },
] as const;
/** Reach of a cut grid on either side of its middle, as a factor. */
const REACH = 8;

/** A recipe question on a grid whose middle lies this many times above the best recipe. */
function cut(document: WorldDocument, { rate, batch }: (typeof CUTS)[number]): WorldDocument {
  if (rate === 1 && batch === 1) return document;
  const task = document.task as Task;
  const best = optimumOf(buildWorld(document)).config;
  const { searchSpace, admissible } = task;
  if (rate !== 1) {
    const middle = rate * best.learningRate;
    const range = [digits(middle / REACH), digits(middle * REACH)] as const;
    return {
      ...document,
      task: {
        ...task,
        searchSpace: { ...searchSpace, learningRate: reals(...range) },
        admissible: { ...admissible, learningRate: range },
      },
    };
  }
  const batches = [1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8].map((factor) => Math.max(1, batch * best.batchSize * factor));
  const batchSizes = [...new Set(batches)];
  return {
    ...document,
    task: {
      ...task,
      searchSpace: { ...searchSpace, batchSize: choice(batchSizes) },
      admissible: { ...admissible, batchSizes },
    },
  };
}

/** The parametric surface of the handout; the best size at the target spans 0.3 to 3 times √(C/120). */
function handoutWorld(draw: Draw): Drawn {
  const parameters = chinchillaSize(1e19) * draw.logBetween(0.3, 3);
  const description = "A draw of the parametric Chinchilla surface with its effects.";
  return { ...COMMON, description, ...chinchillaWorld(draw, parameters) };
}

/**
 * A line through two of the calibration's draws goes on by this much beyond either, so that draws do not crowd in the
 * middle.
 */
const BEYOND = 0.25;

/** A world on the line through two of the calibration's draws, with what lies beyond the answers drawn anew. */
function calibratedWorld(rng: Rng): Drawn {
  const draws = presetNames().filter((name) => /^stanford-2025\/\d+$/.test(name));
  for (;;) {
    const draw = drawer(rng);
    const [a, b] = [presetDocument(draw.oneOf(draws)), presetDocument(draw.oneOf(draws))];
    const mixed = mix(a.surface, b.surface, draw.between(-BEYOND, 1 + BEYOND)) as SurfaceDocument;
    const { base } = mixed;
    // Extrapolation may leave the floors the answers allow.
    if (base.law !== "annealed" || base.E < 0 || base.E > 2.3) continue;
    const surface = { ...mixed, base: { ...base, beyond: drawBeyond(rng) } };
    return { ...a, description: `A calibrated world on the line through ${a.name} and ${b.name}.`, surface };
  }
}

/** Every number of two documents of one shape, mixed. */
function mix(a: unknown, b: unknown, share: number): unknown {
  if (typeof a === "number") return (1 - share) * a + share * (b as number);
  if (typeof a !== "object" || a === null) return a;
  const mixed = Object.entries(a).map(([key, value]) => [key, mix(value, (b as Record<string, unknown>)[key], share)]);
  return Array.isArray(a) ? mixed.map(([, value]) => value) : Object.fromEntries(mixed);
}
