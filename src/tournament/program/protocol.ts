import { parseSubmission } from "../../experiment/checked-strategy.ts";
import { answered, FIELDS } from "../../task/configuration.ts";
import { UserError } from "../../task/errors.ts";
import type { Domain } from "../../task/search-space.ts";
import { fromWire, toWire, WIRE_NAMES, type WireConfig } from "../../task/stanford-2025/wire.ts";
import type { Submission } from "../../task/submission.ts";
import type { Task } from "../../task/task.ts";

/** The task as a program reads it from ISOFLOP_TASK: JSON, under the names of the wire (docs/scale-out.md). */
export function taskJson({ searchSpace, cap, target, admissible, history }: Task): string {
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
    ...(history && { history: answered(history).map((run) => ({ ...toWire(run), loss: run.loss })) }),
  });
}

function wireDomain(domain: Domain): object {
  if (domain.kind === "choice") return { values: domain.values };
  const { minimum, maximum, integer } = domain;
  return { minimum, maximum, integer };
}

/**
 * The submission a program printed: the last line of its output that is a JSON object, in the shape of submission.json
 * (docs/cli.md). `model_size` is not read: N follows from the shape.
 *
 * @throws UserError when there is no such line, naming the member that is wrong where there is one.
 */
export function submissionFrom(output: string): Submission {
  const line = output
    .split("\n")
    .map((text) => text.trim())
    .findLast((text) => text.startsWith("{"));
  if (line === undefined) throw new UserError("did not submit: no line of its output is a JSON object");
  let row: Record<string, unknown>;
  try {
    row = JSON.parse(line);
  } catch (error) {
    throw new UserError(`its last JSON line does not parse: ${(error as Error).message}`);
  }
  for (const name of [...Object.values(WIRE_NAMES), "predicted_loss"])
    if (typeof row[name] !== "number")
      throw new UserError(`submission: ${name} must be a number, got ${JSON.stringify(row[name]) ?? "nothing"}`);
  return parseSubmission({
    config: fromWire(row as unknown as WireConfig),
    predictedLoss: row.predicted_loss,
    ...(row.interval === undefined || row.interval === null ? {} : { interval: row.interval }),
  });
}
