import { FIELDS, type RunConfig } from "../src/task/configuration.ts";
import type { Domain, SearchSpace } from "../src/task/search-space.ts";
import { WIRE_NAMES, wireText } from "../src/task/stanford-2025/wire.ts";

/** A small run with a budget at which a model has learned something: at 1e13 FLOPs the loss is that of an untrained one. */
export const EXAMPLE_RUN: RunConfig = {
  dModel: 256,
  numLayers: 4,
  numHeads: 4,
  batchSize: 128,
  learningRate: 1e-3,
  trainFlops: 1e15,
};

/** The query of `/loss` for an example run in a search space, with the key "me". */
export function exampleQuery(space: SearchSpace): string {
  const pairs = FIELDS.map((field) => [WIRE_NAMES[field], wireText(field, nearest(space[field], EXAMPLE_RUN[field]))]);
  return [...pairs, ["api_key", "me"]].map(([name, value]) => `${name}=${value}`).join("&");
}

function nearest(domain: Domain, wanted: number): number {
  if (domain.kind === "range") return Math.min(domain.maximum, Math.max(domain.minimum, wanted));
  const distance = (value: number) => Math.abs(Math.log(value / wanted));
  return domain.values.reduce((best, value) => (distance(value) < distance(best) ? value : best));
}
