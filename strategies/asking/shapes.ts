import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { Shape } from "../../src/task/configuration.ts";
import { queryableShape } from "../../src/task/realize.ts";
import { accepts } from "../../src/task/search-space.ts";
import type { Task } from "../../src/task/task.ts";

/** Widths and depths of published model tables; an API's runs are likely to use them too. */
const CUSTOMARY = {
  dModel: [64, 128, 256, 512, 768, 1024, 1536, 2048, 3072, 4096],
  numLayers: [2, 4, 8, 12, 16, 24, 32, 48, 64],
};
/** d/L of the shapes asked for. */
const ASPECT = { usual: 64, lowest: 20, highest: 130 };
/** Errors in ln of size and of aspect ratio that count the same. */
const TOLERANCE = { size: 0.2, aspect: 0.6 };

/**
 * The customary shape of about N parameters, its d/L near `aspect`, that the task allows and that is not among those
 * `taken`. It may miss the size by some percent: a sweep only needs to know its sizes. Where no customary shape is near
 * or left, the nearest shape that the task allows.
 */
export function modelOfSize(
  parameters: number,
  task: Task,
  taken: readonly Shape[] = [],
  aspect: number = ASPECT.usual,
): Shape {
  const free = customaryShapes(task).filter((shape) => !taken.some((other) => sameSize(shape, other)));
  const best = free.reduce<Shape | undefined>(
    (least, shape) =>
      !least || mismatch(shape, parameters, aspect) < mismatch(least, parameters, aspect) ? shape : least,
    undefined,
  );
  return best && Math.abs(sizeError(best, parameters)) < Math.LN2 ? best : queryableShape(parameters, task);
}

/** Distinct shapes, ascending, evenly spaced in ln N around a size: at most ×2 apart, and within ×4 of it. */
export function sizesAround(center: number, count: number, task: Task): Shape[] {
  const step = count > 1 ? Math.min(Math.LN2, (4 * Math.LN2) / (count - 1)) : 0;
  const shapes: Shape[] = [];
  for (let i = 0; i < count; i++) {
    const shape = modelOfSize(center * Math.exp(step * (i - (count - 1) / 2)), task, shapes);
    if (!shapes.some((other) => sameSize(shape, other))) shapes.push(shape);
  }
  return shapes.toSorted((a, b) => nonEmbeddingParameters(a) - nonEmbeddingParameters(b));
}

/** The customary shapes that the task allows, ascending in size; may be empty. */
export function customaryShapes(task: Task): Shape[] {
  const { searchSpace } = task;
  const shapes = CUSTOMARY.dModel.flatMap((dModel) =>
    CUSTOMARY.numLayers.map((numLayers) => ({ dModel, numLayers, numHeads: Math.max(2, dModel / 64) })),
  );
  return shapes
    .filter(({ dModel, numLayers, numHeads }) => {
      const aspect = dModel / numLayers;
      return (
        aspect >= ASPECT.lowest &&
        aspect <= ASPECT.highest &&
        accepts(searchSpace.dModel, dModel) &&
        accepts(searchSpace.numLayers, numLayers) &&
        accepts(searchSpace.numHeads, numHeads)
      );
    })
    .toSorted((a, b) => nonEmbeddingParameters(a) - nonEmbeddingParameters(b));
}

/** The shapes that a table of finished runs has at a budget; undefined where any shape may be asked for. */
export function shapesOffered(flops: number, { candidates }: Task): Shape[] | undefined {
  const rows = candidates?.filter(({ trainFlops }) => trainFlops === flops);
  return rows?.filter((row, i) => rows.findIndex((other) => sameSize(row, other)) === i);
}

/** Whether two shapes have the same width and depth. */
export function sameSize(a: Shape, b: Shape): boolean {
  return a.dModel === b.dModel && a.numLayers === b.numLayers;
}

function sizeError(shape: Shape, parameters: number): number {
  return Math.log(nonEmbeddingParameters(shape) / parameters);
}

function mismatch(shape: Shape, parameters: number, aspect: number): number {
  const size = sizeError(shape, parameters) / TOLERANCE.size;
  const aspectError = Math.log(shape.dModel / shape.numLayers / aspect) / TOLERANCE.aspect;
  return size * size + aspectError * aspectError;
}
