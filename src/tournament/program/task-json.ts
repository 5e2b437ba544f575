import { FIELDS } from "../../task/configuration.ts";
import type { Domain } from "../../task/search-space.ts";
import { WIRE_NAMES } from "../../task/stanford-2025/wire.ts";
import type { Task } from "../../task/task.ts";

/** The task as a program reads it from ISOFLOP_TASK: JSON, under the names of the wire (docs/scale-out.md). */
export function taskJson({ searchSpace, cap, target, admissible }: Task): string {
  return JSON.stringify({
    search_space: Object.fromEntries(FIELDS.map((field) => [WIRE_NAMES[field], wireDomain(searchSpace[field])])),
    cap,
    target,
    admissible: {
      batch_size: admissible.batchSizes,
      d_model: admissible.dModel,
      num_layers: admissible.numLayers,
      aspect_ratio: admissible.aspectRatio,
      minimum_head_dimension: admissible.minimumHeadDimension,
      learning_rate: admissible.learningRate,
    },
  });
}

function wireDomain(domain: Domain): object {
  if (domain.kind === "choice") return { values: domain.values };
  const { minimum, maximum, integer } = domain;
  return { minimum, maximum, integer };
}
