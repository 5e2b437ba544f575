import { formatFlops } from "../../task/quantity.ts";
import type { Source } from "../../training-api/training-api.ts";
import type { Block, Document } from "./block.ts";
import type { ChecklistItem } from "./checklist.ts";
import type { WriteupNumbers } from "./numbers.ts";
import { conclusions } from "./sections/conclusions.ts";
import { evidence } from "./sections/evidence.ts";
import { reproduction } from "./sections/reproduction.ts";
import { submission } from "./sections/submission.ts";

const PROVENANCE: Readonly<Record<Source, string>> = {
  real: "REAL: every loss was answered by the real training API",
  simulated: "SIMULATED: every loss was answered by an isoflop mock, none by a trained model",
  replay: "REPLAY: every loss was taken from a table of past runs",
};

/** The write-up that the assignment asks for, of numbers from one journal. */
export function writeupDocument(numbers: WriteupNumbers, checklist: readonly ChecklistItem[]): Document {
  const { source, plan, cap, target } = numbers;
  const blocks: Block[] = [
    ...submission(numbers),
    ...evidence(numbers),
    ...conclusions(numbers),
    ...reproduction(numbers, checklist),
  ];
  return {
    title: `Scaling laws on ${formatFlops(cap)} FLOPs`,
    subtitle: `A prediction for ${formatFlops(target)} FLOPs by ${plan.strategy.name}${numbers.done ? "" : " (the run was not finished)"}`,
    provenance: PROVENANCE[source],
    real: source === "real",
    blocks,
  };
}
