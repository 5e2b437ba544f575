import { submissionDocument } from "../../flight/submission-document.ts";
import { formatFlops, formatSeconds } from "../../task/quantity.ts";
import type { Document } from "./block.ts";
import { type ChecklistItem, checkNumbers } from "./checklist.ts";
import { writeupDocument } from "./document.ts";
import type { ReplayedNumbers } from "./replayed.ts";
import { checkJobNumbers } from "./stanford-2026/checklist.ts";
import { jobWriteupDocument } from "./stanford-2026/document.ts";

/** What a write-up shows of its numbers. */
export interface WriteupParts {
  /** `submission.json`. */
  readonly submission: object;
  /** What was spent, with its unit. */
  readonly spent: string;
  readonly checks: readonly ChecklistItem[];
  document(checklist: readonly ChecklistItem[]): Document;
}

/** The parts of a write-up, by the edition of its journal. */
export function writeupParts({ edition, numbers }: ReplayedNumbers): WriteupParts {
  return PARTS[edition](numbers as never);
}

const PARTS: {
  readonly [Edition in ReplayedNumbers["edition"]]: (
    numbers: Extract<ReplayedNumbers, { readonly edition: Edition }>["numbers"],
  ) => WriteupParts;
} = {
  "stanford-2025": (numbers) => ({
    submission: submissionDocument(numbers.submission),
    spent: `${formatFlops(numbers.spent)} FLOPs`,
    checks: checkNumbers(numbers),
    document: (checklist) => writeupDocument(numbers, checklist),
  }),
  "stanford-2026": (numbers) => ({
    submission: JSON.parse(numbers.final) as object,
    spent: formatSeconds(numbers.spent),
    checks: checkJobNumbers(numbers),
    document: (checklist) => jobWriteupDocument(numbers, checklist),
  }),
};
