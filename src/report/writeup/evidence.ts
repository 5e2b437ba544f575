import { isUsable } from "../../fit/fitter.ts";
import { formatCount, formatPercent, formatShort } from "../../task/quantity.ts";
import { scientific, setWords } from "../axes.ts";
import type { Figure } from "../figure.ts";
import { type Block, heading, lawEquation, powerLawEquation, table, text } from "./block.ts";
import { isoflopFigure, lossFigure, sizeFigure } from "./figures.ts";
import { constantsTable, fittedText, statedLaw } from "./law-blocks.ts";
import type { MethodNumbers, WriteupNumbers } from "./numbers.ts";

/** Which runs were bought, how laws were made of them, and how well those fit. */
export function evidence(numbers: WriteupNumbers): Block[] {
  return [...selection(numbers), ...method(numbers), ...quality(numbers)];
}

function selection(numbers: WriteupNumbers): Block[] {
  const { runs, budgets, purposes, plan, spent, summary } = numbers;
  const answered = runs.filter(({ status }) => status === "ok");
  const reused = answered.filter(({ from }) => from === "previous_runs").length;
  const rejected = runs.length - answered.length;
  const { name, kind } = plan.strategy;
  return [
    heading("Run selection"),
    text(
      `The runs were chosen by the strategy ${name}${summary === undefined ? "" : ` (${setWords(summary)})`}, ${kind === "list" ? "a list that was fixed in advance" : "which decides each purchase from the answers so far"}.`,
      ...(plan.rehearsal?.history === undefined ? [] : [`It knew from the start: ${plan.rehearsal.history}.`]),
      ...(plan.rehearsal
        ? [
            `Before the first purchase it was rehearsed ${plan.rehearsal.worlds * plan.rehearsal.repetitions} times on simulated worlds (suite ${plan.rehearsal.suite}); then it was run once, unchanged.`,
          ]
        : []),
      `It sent ${counted(runs.length, "query", "queries")}, of which ${answered.length} ${answered.length === 1 ? "was" : "were"} answered${rejected > 0 ? ` and ${rejected} refused without charge` : ""}${reused > 0 ? `; ${reused} had been paid for earlier` : ""}. The key has spent ${flops(spent)} FLOPs in all.`,
    ),
    table({
      caption: "Runs by budget, and the lowest of all runs of each.",
      columns: ["budget C", "runs", "paid (FLOPs)", "lowest loss", "at N"],
      rows: budgets.map(({ C, runs: count, paid, lowest }) => [
        flops(C),
        String(count),
        flops(paid),
        lowest.loss.toFixed(4),
        formatCount(lowest.N),
      ]),
    }),
    ...(purposes.length > 0
      ? [
          table({
            caption:
              "Why the runs were bought, in the words of the strategy; ranges where the runs differ in a number.",
            columns: ["", "reason", "runs", "FLOPs"],
            left: [1],
            rows: purposes.map(({ reason, runs: own, flops: cost }, i) => [
              purposeName(i),
              setWords(reason),
              String(own.length),
              flops(cost),
            ]),
          }),
        ]
      : []),
    figure("isoflop", isoflopFigure(numbers), isoflopCaption(numbers)),
  ];
}

/** How a purpose is called in tables: `a`, `b`, …; nothing where there is none. */
export function purposeName(index: number): string {
  return index < 0 ? "" : String.fromCharCode(97 + index);
}

function isoflopCaption({ law }: WriteupNumbers): string {
  return law
    ? "Every run at equal compute; lines are the fitted law, shaded where an interval is known. Rings are runs at other settings, which were not fitted."
    : "Every run at equal compute. The runs do not determine a law, so no line is drawn.";
}

