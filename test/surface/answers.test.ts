import { describe, expect, it } from "vitest";
import { TRAINED_GRID } from "../../src/law/stanford-2025.ts";
import {
  buildResiduals,
  type Cell,
  type CellAnswers,
  type FlooredAnswers,
  type QuantisedAnswers,
  quantiser,
  type TreeAnswers,
} from "../../src/surface/answers.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { apiConfigs, configOf } from "./points.ts";

const floored: FlooredAnswers = {
  kind: "floor",
  grid: TRAINED_GRID,
  pull: { dModel: 1, numLayers: 1, learningRate: 1 },
  residual: 0.01,
};
const tree: TreeAnswers = { kind: "tree", grid: TRAINED_GRID, residual: 0.01 };
const cells: CellAnswers = { kind: "cells", grid: TRAINED_GRID, residual: 0.01 };
const standOf = (changes: object, answers: CellAnswers | FlooredAnswers | TreeAnswers = floored, seed = 1) => {
  const config = configOf(changes);
  return quantiser(answers, seed)(config)?.stand ?? config;
};

/** What is added to a loss in a cell. */
function residualOf(
  answers: QuantisedAnswers,
  seed: number,
  { corner, size }: Omit<Cell, "stand">,
  loss: number,
  untrainedLoss: number,
): number {
  const place = { onGrid: false, size: size ?? Number.NaN };
  const answer = new Float64Array(1);
  buildResiduals(answers, seed, untrainedLoss)([place], [corner], 1, Float64Array.of(loss), answer);
  return answer[0] as number;
}

describe("floored answers", () => {
  it.each([
    [1e-4, 1e-4],
    [4.9e-4, 1e-4],
    [5e-4, 5e-4],
    [9e-4, 5e-4],
    [0.00099999, 5e-4],
    [1e-3, 1e-3],
  ])("answer a learning rate of %d as they answer %d", (asked, stand) => {
    expect(standOf({ learningRate: asked }).learningRate).toBe(stand);
  });

  it("answer a shape by the grid point below it, or by the smallest where there is none", () => {
    expect(standOf({ dModel: 1000, numLayers: 23, numHeads: 15 })).toMatchObject({
      dModel: 768,
      numLayers: 12,
      numHeads: 8,
    });
    expect(standOf({ dModel: 10 }).dModel).toBe(64);
  });

  it("answer a configuration on the grid as itself", () => {
    expect(
      quantiser(
        floored,
        1,
      )(configOf({ dModel: 768, numLayers: 12, numHeads: 16, learningRate: 1e-4, trainFlops: 1e15 })),
    ).toBeUndefined();
  });

  it("pull a value part of the way in ln where pull is below 1", () => {
    const partly = { ...floored, pull: { dModel: 0.2, numLayers: 0, learningRate: 1 } };
    const stand = standOf({ dModel: 1000, numLayers: 23, learningRate: 9e-4 }, partly);
    expect(stand.dModel).toBeCloseTo(1000 * (768 / 1000) ** 0.2, 9);
    expect(stand).toMatchObject({ numLayers: 23, learningRate: 5e-4 });
  });
});

describe("answers by cells", () => {
  const answers = (changes: object) => {
    const cell = quantiser(cells, 1)(configOf(changes));
    return cell && JSON.stringify(cell);
  };

  it("are one within a cell of the grid and of its sizes", () => {
    // Both sizes, 12·5·290² and 12·5·300², lie between 12·24·128² and 12·8·256², which follow each other on the grid.
    expect(answers({ dModel: 300, numLayers: 5 })).toBe(answers({ dModel: 290, numLayers: 5 }));
    expect(answers({ dModel: 290, numLayers: 5, learningRate: 9e-4 })).toBe(
      answers({ dModel: 290, numLayers: 5, learningRate: 5e-4 }),
    );
  });

  it("differ beyond the next size, though every value has the same grid value below it", () => {
    expect(answers({ dModel: 400, numLayers: 5 })).not.toBe(answers({ dModel: 290, numLayers: 5 }));
  });

  it("stand for the least size of the cell at the shape of its grid point", () => {
    const { dModel, numLayers, learningRate } = standOf({ dModel: 330, numLayers: 5, learningRate: 6e-4 }, cells);
    expect(12 * numLayers * dModel ** 2).toBeCloseTo(12 * 8 * 256 ** 2, 3);
    expect(dModel / numLayers).toBeCloseTo(256 / 4, 9);
    expect(learningRate).toBe(5e-4);
  });

  it("treat a depth of 12 as trained up to 6e15 FLOPs only, and one of 16 never", () => {
    expect(answers({ dModel: 512, numLayers: 12, numHeads: 8, trainFlops: 6e15 })).toBeUndefined();
    expect(answers({ dModel: 512, numLayers: 12, numHeads: 8, trainFlops: 1e16 })).toBeDefined();
    expect(answers({ dModel: 512, numLayers: 16, numHeads: 8, trainFlops: 1e15 })).toBeDefined();
  });

  it("have one residual per cell", () => {
    const residual = (changes: object) => residualOf(cells, 7, quantiser(cells, 1)(configOf(changes))!, 4, 10.54);
    expect(residual({ dModel: 300, numLayers: 5 })).toBe(residual({ dModel: 290, numLayers: 5 }));
    expect(residual({ dModel: 400, numLayers: 5 })).not.toBe(residual({ dModel: 290, numLayers: 5 }));
  });
});

