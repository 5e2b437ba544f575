import { scientific } from "../axes.ts";
import type { WriteupNumbers } from "./numbers.ts";

/** One line of the assignment's submission checklist, with the result of the check. */
export interface ChecklistItem {
  readonly item: string;
  readonly passed: boolean;
  readonly detail: string;
}

/** The part of the checklist that follows from the numbers. */
export function checkNumbers({
  submission,
  modelSize,
  spent,
  cap,
  target,
  problems,
  done,
}: WriteupNumbers): ChecklistItem[] {
  const { config, predictedLoss } = submission;
  return [
    {
      item: "batch size is 128 or 256",
      passed: config.batchSize === 128 || config.batchSize === 256,
      detail: String(config.batchSize),
    },
    {
      item: `total usage is at most ${scientific(cap, 3)} FLOPs`,
      passed: spent <= cap,
      detail: `${scientific(spent, 3)} FLOPs, as last reported by the endpoint`,
    },
    {
      item: "model size is 12·L·d² of the shape",
      passed: modelSize === 12 * config.numLayers * config.dModel * config.dModel,
      detail: modelSize.toLocaleString("en-US"),
    },
    {
      item: `the shape can be trained at ${scientific(target, 3)} FLOPs`,
      passed: problems.length === 0,
      detail: problems[0] ?? "width, depth, heads, batch size and learning rate are admissible",
    },
    {
      item: "a loss is predicted",
      passed: Number.isFinite(predictedLoss) && predictedLoss > 0,
      detail: predictedLoss.toFixed(4),
    },
    { item: "the run is complete", passed: done, detail: done ? "yes" : "no: isoflop run resumes it" },
  ];
}
