import { BESIROGLU, chinchillaLoss, chinchillaSize } from "../../src/law/chinchilla.ts";
import { CONTEXT_LENGTH, nonEmbeddingParameters } from "../../src/task/accounting.ts";
import { type AnsweredRun, answered, type Run } from "../../src/task/configuration.ts";
import type { Rng } from "../../src/task/random.ts";
import { realizeShape } from "../../src/task/realize.ts";
import type { Submission } from "../../src/task/submission.ts";
import type { Task } from "../../src/task/task.ts";
import { toSubmission } from "../believing/index.ts";
import { asksTheEndpoint } from "./candidates.ts";
import {
  type Bounds,
  bestAdmissibleChoice,
  boundsOf,
  DRAWS,
  drawSurfaces,
  expectedLoss,
  likeliest,
  lossQuantiles,
} from "./decision.ts";
import type { Uncertainty } from "./design.ts";
import { familiesFor } from "./families.ts";
import type { Ingredients } from "./ingredients.ts";
import { fitMixture, type Mixture } from "./mixture.ts";
import { type LogFeatures, logFeaturesOf } from "./surface-family.ts";

/** Fewer answers than this are too few to fit. */
export const FEWEST = 4;
const LEVEL = 0.8;

/** What follows from runs, in nats. */
export interface Beliefs {
  readonly mixture: Mixture;
  readonly bounds: Bounds;
  /** The unit of the losses, in nats: one unless they cannot be nats per token. */
  readonly unit: number;
}

/** The mixture after these runs; undefined where they are too few. */
export function believe(
  runs: readonly AnsweredRun[],
  task: Task,
  ingredients: Ingredients,
  before?: Mixture,
): Beliefs | undefined {
  if (runs.length < FEWEST) return undefined;
  const unit = unitOf(runs);
  const inNats = unit === 1 ? runs : runs.map((run) => ({ ...run, loss: run.loss / unit }));
  const families = before
    ? before.possible.map(({ family }) => family)
    : familiesFor(task, ingredients.effects).filter(({ name }) => ingredients.includes(name));
  const mixture = fitMixture(
    inNats,
    families,
    { ...ingredients, tight: !asksTheEndpoint(task) },
    Math.log(task.target),
    before,
  );
  return mixture.fitted.length > 0 ? { mixture, bounds: boundsOf(runs, task), unit } : undefined;
}

/** The submission of lowest expected loss. */
export function concludeFrom(
  { mixture, bounds, unit }: Beliefs,
  task: Task,
  { integrate }: Pick<Ingredients, "integrate">,
  rng: Rng,
): Submission {
  const drawn = integrate ? drawSurfaces(mixture, DRAWS.choice, rng) : likeliest(mixture);
  const lossOf = (features: LogFeatures) => expectedLoss(drawn, features);
  const [logN, logRate, logAspect, logBatch] = bestAdmissibleChoice(lossOf, task, bounds);
  const shape = realizeShape(Math.exp(logN), task.admissible, Math.exp(logAspect));
  const learningRate = Math.exp(logRate);
  const batchSize = Math.round(Math.exp(logBatch) / CONTEXT_LENGTH);
  const features = logFeaturesOf({ ...shape, learningRate, batchSize, trainFlops: task.target });
  const tail = (1 - LEVEL) / 2;
  const shares = [tail, 0.5, 1 - tail];
  const ends = integrate
    ? lossQuantiles(mixture, features, shares, DRAWS.interval, rng)
    : shares.map(() => lossOf(features));
  const [low, loss, high] = ends.map((end) => unit * end) as [number, number, number];
  return toSubmission(
    {
      N: nonEmbeddingParameters(shape),
      loss,
      learningRate,
      batchSize,
      aspectRatio: shape.dModel / shape.numLayers,
      interval: { level: LEVEL, low, high },
      law: `weighted mean of loss surfaces: ${mixture.fitted.map(({ family, weight }) => `${Math.round(100 * weight)} % ${family.name}`).join("; ")}`,
    },
    task,
  );
}

/** The answers whose loss is finite: one that is not would rule out every family. */
export function finiteRuns(runs: readonly Run[]): AnsweredRun[] {
  return answered(runs).filter(({ loss }) => Number.isFinite(loss));
}

/** Losses this far from what the literature expects are not in nats per token. */
const PLAUSIBLE = [0.6, 1.7] as const;

/** The unit of the losses in nats, judged by the lowest one of the largest budget. */
function unitOf(runs: readonly AnsweredRun[]): number {
  const top = Math.max(...runs.map(({ trainFlops }) => trainFlops));
  const lowest = Math.min(...runs.flatMap((run) => (run.trainFlops > 0.3 * top ? [run.loss] : [])));
  const N = chinchillaSize(top);
  const ratio = lowest / chinchillaLoss(BESIROGLU, N, top / (6 * N));
  return ratio > PLAUSIBLE[0] && ratio < PLAUSIBLE[1] ? 1 : ratio;
}

/** An uncertainty in nats as one in the unit of the losses. */
export function inUnit({ regret, lossSd, sizeSd }: Uncertainty, unit: number): Uncertainty {
  return { regret: regret * unit, lossSd: lossSd * unit, sizeSd };
}
