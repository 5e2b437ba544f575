import { nonEmbeddingParameters } from "../../../task/accounting.ts";
import { formatCount, formatPercent, formatSeconds, formatShort } from "../../../task/quantity.ts";
import type { LossInterval } from "../../../task/submission.ts";
import { setWords } from "../../axes.ts";
import {
  type Block,
  type Document,
  heading,
  lawEquation,
  powerLawEquation,
  sizeEquation,
  table,
  text,
} from "../block.ts";
import type { ChecklistItem } from "../checklist.ts";
import { PROVENANCE } from "../document.ts";
import { constantsTable, fittedText, statedLaw } from "../law-blocks.ts";
import { curvesFigure } from "./curves.ts";
import type { JobWriteupNumbers } from "./numbers.ts";

/** The write-up that the assignment of 2026 asks for, of numbers from one journal. */
export function jobWriteupDocument(numbers: JobWriteupNumbers, checklist: readonly ChecklistItem[]): Document {
  const { source, plan, cap, target, done } = numbers;
  const blocks = [
    ...submission(numbers),
    ...evidence(numbers),
    ...law(numbers),
    ...limits(numbers),
    ...end(numbers, checklist),
  ];
  return {
    title: `Scaling laws on ${formatSeconds(cap)} of one B200`,
    subtitle: `A prediction for ${formatSeconds(target)} by ${plan.strategy.name}${done ? "" : " (the run was not finished)"}`,
    provenance: PROVENANCE[source],
    real: source === "real",
    blocks,
  };
}

/** What is or would be sent, first. */
function submission({ submission, modelSize, tokens, target, spent, cap, sentAt }: JobWriteupNumbers): Block[] {
  const { config, predictedLoss, interval, runtime } = submission;
  const within = (given: LossInterval | undefined, show: (value: number) => string) =>
    given ? ` (${formatPercent(given.level)} interval ${show(given.low)} to ${show(given.high)})` : "";
  const nats = (loss: number) => loss.toFixed(4);
  const whole = (seconds: number) => formatSeconds(Math.round(seconds));
  const timing = runtime
    ? `It is expected to train for ${whole(runtime.seconds)} and to end in time with a probability of ${formatPercent(runtime.finishes)}.`
    : "The strategy states no runtime.";
  return [
    heading("Final submission"),
    text(
      `The best model for ${formatSeconds(target)} is predicted to have ${formatCount(modelSize)} parameters, to train on ${formatCount(tokens)} tokens and to reach a loss of ${predictedLoss.toFixed(3)} nats per token.`,
      timing,
      `${formatSeconds(spent)} of ${formatSeconds(cap)} were used to find it.`,
      sentAt === undefined
        ? "It has not been sent to /final_submission."
        : `The endpoint stored it at ${sentAt} through /final_submission.`,
    ),
    table({
      caption: "The final submission.",
      columns: ["quantity", "value"],
      left: [1],
      rows: [
        ["model size N", modelSize.toLocaleString("en-US")],
        ["hidden_size", String(config.dModel)],
        ["num_hidden_layers", String(config.numLayers)],
        ["num_attention_heads", String(config.numHeads)],
        ["train_batch_size", String(config.batchSize)],
        ["peak learning rate", formatShort(config.learningRate)],
        ["total_train_tokens", tokens.toLocaleString("en-US")],
        ["predicted loss", `${nats(predictedLoss)}${within(interval, nats)}`],
        ["expected seconds", runtime ? `${whole(runtime.seconds)}${within(runtime.interval, whole)}` : "–"],
      ],
    }),
    sizeEquation(config.numLayers, config.dModel, modelSize),
    text("submission.json is the body that POST /final_submission takes."),
  ];
}

function evidence(numbers: JobWriteupNumbers): Block[] {
  const { method, plan, runs, reserved } = numbers;
  const figure = curvesFigure(numbers);
  return [
    heading("Runs"),
    text(`${plan.strategy.name}: ${setWords(method)}.`, `It asked for ${runs.length} jobs.`),
    table({
      caption: "Jobs by the seconds they reserved; the best of those that completed.",
      columns: ["reserved", "jobs", "completed", "timed out", "best N", "tokens", "loss"],
      rows: reserved.map(({ seconds, jobs, completed, timedOut, best }) => [
        formatSeconds(seconds),
        String(jobs),
        String(completed),
        String(timedOut),
        best ? formatCount(best.N) : "–",
        best ? formatCount(best.D) : "–",
        best ? best.loss.toFixed(4) : "–",
      ]),
    }),
    ...(figure
      ? [{ kind: "figure", name: "curves", figure, caption: "Loss curves of all jobs; darker is larger." } as const]
      : []),
  ];
}

