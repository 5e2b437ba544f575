import { formatCount, formatFlops, formatShort } from "../../task/quantity.ts";
import { WIRE_NAMES } from "../../task/stanford-2025/wire.ts";
import { type Block, heading, table, text } from "./block.ts";
import type { Comparison, WriteupNumbers } from "./numbers.ts";

/** The evidence for the hyperparameters, how the size became a shape, and the decisions made. */
export function conclusions(numbers: WriteupNumbers): Block[] {
  return [...hyperparameters(numbers), ...shape(numbers), ...decisions(numbers)];
}

function hyperparameters({ comparisons, submission }: WriteupNumbers): Block[] {
  const { batchSize, learningRate, numHeads } = submission.config;
  const compared = comparisons.filter(
    ({ field }) => field === "learningRate" || field === "batchSize" || field === "numHeads",
  );
  const named = (field: Comparison["field"]) => compared.some((comparison) => comparison.field === field);
  const silent = (["learningRate", "batchSize", "numHeads"] as const).filter((field) => !named(field));
  return [
    heading("Hyperparameters"),
    text(
      `We submit learning rate ${formatShort(learningRate)}, batch size ${batchSize} and ${numHeads} heads.`,
      compared.length > 0
        ? "The table compares runs that differ in only one of these; identical losses mean that the API ignores the difference."
        : "No two runs differ in only one of these.",
      ...(silent.length > 0
        ? [
            `Not compared in these runs and chosen by the strategy: ${silent.map((field) => WIRE_NAMES[field]).join(", ")}.`,
          ]
        : []),
    ),
    ...(compared.length > 0
      ? [
          table({
            caption: "Runs that differ in one hyperparameter only.",
            columns: ["varied", "all else equal", "losses", "lowest at"],
            left: [1, 2],
            rows: compared.map(({ field, of, values }) => [
              WIRE_NAMES[field],
              of,
              values.map(({ value, loss }) => `${formatShort(value)}: ${loss.toFixed(4)}`).join("   "),
              lowestAt(values),
            ]),
          }),
        ]
      : []),
  ];
}

function lowestAt(values: Comparison["values"]): string {
  const least = Math.min(...values.map(({ loss }) => loss));
  return values
    .filter(({ loss }) => loss === least)
    .map(({ value }) => formatShort(value))
    .join(", ");
}

function shape({ submission, modelSize, wanted, minima, target }: WriteupNumbers): Block[] {
  const { dModel, numLayers, numHeads } = submission.config;
  const asked = wanted ?? minima?.at.N;
  const whose = wanted === undefined ? "The power law through the lowest runs" : "The strategy's law";
  const percent = asked === undefined ? 0 : 100 * (modelSize / asked - 1);
  return [
    heading("From a size to a shape"),
    text(
      `The shape is ${numLayers} layers of width ${dModel} (aspect ratio ${(dModel / numLayers).toFixed(1)}) with ${numHeads} heads of ${dModel / numHeads} dimensions: N = ${formatCount(modelSize)}.`,
      ...(asked === undefined
        ? []
        : [
            `${whose} asks for N = ${formatCount(asked)} at ${formatFlops(target)} FLOPs; the shape is ${Math.abs(percent) < 0.05 ? "of that size" : `${Math.abs(percent).toFixed(1)} % ${percent < 0 ? "smaller" : "larger"}`}${Math.abs(percent) > 10 ? ": more than rounding to whole layers explains: a limit on the shape or another law of the strategy decided" : ""}.`,
          ]),
    ),
  ];
}

function decisions({ budgets, source, done, spent, cap, runs, target }: WriteupNumbers): Block[] {
  const top = budgets.at(-1);
  const edges = budgets.filter(({ best }) => best?.atEdge);
  const items = [
    ...(top
      ? [
          `The largest budget bought is ${formatFlops(top.C)} FLOPs, ${(Math.log10(target / top.C)).toFixed(1)} orders of magnitude below the target of ${formatFlops(target)}: the prediction extrapolates that far.`,
        ]
      : []),
    edges.length > 0
      ? `At ${edges.map(({ C }) => formatFlops(C)).join(", ")} FLOPs the lowest run has the smallest or largest size tried: the optimum there is a bound, not a measurement.`
      : "At every budget with several sizes, the lowest run lies between the smallest and the largest size.",
    `${formatFlops(cap - spent)} of ${formatFlops(cap)} FLOPs were left unspent.`,
    `N is counted as 12·L·d² throughout, as the form asks, and D is C/(6N). The 2025 API also charges for the output layer, which these laws absorb.`,
    ...(runs.some(({ status }) => status === "refused")
      ? ["Refused queries cost nothing; the strategy continued with the runs it had."]
      : []),
    ...(source === "simulated"
      ? ["The endpoint was simulated: these numbers test the method and say nothing about real models."]
      : []),
    ...(done ? [] : ["The run is not finished: the values use only the runs so far."]),
  ];
  return [heading("Design decisions"), { kind: "list", items }];
}
