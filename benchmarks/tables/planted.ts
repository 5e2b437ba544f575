import { quantile } from "../../src/statistics/quantile.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { BLOCK, blocksOf } from "../../src/surface/points.ts";
import { experimentsOf } from "../../src/surface/replay/experiments.ts";
import { worldsOfTable } from "../../src/surface/replay/table-worlds.ts";
import { buildSurface } from "../../src/surface/surface.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import type { Truth, WorldDocument } from "../../src/surface/world-document.ts";
import type { TableRun } from "../../src/table/run-reader.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import { rowsOf, type TableFile } from "./sources.ts";

/** Each table's surface is planted so many times, with other noise. */
const DRAWS = 3;

/**
 * Prints how well the worlds of made-up tables find what was planted: the surface fitted to a real table answers the same
 * rows, with noise of its error, and worlds are made of that.
 */
export function printPlanted(tables: readonly TableFile[]): void {
  console.log(
    "table | worlds | ln N* off: median | 90 % | regret at the optimum found: median | 90 % | error stated / true | regret below tie",
  );
  for (const table of tables) {
    const { rows, stem } = rowsOf(table);
    const found: Found[] = [];
    for (const { runs } of experimentsOf(rows).experiments) {
      const real = worldsOfTable({ ...rows, runs }, stem).worlds;
      const truth = real[0]?.truth;
      if (!truth) continue;
      for (let draw = 0; draw < DRAWS; draw++) {
        const drawn = { ...rows, runs: planted(runs, truth, randomStream(`planted/${stem}/${draw}`)) };
        for (const world of worldsOfTable(drawn, stem).worlds) {
          const same = real.find(({ name }) => name === world.name);
          if (same) found.push(compared(world, same));
        }
      }
    }
    const [sizes, regrets] = [found.map(({ size }) => Math.abs(size)), found.map(({ regret }) => regret)];
    const cells = [
      quantile(sizes, 0.5).toFixed(3),
      quantile(sizes, 0.9).toFixed(3),
      quantile(regrets, 0.5).toFixed(4),
      quantile(regrets, 0.9).toFixed(4),
      quantile(
        found.map(({ ratio }) => ratio),
        0.5,
      ).toFixed(2),
      (found.filter(({ below }) => below).length / found.length).toFixed(2),
    ];
    console.log([stem, found.length, ...cells].join(" | "));
  }
}

interface Found {
  /** ln of the optimum found over the planted one. */
  readonly size: number;
  /** Of the optimum found, on the planted surface. */
  readonly regret: number;
  readonly below: boolean;
  /** Error stated over the noise that was planted. */
  readonly ratio: number;
}

function compared(world: WorldDocument, real: WorldDocument): Found {
  const [made, truth] = [buildWorld(world), buildWorld(real)];
  const { config } = optimumOf(made);
  const best = optimumOf(truth);
  const regret = truth.expectedLoss(config) - best.loss;
  return {
    size: Math.log(nonEmbeddingParameters(config) / nonEmbeddingParameters(best.config)),
    regret,
    below: regret <= world.tie!,
    ratio: world.truth!.error / real.truth!.error,
  };
}

/** The rows with the losses of the surface that was fitted to them, and noise of its error. */
function planted(runs: readonly TableRun[], { surface, error }: Truth, rng: () => number): TableRun[] {
  const planted = buildSurface(surface);
  const points = runs.map(({ N, D, C, dModel = 64, numLayers = 1, learningRate = 1e-3, batchSize = 128 }) => {
    const training = { parameters: N, tokens: D, steps: 1 };
    return { dModel, numLayers, numHeads: 1, learningRate, batchSize, trainFlops: C, ...training };
  });
  const losses = new Float64Array(BLOCK);
  const all = blocksOf(points).flatMap((block) => {
    planted(block, losses);
    return [...losses.subarray(0, block.count)];
  });
  return runs.map((run, i) => ({ ...run, loss: all[i]! + error * standardNormal(rng) }));
}