function law({ law, submission, plan }: JobWriteupNumbers): Block[] {
  const whose = `The submitted size and loss are those of the strategy ${plan.strategy.name}.`;
  const stated = text(whose, statedLaw(submission));
  if (!law) return [heading("Scaling law"), text("The completed jobs do not determine a law of N and D."), stated];
  return [
    heading("Scaling law"),
    text(
      "Following Hoffmann et al. (2022, approach 3), the loss is modeled as a floor, a term for the model's size and a term for its data:",
    ),
    lawEquation(),
    text(
      "The law is fitted to the best completed job of each size and compute, 6·N·D; the fit minimizes the Huber loss of ln(predicted/observed).",
      fittedText(law),
    ),
    constantsTable(law),
    text("The lowest loss of a compute is reached at a power of it:"),
    powerLawEquation("N", law.size),
    text(
      `With the submission's compute, the law's best model has ${formatCount(law.at.N)} parameters and a loss of ${law.at.loss.toFixed(4)}.`,
    ),
    stated,
  ];
}

function limits({ submission, runs, tokens }: JobWriteupNumbers): Block[] {
  const timedOut = runs.filter(({ status }) => status === "timed-out").length;
  const longest = Math.max(0, ...runs.map(({ course }) => course?.trained ?? 0));
  const largest = Math.max(0, ...runs.map(nonEmbeddingParameters));
  const beyond = (asked: number, tried: number, of: string) =>
    tried > 0 && asked > tried ? [`The submission has ${formatShort(asked / tried)} times ${of}.`] : [];
  return [
    heading("Limits"),
    {
      kind: "list",
      items: [
        ...beyond(tokens, longest, "the most tokens of any job"),
        ...beyond(nonEmbeddingParameters(submission.config), largest, "the largest size of any job"),
        ...(timedOut > 0
          ? [
              `Jobs that timed out: ${timedOut}. The learning rate of such a job was not annealed, so that its loss is above that of a completed job with as many tokens.`,
            ]
          : []),
        "Weight decay, betas, clipping, the schedule's fractions and precision are the handout's and were not varied by planned jobs.",
      ],
    },
  ];
}

/** How to get every number again, the checklist, and all jobs. */
function end({ plan, runs }: JobWriteupNumbers, checklist: readonly ChecklistItem[]): Block[] {
  return [
    heading("Reproduction"),
    text(
      "code.zip contains the journal (every job and answer, with checksums), the plan and a program. The program contacts no endpoint and needs no key: it repeats the strategy on the journal's answers and compares every number with numbers.json.",
    ),
    { kind: "code", text: "unzip code.zip -d code\ncd code\nnode reproduce.js" },
    text(`isoflop ${plan.code.version}, seed ${plan.seed}, plan ${plan.fingerprint}.`),
    heading("Submission checklist"),
    table({
      caption: "Checked when this was written.",
      columns: ["", "item", "found"],
      left: [1, 2],
      rows: checklist.map(({ item, passed, detail }) => [passed ? "✓" : "✗", item, detail]),
    }),
    heading("All jobs"),
    table({
      caption: "All jobs in order.",
      columns: ["", "reserved", "used", "L", "d", "batch", "lr", "tokens", "loss"],
      small: true,
      rows: runs.map((run, i) => [
        String(i + 1),
        formatSeconds(run.trainFlops),
        run.course ? formatSeconds(run.course.seconds) : "–",
        String(run.numLayers),
        String(run.dModel),
        String(run.batchSize),
        formatShort(run.learningRate),
        run.tokens === undefined ? "–" : formatCount(run.tokens),
        run.status === "ok" ? (run.loss as number).toFixed(4) : run.status,
      ]),
    }),
  ];
}