describe("tree answers", () => {
  it("cut once between two neighbors, at a place that the seed decides", () => {
    const side = (learningRate: number, seed: number) => standOf({ learningRate }, tree, seed).learningRate;
    const cuts = Array.from({ length: 200 }, (_, seed) => {
      const rates = Array.from({ length: 81 }, (_, i) => 1e-4 + i * 5e-6);
      const sides = rates.map((rate) => side(rate, seed));
      expect(new Set(sides).size).toBeLessThanOrEqual(2);
      expect(sides).toEqual(sides.toSorted((a, b) => a - b));
      return rates[sides.indexOf(5e-4)] as number;
    });
    expect(Math.min(...cuts)).toBeLessThan(1.2e-4);
    expect(Math.max(...cuts)).toBeGreaterThan(4.5e-4);
  });

  it("answer a configuration on the grid as itself, wherever the cuts are", () => {
    for (let seed = 0; seed < 50; seed++)
      for (const dModel of TRAINED_GRID.dModel) expect(standOf({ dModel }, tree, seed).dModel).toBe(dModel);
  });
});

describe("residuals", () => {
  it("have the stated spread over cells, vanish at the untrained loss, and repeat within a cell", () => {
    const draws = apiConfigs(4000).map((config) => residualOf(floored, 7, { corner: config }, 4.54, 10.54));
    const sd = Math.sqrt(draws.reduce((sum, draw) => sum + draw * draw, 0) / draws.length);
    expect(sd).toBeGreaterThan(0.06 * 0.95);
    expect(sd).toBeLessThan(0.06 * 1.05);
    expect(residualOf(floored, 7, { corner: configOf() }, 10.54, 10.54)).toBeCloseTo(0, 12);
    expect(residualOf(floored, 7, { corner: configOf() }, 4, 10.54)).toBe(
      residualOf(floored, 7, { corner: configOf() }, 4, 10.54),
    );
  });
});

describe("a quantized world", () => {
  it.each(["effects/floor", "effects/tree"])("%s gives one answer for a whole cell", (name) => {
    const world = buildWorld(presetDocument(name));
    const { answers, seed } = world.document;
    if (answers.kind === "smooth") throw new Error("expected quantized answers");
    const cellOf = quantiser(answers, seed);
    const byCell = new Map<string, number>();
    let shared = 0;
    for (const config of apiConfigs(4000)) {
      const cell = cellOf(config);
      if (!cell) continue;
      const key = JSON.stringify(cell.corner);
      const loss = world.answer(config, 3);
      if (byCell.has(key)) shared++;
      expect(byCell.get(key) ?? loss).toBe(loss);
      byCell.set(key, loss);
    }
    expect(shared).toBeGreaterThan(500);
  });

  it("gives one answer for the learning rates of a cell, and another for the next cell", () => {
    const world = buildWorld(presetDocument("stanford-2025/central"));
    const at = (learningRate: number) => world.answer(configOf({ learningRate, trainFlops: 3e16 }), 0);
    expect(at(9e-4)).toBe(at(6e-4));
    expect(at(4.9e-4)).toBe(at(2e-4));
    expect(at(4.9e-4) - at(5.1e-4)).toBeGreaterThan(0.2);
  });

  it("quantizes its answers but not its expected loss", () => {
    const world = buildWorld(presetDocument("effects/floor"));
    const config = configOf({ dModel: 1000, learningRate: 9e-4 });
    expect(world.quantizedLoss(config)).toBe(world.expectedLoss({ ...config, dModel: 768, learningRate: 5e-4 }));
    expect(world.quantizedLoss(config)).not.toBe(world.expectedLoss(config));
  });
});
