import { describe, expect, it } from "vitest";
import { presetDocument } from "../../src/surface/presets.ts";
import { parseWorld } from "../../src/surface/world-document.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests put in what no type allows
type Loose = any;

const changed = (name: string, change: (world: Loose) => void) => {
  const world = structuredClone(presetDocument(name)) as Loose;
  change(world);
  return () => parseWorld(world, "mine.json");
};

describe("a bad world is refused with its first bad field, the value and what is allowed", () => {
  it.each<[string, string, (world: Loose) => void, RegExp]>([
    [
      "a negative exponent",
      "handout/smooth",
      (w) => {
        w.surface.base.alpha = -1;
      },
      /^mine\.json: surface\.base\.alpha: must be more than 0, got -1$/,
    ],
    [
      "an unknown law",
      "handout/smooth",
      (w) => {
        w.surface.base.law = "hofmann";
      },
      /^mine\.json: surface\.base\.law: .*"hofmann".*kaplan/,
    ],
    [
      "a misspelled field",
      "handout/smooth",
      (w) => {
        w.surface.base.Alpha = 1;
      },
      /^mine\.json: surface\.base: .*"Alpha".* 1; did you mean "alpha"\? /,
    ],
    [
      "a misspelled field of a layer",
      "handout/smooth",
      (w) => {
        const { layers } = w.surface;
        const { bowlWidth, ...rest } = layers.find(({ layer }: Loose) => layer === "learning-rate");
        w.surface.layers = [{ ...rest, bowlWidht: bowlWidth }];
      },
      /^mine\.json: surface\.layers\.0: .*"bowlWidht".* did you mean "bowlWidth"\? /,
    ],
    [
      "an unknown field that is like no other",
      "handout/smooth",
      (w) => {
        w.price = [1];
      },
      /^mine\.json: \(the document\): .*"price".*\[1\] \(known: schema, name, /,
    ],
    [
      "a misspelled field of a task",
      "handout/smooth",
      (w) => {
        w.task = { cpa: 1e18 };
      },
      /^mine\.json: task: .*"cpa".* did you mean "cap"\? /,
    ],
    [
      "a missing field",
      "handout/smooth",
      (w) => {
        delete w.noise;
      },
      /^mine\.json: noise: is missing/,
    ],
    [
      "a bad layer",
      "handout/smooth",
      (w) => {
        w.surface.layers[1].curvature = "x";
      },
      /surface\.layers\.1\.curvature: must be a number, got "x"/,
    ],
    [
      "layers over a surface of its own",
      "stanford-2025/central",
      (w) => {
        w.surface.layers.push({ layer: "head-dimension", minimum: 16, cost: 0.01 });
      },
      /surface\.layers: .*takes no layers/,
    ],
    [
      "a batch layer over Kaplan's law",
      "misspecified/kaplan",
      (w) => {
        w.surface.layers.push({ layer: "batch", criticalTokens: 1e8, exponent: 0.2 });
      },
      /surface\.layers: Kaplan/,
    ],
    [
      "a floor above the untrained loss",
      "handout/smooth",
      (w) => {
        w.surface.base.E = 12;
      },
      /surface\.base\.E: must be below the untrained loss, got 12/,
    ],
    [
      "a first phase that ends below the floor",
      "stanford-2025/central",
      (w) => {
        w.surface.base.firstPhaseLoss = 0.5;
      },
      /surface\.base\.firstPhaseLoss: must lie between/,
    ],
    [
      "a term that grows",
      "misspecified/broken-size",
      (w) => {
        w.surface.base.size.change = -0.5;
      },
      /surface\.base\.size\.change: /,
    ],
    [
      "a grid out of order",
      "effects/floor",
      (w) => {
        w.answers.grid.dModel = [128, 64];
      },
      /answers\.grid\.dModel: must be ascending/,
    ],
    [
      "a pull beyond the floor",
      "effects/floor",
      (w) => {
        w.answers.pull.dModel = 1.5;
      },
      /answers\.pull\.dModel: /,
    ],
    [
      "noise out of order",
      "handout/smooth",
      (w) => {
        w.noise.sdByLoss.reverse();
      },
      /noise\.sdByLoss: losses must be ascending/,
    ],
    [
      "another version",
      "handout/smooth",
      (w) => {
        w.schema = "isoflop-world/2";
      },
      /^mine\.json: schema: /,
    ],
    [
      "a name with blanks",
      "handout/smooth",
      (w) => {
        w.name = "My World";
      },
      /^mine\.json: name: /,
    ],
    [
      "an unknown task",
      "handout/smooth",
      (w) => {
        w.task = "stanford-2024";
      },
      /^mine\.json: task: .*"stanford-2025"/,
    ],
    [
      "an incomplete task",
      "handout/smooth",
      (w) => {
        w.task = { cap: 1e18 };
      },
      /^mine\.json: task\.searchSpace: /,
    ],
  ])("%s", (_, name, change, message) => {
    expect(changed(name, change)).toThrow(message);
  });

  it("tells how many more bad fields there are", () => {
    expect(
      changed("handout/smooth", (w) => {
        w.surface.base.alpha = -1;
        w.seed = 0.5;
      }),
    ).toThrow(/and 1 more/);
  });

  it("refuses a value that is no object", () => {
    expect(() => parseWorld(null, "mine.json")).toThrow(/^mine\.json: \(the document\): /);
  });
});
