import { formatCount, formatFlops } from "../../../task/quantity.ts";
import { type Block, heading, table, text } from "../block.ts";
import { sizeEquation } from "../equation.ts";
import type { WriteupNumbers } from "../numbers.ts";

/** What the form asks for, first. */
export function submission(numbers: WriteupNumbers): Block[] {
  const { submission, modelSize, target, spent, cap } = numbers;
  const { config, predictedLoss, interval } = submission;
  const predicted = interval
    ? `${predictedLoss.toFixed(4)}, [${interval.low.toFixed(4)}, ${interval.high.toFixed(4)}] at ${100 * interval.level} %`
    : `${predictedLoss.toFixed(4)} (the strategy states no interval; see "Fit quality and predictions")`;
  return [
    heading("Submission"),
    text(
      `The best model for ${formatFlops(target)} FLOPs is predicted to have ${formatCount(modelSize)} parameters and to reach a loss of ${predictedLoss.toFixed(3)} nats per token.`,
      `${formatFlops(spent)} of ${formatFlops(cap)} FLOPs were spent to find it.`,
    ),
    table({
      caption: "Values for the form.",
      columns: ["quantity", "value"],
      left: [1],
      rows: [
        ["model size N", modelSize.toLocaleString("en-US")],
        ["d_model", String(config.dModel)],
        ["num_layers", String(config.numLayers)],
        ["num_heads", `${config.numHeads} (${config.dModel / config.numHeads} dimensions each)`],
        ["batch size", String(config.batchSize)],
        ["learning rate", String(Number(config.learningRate.toPrecision(6)))],
        ["predicted loss", predicted],
      ],
    }),
    sizeEquation(config.numLayers, config.dModel, modelSize),
  ];
}
