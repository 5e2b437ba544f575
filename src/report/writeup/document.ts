import type { JournaledRun } from "../../flight/reconstruct.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import { formatCount, formatPercent, formatShort } from "../../task/quantity.ts";
import type { Source } from "../../training-api/training-api.ts";
import { type Block, type Document, heading, sizeEquation, table, text } from "./block.ts";
import type { ChecklistItem } from "./checklist.ts";
import { conclusions } from "./conclusions.ts";
import { evidence, flops, purposeName } from "./evidence.ts";
import type { WriteupNumbers } from "./numbers.ts";

/** The note on every page: where the numbers come from. */
export const PROVENANCE: Readonly<Record<Source, string>> = {
  real: "REAL: every loss was answered by the real training API",
  simulated: "SIMULATED: every loss was answered by an isoflop mock, none by a trained model",
  replay: "REPLAY: every loss was taken from a table of past runs",
};

/** The write-up that the assignment asks for, of numbers from one journal. */
export function writeupDocument(numbers: WriteupNumbers, checklist: readonly ChecklistItem[]): Document {
  const { source, plan, cap, target } = numbers;
  const blocks: Block[] = [
    ...submission(numbers),
    ...evidence(numbers),
    ...conclusions(numbers),
    ...reproduction(numbers, checklist),
  ];
  return {
    title: `Scaling laws on ${flops(cap)} FLOPs`,
    subtitle: `A prediction for ${flops(target)} FLOPs by ${plan.strategy.name}${numbers.done ? "" : " (the run was not finished)"}`,
    provenance: PROVENANCE[source],
    real: source === "real",
    blocks,
  };
}

/** What the form asks for, first. */
export function submission(numbers: WriteupNumbers): Block[] {
  const { submission, modelSize, target, spent, cap } = numbers;
  const { config, predictedLoss, interval } = submission;
  const predicted = interval
    ? `${predictedLoss.toFixed(4)} (${formatPercent(interval.level)} interval ${interval.low.toFixed(4)} to ${interval.high.toFixed(4)})`
    : `${predictedLoss.toFixed(4)} (the strategy states no interval)`;
  return [
    heading("Submission"),
    text(
      `The best model for ${flops(target)} FLOPs is predicted to have ${formatCount(modelSize)} parameters and to reach a loss of ${predictedLoss.toFixed(3)} nats per token.`,
      `${flops(spent)} of ${flops(cap)} FLOPs were spent to find it.`,
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

/** How to get every number again, the checklist, and all runs. */
function reproduction({ plan, runs, purposes }: WriteupNumbers, checklist: readonly ChecklistItem[]): Block[] {
  return [
    heading("Reproduction"),
    text(
      "code.zip contains the journal of the run (every query and answer, with checksums), the plan, and a program. The program contacts no endpoint and needs no key: it repeats the strategy on the journal's answers, fits the laws again, and compares every number with numbers.json.",
    ),
    {
      kind: "code",
      text: 'unzip code.zip -d code\ncd code\nnode reproduce.js        # Node 22.18 or newer; ends in "every number reproduced"',
    },
    text(
      `isoflop ${plan.code.version}, seed ${plan.seed}, plan ${plan.fingerprint.slice(0, 12)}${plan.strategy.hash && plan.strategy.kind !== "shipped" ? `, ${plan.strategy.kind} ${plan.strategy.hash.slice(0, 12)}` : ""}.`,
    ),
    heading("Submission checklist"),
    table({
      caption: "The assignment's checklist, as checked when this was written.",
      columns: ["", "item", "found"],
      left: [1, 2],
      rows: checklist.map(({ item, passed, detail }) => [passed ? "✓" : "✗", item, detail]),
    }),
    heading("All runs"),
    table({
      caption: `All queries in order.${purposes.length > 0 ? " The last column names the reason in the table of reasons." : ""}${runs.some(({ from }) => from === "previous_runs") ? " p: paid for earlier." : ""}${runs.some(({ from }) => from === "here") ? " h: refused before it was sent." : ""}`,
      columns: ["", "C", "L", "d", "heads", "batch", "lr", "N", "loss", ...(purposes.length > 0 ? ["why"] : [])],
      small: true,
      rows: runs.map((run, i) => [
        ...runRow(run, i),
        ...(purposes.length > 0 ? [purposeName(purposes.findIndex((purpose) => purpose.runs.includes(i)))] : []),
      ]),
    }),
  ];
}

const MARKS = { endpoint: "", previous_runs: " p", here: " h" } as const;

function runRow(run: JournaledRun, i: number): string[] {
  const { trainFlops, numLayers, dModel, numHeads, batchSize, learningRate, status, loss, from } = run;
  return [
    String(i + 1),
    flops(trainFlops),
    String(numLayers),
    String(dModel),
    String(numHeads),
    String(batchSize),
    formatShort(learningRate),
    formatCount(nonEmbeddingParameters(run)),
    `${status === "ok" ? (loss as number).toFixed(4) : status}${MARKS[from]}`,
  ];
}
