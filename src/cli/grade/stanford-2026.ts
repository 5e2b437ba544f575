import * as z from "zod";
import { type Rival, sortedRivals } from "../../experiment/rivals.ts";
import { bestLossAtSize, optimumOf } from "../../surface/truth.ts";
import type { AnyWorld } from "../../surface/world.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { parseJsonDocument } from "../../task/document.ts";
import { UserError } from "../../task/errors.ts";
import { type PythonObject, readPythonJson } from "../../task/python/json.ts";
import { formatNats, formatPercent, formatSeconds, formatSigned } from "../../task/quantity.ts";
import { TARGET_SECONDS } from "../../task/stanford-2026/budget.ts";
import { type FinalSubmission, configurationText as jobText } from "../../task/stanford-2026/configuration.ts";
import { finalSubmissionOf, runOfJob } from "../../task/stanford-2026/job.ts";
import { errorText, readFinalSubmission } from "../../task/stanford-2026/read.ts";
import type { LossInterval } from "../../task/submission.ts";
import { courseOf, type JobEnd } from "../../training-api/stanford-2026/course.ts";
import { configurationText, optimumText } from "../query-table.ts";
import type { GradeEdition } from "./edition.ts";
import { rankAmong, ranking, rankText } from "./ranking.ts";
import { statedInterval } from "./submission-file.ts";

/** Runs of the submission by which the probability that it ends in time is known: to a few per cent. */
const DRAWS = 400;

/** Spring 2026: a run of 48 hours, which may time out. */
export const stanford2026: GradeEdition = {
  async grade(world, text, file, seed) {
    const { final, interval } = parseFinalFile(text, file);
    const score = finalScore(world, final);
    const rivals = await sortedRivals(world, seed);
    const { predicted_final_loss: predictedLoss } = final;
    const covered = interval && { covered: interval.low <= score.trueLoss && score.trueLoss <= interval.high };
    const optimum = optimumOf(world);
    const grade = {
      ...score,
      predictedLoss,
      lossError: predictedLoss - score.trueLoss,
      ...covered,
      optimum: JSON.parse(
        jobText(finalSubmissionOf({ config: optimum.config, predictedLoss: optimum.loss })),
      ) as object,
      rankAmongStrategies: rankAmong(rivals, score.regret),
      strategies: rivals,
      world: world.document.name,
      warnings: [],
    };
    return { grade, text: gradeText(world, final, score, rivals, optimum.loss) };
  },
};

interface FinalScore {
  readonly regret: number;
  readonly regretFromSize: number;
  readonly regretFromHyperparameters: number;
  /** The expected loss at the end, or where it most often times out, when its time is over. */
  readonly trueLoss: number;
  /** The probability that it ends in time. */
  readonly finishes: number;
  /** Expected seconds without the limit. */
  readonly seconds: number;
  /** The expected loss when it times out; absent where it never does. */
  readonly lossIfTimedOut?: number;
  readonly lnNError: number;
}

/** How a final submission does on a world. A configuration that does not fit in memory has the untrained loss. */
function finalScore(world: AnyWorld, { training_config: submitted }: FinalSubmission): FinalScore {
  const { cluster } = world;
  if (!cluster)
    throw new UserError(`world "${world.document.name}" costs FLOPs: a final submission needs a world of jobs`);
  const config = { ...submitted, max_runtime_seconds: TARGET_SECONDS };
  const expected = cluster.jobs.expected(config);
  const ends = Array.from({ length: DRAWS }, (_, repetition) => courseOf(cluster.jobs, config, repetition).end);
  const finishes = ends.filter((end) => end?.kind === "completed").length / DRAWS;
  const timedOut = ends.filter((end): end is JobEnd & { readonly kind: "timeout" } => end?.kind === "timeout");
  const untrained = cluster.jobs.document.layers.loss.untrained;
  const reached = (evaluations: number) => (evaluations > 0 ? expected.lossAt(evaluations - 1) : untrained);
  const partial = timedOut.map(({ evaluations }) => reached(evaluations)).toSorted((a, b) => a - b);
  const lossIfTimedOut = partial[partial.length >> 1];
  const trueLoss = finishes >= 0.5 ? expected.finalLoss : (lossIfTimedOut ?? untrained);
  const parameters = nonEmbeddingParameters(runOfJob(config));
  const optimum = optimumOf(world);
  const regret = trueLoss - optimum.loss;
  const regretFromSize = Math.min(regret, Math.max(0, bestLossAtSize(world, parameters) - optimum.loss));
  return {
    regret,
    regretFromSize,
    regretFromHyperparameters: regret - regretFromSize,
    trueLoss,
    finishes,
    seconds: expected.runtimeSeconds,
    ...(lossIfTimedOut !== undefined && { lossIfTimedOut }),
    lnNError: Math.log(parameters / nonEmbeddingParameters(optimum.config)),
  };
}

function gradeText(
  world: AnyWorld,
  { training_config: config, predicted_final_loss: predicted }: FinalSubmission,
  score: FinalScore,
  rivals: readonly Rival[],
  best: number,
): string {
  const { trueLoss, regret, regretFromSize, regretFromHyperparameters, finishes, seconds, lossIfTimedOut } = score;
  const partial =
    lossIfTimedOut === undefined || lossIfTimedOut === trueLoss
      ? ""
      : `; ${formatNats(lossIfTimedOut)} when it times out`;
  const lines = [
    `graded on ${world.document.name} (simulated)`,
    "",
    `submitted   ${configurationText(runOfJob(config))}`,
    `best        ${optimumText(world)}`,
    `in time     ${formatPercent(finishes)} of runs end within ${formatSeconds(TARGET_SECONDS)}; ${formatSeconds(seconds)} are expected`,
    `true loss   ${formatNats(trueLoss)}${partial}; the best possible is ${formatNats(best)}`,
    `regret      ${formatNats(regret)} nats = ${formatNats(regretFromSize)} from size + ${formatNats(regretFromHyperparameters)} from hyperparameters and tokens`,
    `predicted   ${formatNats(predicted)}, ${formatSigned(predicted - trueLoss)} off`,
    `ln N error  ${formatSigned(score.lnNError)}`,
    `rank        ${rankText(rivals, regret)}, with the package's strategies on the same world:`,
    ...ranking(rivals, regret).map((line) => `            ${line}`),
  ];
  return `${lines.join("\n")}\n`;
}

const stated = z.object({ interval: statedInterval.optional() });

/** Reads the body of `POST /final_submission`, or `result.json` of a run, which states an interval too. */
export function parseFinalFile(text: string, file: string): { final: FinalSubmission; interval?: LossInterval } {
  const { interval } = parseJsonDocument(stated, text, file);
  const document = readPythonJson(text, (reason) => new UserError(`${file}: ${reason}`)) as PythonObject;
  const nested = document.get("submission");
  const body = new Map(nested instanceof Map ? (nested as PythonObject) : document);
  body.delete("submitted_at");
  const read = readFinalSubmission(body);
  if ("errors" in read) {
    const other = body.has("d_model")
      ? "; this looks like a submission of 2025: name a world such as stanford-2025/central"
      : "";
    throw new UserError(
      `${file}: ${errorText(read.errors)}; a world of jobs grades what POST /final_submission takes${other}`,
    );
  }
  return { final: read.value, ...(interval && { interval }) };
}
