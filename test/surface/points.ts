import { blocksOf, type Point, pointOf as pointIn, type Surface } from "../../src/surface/points.ts";
import type { Accounting } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";

/** An ordinary configuration, with what a test is about put in. */
export function configOf(changes: Partial<RunConfig> = {}): RunConfig {
  const ordinary = { dModel: 512, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 5e-4, trainFlops: 1e16 };
  return { ...ordinary, ...changes };
}

export function pointOf(changes: Partial<RunConfig> = {}, accounting: Accounting = "stanford-2025"): Point {
  return pointIn(configOf(changes), accounting);
}

/** A point with N and D as given, whatever shape would have them. */
export function pointAt(parameters: number, tokens: number, changes: Partial<Point> = {}): Point {
  return { ...pointOf(), parameters, tokens, steps: tokens / (128 * 512), ...changes };
}

/** The loss of a surface at one point. */
export function lossOf(surface: Surface): (point: Point) => number {
  return (point) => {
    const losses = new Float64Array(1);
    for (const block of blocksOf([point])) surface(block, losses);
    return losses[0] as number;
  };
}

/** A surface of the same loss everywhere. */
export const flat =
  (loss: number): Surface =>
  ({ count }, losses) => {
    losses.fill(loss, 0, count);
  };

/** Every shape and setting the 2025 API accepts, spread without order. */
export function apiConfigs(count: number): RunConfig[] {
  const pick = <T>(values: readonly T[], index: number) => values[index % values.length] as T;
  return Array.from({ length: count }, (_, i) => ({
    dModel: 64 + ((i * 389) % 961),
    numLayers: 2 + ((i * 7) % 23),
    numHeads: 2 + (i % 15),
    batchSize: pick([128, 256], i >> 1),
    learningRate: 1e-4 + (9e-4 * ((i * 31) % 101)) / 100,
    trainFlops: pick([1e13, 3e14, 1e15, 6e15, 1e16, 1e17, 1e18], i),
  }));
}
