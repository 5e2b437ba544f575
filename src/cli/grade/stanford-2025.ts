import { type Rival, sortedRivals } from "../../experiment/rivals.ts";
import { scoreSubmission } from "../../experiment/score.ts";
import { submissionDocument } from "../../flight/submission-document.ts";
import { optimumOf } from "../../surface/truth.ts";
import type { AnyWorld } from "../../surface/world.ts";
import { formatNats, formatSigned } from "../../task/quantity.ts";
import type { Score } from "../../task/score.ts";
import type { Submission } from "../../task/submission.ts";
import { configurationText, optimumText } from "../query-table.ts";
import type { GradeEdition } from "./edition.ts";
import { rankAmong, ranking, rankText } from "./ranking.ts";
import { parseSubmissionFile } from "./submission-file.ts";

/** Spring 2025: a run of 1e19 FLOPs. */
export const stanford2025: GradeEdition = {
  async grade(world, content, file, seed) {
    const { submission, warnings } = parseSubmissionFile(content, file);
    const score = scoreSubmission(world, submission);
    const rivals = await sortedRivals(world, seed);
    const optimum = optimumOf(world);
    const grade = {
      regret: score.regret,
      regretFromSize: score.regretFromSize,
      regretFromHyperparameters: score.regretFromHyperparameters,
      trueLoss: score.trueLoss,
      predictedLoss: score.predictedLoss,
      lossError: score.lossError,
      lnNError: score.lnNError,
      ...(score.covered === undefined ? {} : { covered: score.covered }),
      optimum: submissionDocument({ config: optimum.config, predictedLoss: optimum.loss }),
      rankAmongStrategies: rankAmong(rivals, score.regret),
      strategies: rivals,
      world: world.document.name,
      warnings,
    };
    return { grade, text: text(submission, score, world, rivals, warnings) };
  },
};

function text(
  submission: Submission,
  score: Score,
  world: AnyWorld,
  rivals: readonly Rival[],
  warnings: readonly string[],
): string {
  const optimum = optimumOf(world);
  const { interval } = submission;
  const lines = [
    `graded on ${world.document.name} (simulated)`,
    "",
    `submitted   ${configurationText(submission.config)}`,
    `best        ${optimumText(world)}`,
    `true loss   ${formatNats(score.trueLoss)}; the best possible is ${formatNats(optimum.loss)}`,
    `regret      ${formatNats(score.regret)} nats = ${formatNats(score.regretFromSize)} from size + ${formatNats(score.regretFromHyperparameters)} from hyperparameters`,
    `predicted   ${formatNats(score.predictedLoss)}, ${formatSigned(score.lossError)} off${interval ? `; [${formatNats(interval.low)}, ${formatNats(interval.high)}] at ${100 * interval.level} % ${score.covered ? "contains" : "misses"} the true loss` : ""}`,
    `ln N error  ${formatSigned(score.lnNError)}`,
    `rank        ${rankText(rivals, score.regret)}, with the package's strategies on the same world:`,
    ...ranking(rivals, score.regret).map((line) => `            ${line}`),
    ...warnings.map((warning) => `note        ${warning}`),
  ];
  return `${lines.join("\n")}\n`;
}
