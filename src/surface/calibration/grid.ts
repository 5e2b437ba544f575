import type { RunConfig } from "../../task/configuration.ts";
import type { Grid } from "../answers.ts";

/** The values the endpoint's table was trained on, as far as its answers tell (docs/surface.md, "Quantised answers"). */
export const API_GRID: Grid = {
  dModel: [64, 128, 256, 512, 768, 1024],
  numLayers: [2, 4, 8, 12, 16, 24],
  numHeads: [2, 4, 8, 16],
  learningRate: [1e-4, 5e-4, 1e-3],
};

/** Whether every value of a configuration is one that was trained. */
export function isOnGrid(config: RunConfig, grid: Grid = API_GRID): boolean {
  return (
    grid.dModel.includes(config.dModel) &&
    grid.numLayers.includes(config.numLayers) &&
    grid.numHeads.includes(config.numHeads) &&
    grid.learningRate.includes(config.learningRate)
  );
}