function method(numbers: WriteupNumbers): Block[] {
  const { submission, minima, plan, law, fitted } = numbers;
  const { points, recipe } = fitted;
  const of = recipe
    ? `the ${points.length} runs at learning rate ${formatShort(recipe.learningRate)} and batch size ${recipe.batchSize}, the setting that most sizes and budgets share; runs at other settings differ for more reasons than their size`
    : `the lowest loss of each size and budget (${points.length} runs), whatever the learning rate and batch, since too few runs share a setting`;
  const sizes = sizeFigure(numbers);
  const losses = lossFigure(numbers);
  return [
    heading("Method"),
    text(
      "We ask which model size N reaches the lowest loss on C FLOPs. By the handout's count, a model of N parameters sees D = C/(6N) tokens. Following Hoffmann et al. (2022, approach 3), the loss is modeled as a floor, a term for the model's size and a term for its data:",
    ),
    lawEquation(),
    text(
      `The law is fitted to ${of}. The fit minimizes the Huber loss of ln(predicted/observed).`,
      law ? fittedText(law) : undeterminedText(numbers),
    ),
    ...(law ? [constantsTable(law)] : []),
    ...(law
      ? [
          text("With D = C/(6N), the lowest loss of a budget is reached at a power of C:"),
          powerLawEquation("N", law.size),
        ]
      : []),
    ...(!law && minima
      ? [
          text("What is left are power laws through the lowest run of each budget, by least squares in log space:"),
          powerLawEquation("N", minima.N),
          powerLawEquation("L", minima.loss),
        ]
      : []),
    text(
      `The submitted size and loss are those of the strategy ${plan.strategy.name}, which may know more than this law, such as what the literature says.`,
      statedLaw(submission),
    ),
    ...(sizes
      ? [
          figure(
            "sizes",
            sizes,
            `${law ? "The law's best size over compute" : "A power law through the lowest runs"}, extrapolated to the target, and the size that was submitted.${law?.intervals ? ` The band is the ${formatPercent(law.intervals.level)} interval of the law.` : ""}`,
          ),
        ]
      : []),
    ...(losses
      ? [
          figure(
            "losses",
            losses,
            `Loss over compute, extrapolated to the target, and the loss that was submitted${submission.interval ? ` with its ${formatPercent(submission.interval.level)} interval` : ""}.${law?.intervals ? ` The band is the ${formatPercent(law.intervals.level)} interval of the law.` : ""}`,
          ),
        ]
      : []),
  ];
}

function undeterminedText({ methods, fitted }: WriteupNumbers): string {
  const tried = methods.find(({ method: name }) => name === "parametric");
  return tried && !isUsable(tried)
    ? `These runs do not determine it (${tried.status}: ${tried.explanation}).`
    : `${fitted.points.length} runs are too few for it.`;
}

function quality({ methods, target, submission, modelSize, law }: WriteupNumbers): Block[] {
  const usable = methods.filter(isUsable);
  const losses = usable.flatMap(({ loss }) => loss ?? []);
  const sizes = usable.flatMap(({ N }) => N ?? []);
  const { predictedLoss, interval } = submission;
  const at = law?.intervals?.at;
  return [
    heading("Fit quality and predictions"),
    text(
      `The table compares what each method predicts from the same runs for ${flops(target)} FLOPs.`,
      ...(law
        ? [
            `The law of the last section predicts N = ${formatCount(law.at.N)}${at ? ` (${formatCount(at.N[0])} to ${formatCount(at.N[1])})` : ""} and a loss of ${law.at.loss.toFixed(3)}${at ? ` (${at.loss[0].toFixed(3)} to ${at.loss[1].toFixed(3)})` : ""}.`,
          ]
        : []),
      ...(losses.length > 1
        ? [
            `Over the methods that the runs determine, the loss ranges from ${Math.min(...losses).toFixed(3)} to ${Math.max(...losses).toFixed(3)} and N from ${formatCount(Math.min(...sizes))} to ${formatCount(Math.max(...sizes))}. This spread says more about the extrapolation than the interval of any one law.`,
          ]
        : []),
    ),
    table({
      caption: `Predictions for ${flops(target)} FLOPs. The residual is the root mean square of ln(predicted/observed); methods without a law of the loss have none. What the runs do not determine is left out.`,
      columns: ["method", "N", "loss", "residual", "status"],
      left: [4],
      rows: [
        [
          "submitted",
          formatCount(modelSize),
          `${predictedLoss.toFixed(4)}`,
          "–",
          interval
            ? `the strategy's, ${formatPercent(interval.level)}: ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)}`
            : "the strategy's own",
        ],
        ...methods.map(methodRow),
      ],
    }),
  ];
}

function methodRow(numbers: MethodNumbers): string[] {
  const { method: name, N, loss, rms, status } = numbers;
  return [
    name,
    N === undefined ? "–" : formatCount(N),
    loss === undefined ? "–" : loss.toFixed(4),
    rms === undefined || !isUsable(numbers) ? "–" : rms.toFixed(4),
    status,
  ];
}

function figure(name: string, drawing: Figure, caption: string): Block {
  return { kind: "figure", name, figure: drawing, caption };
}

/** FLOPs with a power of ten: `3·10¹⁶`. */
export function flops(value: number): string {
  return scientific(value, 3);
}

export function counted(count: number, one: string, several: string): string {
  return `${count} ${count === 1 ? one : several}`;
}
