import { playRivals, type Rival } from "../../experiment/rivals.ts";
import { type Score, scoreSubmission } from "../../experiment/score.ts";
import { submissionDocument } from "../../flight/submission-document.ts";
import { optimumOf } from "../../surface/truth.ts";
import type { World } from "../../surface/world.ts";
import { readTextFile } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";
import { formatNats, formatSigned } from "../../task/quantity.ts";
import type { Submission } from "../../task/submission.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { loadWorld } from "../load-world.ts";
import { configurationText, optimumText } from "../query-table.ts";
import { parseSubmissionFile } from "./submission-file.ts";

/** The options of `isoflop grade`, parsed. */
export interface GradeOptions extends CommonOptions {
  readonly world?: string;
  readonly sealed?: string;
}

/** Scores a submission by the truth of a world, and ranks it among the package's strategies on that world. */
export async function runGrade(file: string, options: GradeOptions, terminal: Terminal): Promise<void> {
  const named = options.world ?? options.sealed;
  if (named === undefined || (options.world !== undefined && options.sealed !== undefined))
    throw new UserError("grade needs either --world NAME or --sealed FILE: the world that the submission was made on");
  const { submission, warnings } = parseSubmissionFile(readTextFile(file, "submission"), file);
  const world = await loadWorld(named);
  const score = scoreSubmission(world, submission);
  const rivals: Rival[] = [];
  for await (const rival of playRivals(world, options.seed)) rivals.push(rival);
  const regretOf = ({ regret }: Rival) => regret ?? Number.POSITIVE_INFINITY;
  rivals.sort((a, b) => regretOf(a) - regretOf(b));
  const better = rivals.filter(({ regret }) => regret !== undefined && regret < score.regret).length;
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
    rankAmongStrategies: better + 1,
    strategies: rivals,
    world: world.document.name,
    warnings,
  };
  terminal.out(options.json ? `${JSON.stringify(grade)}\n` : text(submission, score, world, rivals, warnings));
}

function text(
  submission: Submission,
  score: Score,
  world: World,
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

/** The place among the rivals, in words where it is shared: `2 of 20` or `shared 1 of 20 (as good: champion)`. */
function rankText(rivals: readonly Rival[], own: number): string {
  const better = rivals.filter(({ regret }) => regret !== undefined && regret < own);
  const equal = rivals.filter(({ regret }) => regret === own).map(({ name }) => name);
  const place = `${better.length + 1} of ${rivals.length + 1}`;
  return equal.length === 0 ? place : `shared ${place} (as good: ${equal.join(", ")})`;
}

function ranking(rivals: readonly Rival[], own: number): string[] {
  // First among equals: the sort keeps the order of equals.
  const entries = [{ name: "this submission", regret: own }, ...rivals];
  const regretOf = ({ regret }: Rival) => regret ?? Number.POSITIVE_INFINITY;
  return entries
    .sort((a, b) => regretOf(a) - regretOf(b))
    .map(({ name, regret }) => `${regret === undefined ? "failed" : formatNats(regret)}  ${name}`);
}
