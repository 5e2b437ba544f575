import type { Optimum } from "../../fit/fitter.ts";
import { formatFlops } from "../../task/quantity.ts";

/** The one-sentence answers the handout asks for: optimal model size, and optimal data set size, for each budget. */
export function answers(predictions: readonly Optimum[]): string {
  return [
    sentence(
      "model size",
      "parameters",
      predictions.map(({ C, N }) => [C, N]),
    ),
    sentence(
      "data set size",
      "tokens",
      predictions.map(({ C, D }) => [C, D]),
    ),
  ].join("\n");
}

function sentence(quantity: string, unit: string, values: readonly (readonly [C: number, value: number])[]): string {
  const clauses = values.map(([C, value]) => `${rounded(value)} ${unit} for a budget of ${formatFlops(C)} FLOPs`);
  return `The predicted compute-optimal ${quantity} is ${clauses.join(" and ")}.`;
}

/** Three digits in words: `50.0 billion`. */
function rounded(value: number): string {
  const scales = [
    [1e12, "trillion"],
    [1e9, "billion"],
    [1e6, "million"],
  ] as const;
  const [scale, word] = scales.find(([size]) => value >= size * 0.9995) ?? [1, ""];
  return `${(value / scale).toPrecision(3)} ${word}`.trimEnd();
}
