import { isJobText } from "../../../flight/stanford-2026/job-list.ts";
import { formatPercent, formatSeconds } from "../../../task/quantity.ts";
import type { ChecklistItem } from "../checklist.ts";
import type { JobWriteupNumbers } from "./numbers.ts";

/** The part of the checklist that follows from the numbers. */
export function checkJobNumbers(numbers: JobWriteupNumbers): ChecklistItem[] {
  const { submission, spent, cap, target, done, final, sentAt } = numbers;
  const { predictedLoss, runtime } = submission;
  const config = final.slice('{"training_config":'.length, final.lastIndexOf(',"predicted_final_loss":'));
  return [
    {
      item: `total usage is at most ${formatSeconds(cap)}`,
      passed: spent <= cap,
      detail: `${formatSeconds(spent)}, as last reported by the endpoint`,
    },
    {
      item: "the API takes the final submission",
      passed: isJobText(config),
      detail: isJobText(config) ? "its configuration is valid" : "its configuration is not valid",
    },
    {
      item: "a loss is predicted",
      passed: Number.isFinite(predictedLoss) && predictedLoss > 0,
      detail: predictedLoss.toFixed(4),
    },
    {
      item: `the model trains within ${formatSeconds(target)}`,
      passed: runtime === undefined || runtime.finishes >= 0.5,
      detail: runtime
        ? `about ${formatSeconds(runtime.seconds)}; ends in time with a probability of ${formatPercent(runtime.finishes)}`
        : "the strategy states no runtime",
    },
    { item: "the run is complete", passed: done, detail: done ? "yes" : "no: isoflop run resumes it" },
    {
      item: "what was submitted",
      passed: true,
      detail: sentAt === undefined ? "nothing yet: isoflop run --submit-final sends it" : `stored at ${sentAt}`,
    },
  ];
}
