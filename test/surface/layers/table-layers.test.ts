import { describe, expect, it } from "vitest";
import { UNTRAINED_LOSS } from "../../../src/law/stanford-2025.ts";
import { chinchilla } from "../../../src/surface/laws/chinchilla.ts";
import { interaction } from "../../../src/surface/laws/interaction.ts";
import { batchOptimum } from "../../../src/surface/layers/batch-optimum.ts";
import { learningRate } from "../../../src/surface/layers/learning-rate.ts";
import { recipe } from "../../../src/surface/layers/recipe.ts";
import { residual } from "../../../src/surface/layers/residual.ts";
import { blocksOf, type Points, type Surface } from "../../../src/surface/points.ts";
import { presetDocument } from "../../../src/surface/presets.ts";
import { buildSurface } from "../../../src/surface/surface.ts";
import { parseWorld } from "../../../src/surface/world-document.ts";
import { trainingOf } from "../../../src/task/accounting.ts";
import { configOf, lossOf, pointAt } from "../points.ts";

const constants = { E: 1.8, A: 0.4, B: 0.3, alpha: 0.35, beta: 0.37, gamma: 0, parameters: 1e8, tokens: 2e9 };
const base = interaction.build(constants, UNTRAINED_LOSS);
const law = lossOf(base);

describe("the interaction law", () => {
  it("is Chinchilla's law without an interaction", () => {
    const A = 0.4 * 1e8 ** 0.35;
    const B = 0.3 * 2e9 ** 0.37;
    const same = lossOf(chinchilla.build({ E: 1.8, A, B, alpha: 0.35, beta: 0.37 }, UNTRAINED_LOSS));
    for (const [N, D] of [
      [1e7, 1e9],
      [1e9, 1e11],
    ] as const)
      expect(law(pointAt(N, D))).toBeCloseTo(same(pointAt(N, D)), 10);
  });

  it("changes the exponent of the data with the size", () => {
    const bent = lossOf(interaction.build({ ...constants, gamma: 0.1 }, UNTRAINED_LOSS));
    const data = (N: number, D: number) => bent(pointAt(N, D)) - 1.8 - 0.4 * (N / 1e8) ** -0.35;
    expect(Math.log(data(1e9, 2e9) / data(1e9, 2e10)) / Math.log(10)).toBeCloseTo(0.37 * 10 ** 0.1, 6);
  });
});

describe("a best batch", () => {
  const layer = { optimum: { coefficient: 2e-4, N: 0, D: 0.6, C: 0 }, curvature: 0.01, bowlWidth: 2 };
  const surface = lossOf(batchOptimum.build(base, layer, UNTRAINED_LOSS));

  it("costs κ·ln² on either side, and grows with the tokens as the exponent says", () => {
    for (const D of [1e9, 1e10]) {
      const best = 2e-4 * D ** 0.6;
      for (const factor of [0.5, 1, 3])
        expect(surface(pointAt(1e8, D, { batchSize: best * factor })) - law(pointAt(1e8, D))).toBeCloseTo(
          0.01 * Math.log(factor) ** 2,
          9,
        );
    }
  });
});

describe("the best learning rate", () => {
  it("follows the batch where it has an exponent of it", () => {
    const layer = {
      optimum: { coefficient: 1e-4, N: 0, D: 0, C: 0, B: 0.36 },
      curvature: 0.02,
      belowExponent: 0,
      bowlWidth: 3,
      divergence: { threshold: 12, width: 0.15, plateau: 6.5 },
    };
    const surface = lossOf(learningRate.build(base, layer, UNTRAINED_LOSS));
    for (const batchSize of [32, 512])
      expect(surface(pointAt(1e8, 2e9, { batchSize, learningRate: 1e-4 * batchSize ** 0.36 }))).toBeCloseTo(
        law(pointAt(1e8, 2e9)),
        6,
      );
  });
});

describe("a recipe of N and C", () => {
  it("replaces the rate and the batch that were asked for, below it alone", () => {
    const seen: [rate: number, batch: number][] = [];
    const spy: Surface = (points, losses) => {
      seen.push([points.learningRate.values[0] as number, points.batchSize.values[0] as number]);
      losses[0] = 3;
    };
    const layer = {
      learningRate: { coefficient: 1, N: -0.5, D: 0, C: 0 },
      batchSize: { coefficient: 1e-6, N: 0, D: 0, C: 0.5 },
    };
    const [points] = blocksOf([pointAt(1e8, 2e9, { trainFlops: 1e18, learningRate: 7, batchSize: 9 })]) as [Points];
    recipe.build(spy, layer, UNTRAINED_LOSS)(points, new Float64Array(1));
    expect(seen[0]?.[0]).toBeCloseTo(1e-4, 10);
    expect(seen[0]?.[1]).toBeCloseTo(1000, 6);
    expect([points.learningRate.values[0], points.batchSize.values[0]]).toEqual([7, 9]);
  });
});

describe("a residual", () => {
  const layer = {
    parameters: [1e7, 1e9] as const,
    tokens: [1e9, 1e11] as const,
    coefficients: [0.01, 0.02, 0, 0, 0, 0, 0, 0, 0, 0.03],
  };
  const at = (N: number, D: number) =>
    lossOf(residual.build(base, layer, UNTRAINED_LOSS))(pointAt(N, D)) - law(pointAt(N, D));

  it("is a polynomial of ln N and ln D between the ends of its table, and stays at the ends' value beyond", () => {
    expect(at(1e8, 1e10)).toBeCloseTo(0.01, 10);
    expect(at(1e9, 1e11)).toBeCloseTo(0.06, 10);
    expect(at(1e12, 1e14)).toBeCloseTo(0.06, 10);
    expect(at(1e7, 1e9)).toBeCloseTo(-0.04, 10);
  });
});

describe("a world of a table", () => {
  const document = {
    ...presetDocument("handout/smooth"),
    accounting: { flopsPerParameterToken: 9, sizeExponent: 0.1 },
    surface: { base: { law: "interaction", ...constants }, layers: [], untrainedLoss: 10 },
    question: "table",
    tie: 0.01,
    unit: "bits per character",
  };

  it("has k·N·D FLOPs, k following the size", () => {
    const { accounting } = parseWorld(document, "mine");
    const config = configOf();
    const { parameters, tokens } = trainingOf(config, accounting);
    expect((9 * (parameters / 1e8) ** 0.1 * parameters * tokens) / config.trainFlops).toBeCloseTo(1, 10);
  });

  it("is refused with a question, a tie or a truth that is none", () => {
    expect(() => parseWorld({ ...document, question: "exam" }, "mine")).toThrow(/question/);
    expect(() => parseWorld({ ...document, tie: -1 }, "mine")).toThrow(/tie/);
    const truth = { surface: { ...document.surface, layers: [{ layer: "residual" }] }, error: 0.01, rows: 9 };
    expect(() => parseWorld({ ...document, truth }, "mine")).toThrow(/truth\.surface\.layers\.0/);
    expect(lossOf(buildSurface(parseWorld(document, "mine").surface))(pointAt(1e8, 2e9))).toBeCloseTo(2.5, 10);
  });
});
