import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { Shape } from "../../src/task/configuration.ts";
import { queryableShape } from "../../src/task/realise.ts";
import { accepts } from "../../src/task/search-space.ts";
import type { Task } from "../../src/task/task.ts";
import { EVEN, ON_GRID } from "../asking/rates.ts";

/** Values the 2025 endpoint has trained runs of: between them it answers with something near, off by more than seed noise. */
const TRAINED = {
  dModel: [64, 128, 256, 512, 768, 1024],
  numLayers: [2, 4, 8, 12, 16, 24],
  numHeads: [2, 4, 8, 16],
};
const ASPECT = { lowest: 20, highest: 130 };
const HEAD = 64;
/** Fewest shapes to choose from; where a task sells no more of those, sizes a factor of two apart around √(C/120). */
const FEWEST = 5;
const OTHERWISE = { reach: 3 };

/** Shapes worth asking for at a budget, ascending in size: on the trained grid wherever the task sells it. */
export function askedShapes(C: number, task: Task, reach: number, trainedOnly: boolean): Shape[] {
  const centre = Math.sqrt(C / 120);
  const trained = trainedOnly ? onGrid(task) : [];
  if (trained.length >= FEWEST) {
    const distance = (shape: Shape) => Math.abs(Math.log(nonEmbeddingParameters(shape) / centre));
    const nearest = trained.toSorted((a, b) => distance(a) - distance(b));
    const near = nearest.filter((shape, i) => i < FEWEST || distance(shape) <= Math.log(reach));
    return near.toSorted((a, b) => nonEmbeddingParameters(a) - nonEmbeddingParameters(b));
  }
  const made = Array.from({ length: 2 * OTHERWISE.reach + 1 }, (_, i) =>
    queryableShape(centre * Math.exp((i - OTHERWISE.reach) * 0.5), task),
  );
  return made.filter((shape, i) => made.findIndex((other) => sameShape(other, shape)) === i);
}

/** Learning rates worth asking for. */
export function askedRates(task: Task, trainedOnly: boolean): number[] {
  return (trainedOnly ? ON_GRID : EVEN).probes(task);
}

function onGrid({ searchSpace }: Task): Shape[] {
  const shapes = TRAINED.dModel.flatMap((dModel) =>
    TRAINED.numLayers.map((numLayers) => ({ dModel, numLayers, numHeads: heads(dModel) })),
  );
  return shapes.filter(
    ({ dModel, numLayers, numHeads }) =>
      dModel / numLayers >= ASPECT.lowest &&
      dModel / numLayers <= ASPECT.highest &&
      accepts(searchSpace.dModel, dModel) &&
      accepts(searchSpace.numLayers, numLayers) &&
      accepts(searchSpace.numHeads, numHeads),
  );
}

/** The most heads of the grid that are 64 wide or more. */
function heads(dModel: number): number {
  return TRAINED.numHeads.findLast((count) => count * HEAD <= dModel) ?? 2;
}

function sameShape(a: Shape, b: Shape): boolean {
  return a.dModel === b.dModel && a.numLayers === b.numLayers;
}
