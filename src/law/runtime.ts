import { CONTEXT_LENGTH, nonEmbeddingParameters, VOCABULARY_SIZE } from "../task/accounting.ts";
import type { ClockBudget, RuntimeConstant } from "../task/clock.ts";
import type { RunConfig } from "../task/configuration.ts";

/** The constants of the runtime law, each positive. */
export type RuntimeConstants = Readonly<Record<RuntimeConstant, number>>;

/** What of a configuration decides how long a token takes. */
export type Timed = Pick<RunConfig, "dModel" | "numLayers" | "batchSize">;

/**
 * Seconds that a step of B sequences takes, each term a roofline of its own:
 *
 *     512·B·(token + layer·L + width·L·d + flops·(12·L·d² + 32000·d)) + step·L
 *
 * Per token: the output layer's memory traffic, that of each layer, that of each layer's activations, and
 * multiplications; per step and layer: starting the kernels (Williams et al. 2009).
 */
export function secondsPerStep(c: RuntimeConstants, { dModel, numLayers, batchSize }: Timed): number {
  const multiplications = nonEmbeddingParameters({ dModel, numLayers }) + VOCABULARY_SIZE * dModel;
  const perToken = c.token + numLayers * (c.layer + c.width * dModel) + c.flops * multiplications;
  return batchSize * CONTEXT_LENGTH * perToken + c.step * numLayers;
}

/** Seconds that a run takes from its first step to its last evaluation; `start` once, and each evaluated token its share of a trained one. */
export function runtimeOf(c: RuntimeConstants, timed: Timed, tokens: number, clock: ClockBudget): number {
  const perToken = secondsPerStep(c, timed) / (timed.batchSize * CONTEXT_LENGTH);
  return c.start + (tokens + evaluated(c, clock)) * perToken;
}

/**
 * Tokens that fit in some seconds: whole steps, as many between two evaluations as between any other two; at least one
 * step each.
 */
export function tokensWithin(c: RuntimeConstants, timed: Timed, seconds: number, clock: ClockBudget): number {
  const perStep = secondsPerStep(c, timed);
  const tokensPerStep = timed.batchSize * CONTEXT_LENGTH;
  const steps = (seconds - c.start) / perStep - evaluated(c, clock) / tokensPerStep;
  const perEvaluation = Math.max(1, Math.floor(steps / clock.evaluations));
  return perEvaluation * clock.evaluations * tokensPerStep;
}

/** The medians of what is known of a runtime beforehand. */
export function usualRuntime({ runtime }: ClockBudget): RuntimeConstants {
  return Object.fromEntries(Object.entries(runtime).map(([name, { median }]) => [name, median])) as RuntimeConstants;
}

/** The share of a run's seconds that is planned for where nothing but the usual runtime is known: it is off by a quarter. */
const PLANNED = 0.75;

/** The tokens of a configuration that does not choose them, where the task has a clock. */
export function plannedTokens(config: RunConfig, clock: ClockBudget): number {
  return tokensWithin(usualRuntime(clock), config, PLANNED * config.trainFlops, clock);
}

function evaluated({ evaluation }: RuntimeConstants, { evaluations, evaluationTokens }: ClockBudget): number {
  return evaluation * evaluations * evaluationTokens;
}
