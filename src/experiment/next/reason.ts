import { nonEmbeddingParameters } from "../../task/accounting.ts";
import type { RunConfig } from "../../task/configuration.ts";
import { formatFlops, formatShort } from "../../task/quantity.ts";

/** Sizes within this factor of the best one are near it. */
const NEAR = 1.35;

/**
 * Why a run is worth its cost, in words: where its budget lies among those known, where its size lies against the expected
 * best one, and what that shows.
 *
 * @param now the expected optimum at the target, from which the best size at other budgets follows as √C.
 */
export function reasonFor(
  config: RunConfig,
  known: readonly RunConfig[],
  planned: readonly RunConfig[],
  now: { readonly C: number; readonly N: number },
  recipes: boolean,
): string {
  const C = config.trainFlops;
  const top = Math.max(...known.map(({ trainFlops }) => trainFlops));
  const best = now.N * Math.sqrt(C / now.C);
  const ratio = nonEmbeddingParameters(config) / best;
  const factor = formatShort(Number(Math.max(ratio, 1 / ratio).toPrecision(2)));
  const size =
    ratio > NEAR
      ? `${factor} times the best size there, to see the loss rise above it`
      : ratio < 1 / NEAR
        ? `the best size there divided by ${factor}, to see the loss rise below it`
        : "near the best size there, to see how low the loss gets";
  const tried = known.filter(({ trainFlops }) => trainFlops === C).length;
  const level =
    C > top
      ? planned.some(({ trainFlops }) => trainFlops === C)
        ? "again beyond all your runs"
        : `${formatShort(Number((C / top).toPrecision(2)))} times your largest budget, where nothing is known`
      : tried > 0
        ? `beside your ${tried === 1 ? "run" : `${tried} runs`} of ${formatFlops(C)}`
        : "a budget between yours";
  const recipe = recipes ? `, lr ${formatShort(config.learningRate)}, batch ${config.batchSize}` : "";
  return `${level}; ${size}${recipe}`;
}
