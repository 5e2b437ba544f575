import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { answered, type Run } from "../../src/task/configuration.ts";
import type { Submission } from "../../src/task/submission.ts";
import type { Task } from "../../src/task/task.ts";
import { literatureSubmission } from "../believing/literature.ts";
import { submit } from "../believing/submit.ts";
import { forecastFrontier } from "./frontier.ts";

/**
 * The run with the lowest loss carried to the target: its learning rate and batch, its size grown as √C (both N and D
 * grow alike in Hoffmann et al. 2022). For strategies that look for one good run and fit no law of size.
 */
export function scaledBest(runs: readonly Run[], task: Task): Submission {
  const known = answered(runs);
  if (known.length === 0) return literatureSubmission(task);
  const best = known.reduce((lowest, run) => (run.loss < lowest.loss ? run : lowest));
  const frontier = forecastFrontier([{ C: best.trainFlops, loss: best.loss }], task.target);
  return submit(
    {
      N: nonEmbeddingParameters(best) * Math.sqrt(task.target / best.trainFlops),
      loss: frontier.loss,
      learningRate: best.learningRate,
      batchSize: best.batchSize,
      law: `the best run's size times √C; ${frontier.law}`,
    },
    task,
  );
}
