import { isUsable } from "../../fit/fitter.ts";
import { nonEmbeddingParameters } from "../../task/accounting.ts";
import type { Field } from "../../task/configuration.ts";
import { formatCount, formatPercent, formatShort } from "../../task/quantity.ts";
import { WIRE_NAMES } from "../../task/stanford-2025/wire.ts";
import { type Block, heading, table, text } from "./block.ts";
import { counted, flops } from "./evidence.ts";
import type { Comparison, WriteupNumbers } from "./numbers.ts";

/** The evidence for the hyperparameters, how the size became a shape, the decisions made, and what is not known. */
export function conclusions(numbers: WriteupNumbers): Block[] {
  return [...hyperparameters(numbers), ...shape(numbers), ...decisions(numbers), ...limitations(numbers)];
}

const SETTINGS = ["learningRate", "batchSize", "numHeads"] as const;
const NAMES = { learningRate: "learning rate", batchSize: "batch size", numHeads: "number of heads" } as const;

function hyperparameters(numbers: WriteupNumbers): Block[] {
  const { comparisons } = numbers;
  const compared = comparisons.filter(({ field }) => (SETTINGS as readonly Field[]).includes(field));
  return [
    heading("Hyperparameters"),
    ...SETTINGS.map((field) => text(...settingSentences(field, numbers))),
    ...(compared.length > 0
      ? [
          table({
            caption:
              "Runs that differ in one hyperparameter only, with the loss at each of its values. Equal losses mean that the API ignores the difference.",
            columns: ["varied", "all else equal", "value: loss", "lowest at"],
            left: [1, 2],
            rows: compared.map(({ field, of, values }) => [
              NAMES[field as keyof typeof NAMES],
              of,
              values.map(({ value, loss }) => `${formatShort(value)}: ${loss.toFixed(4)}`).join(", "),
              lowestAt(values).map(formatShort).join(", "),
            ]),
          }),
        ]
      : []),
  ];
}

/** Why a setting has its value: where it lies in the range that was tried, and what the comparisons say. */
function settingSentences(field: (typeof SETTINGS)[number], numbers: WriteupNumbers): string[] {
  const { runs, comparisons, submission } = numbers;
  const value = submission.config[field];
  const tried = [...new Set(runs.filter(({ status }) => status === "ok").map((run) => run[field]))].sort(
    (a, b) => a - b,
  );
  const own = comparisons.filter((comparison) => comparison.field === field);
  const name = NAMES[field];
  const head = `The ${name} is ${formatShort(value)}.`;
  const [low, high] = [tried[0], tried.at(-1)];
  if (low === undefined || high === undefined)
    return [head, `No run was made, so the ${name} is what the strategy takes from the literature.`];
  if (own.length === 0 && tried.length === 1)
    return [
      head,
      value === low
        ? `All runs have it, so nothing was learned about other values; the strategy took it from the literature or from convention.`
        : `All runs have ${formatShort(low)}, so the value is the strategy's own choice and was not tested.`,
    ];
  return [head, rangeSentence(value, tried, name), ...comparisonSentences(own, value, [low, high], field)];
}

function rangeSentence(value: number, tried: readonly number[], name: string): string {
  const [low, high] = [tried[0] as number, tried.at(-1) as number];
  const values = listed(tried.length > 5 ? [low, high] : tried, tried.length > 5 ? "to" : "and");
  if (tried.some((one) => Math.abs(one / value - 1) < 1e-6))
    return `It is one of the values that were tried (${values}).`;
  if (value > low && value < high)
    return `It lies inside the range that was tried (${values}), between two of the values.`;
  const factor = value > high ? value / high : low / value;
  if (factor < 1.05)
    return `It lies within 5 % of the ${value > high ? "largest" : "smallest"} value that was tried (${values}).`;
  return `It lies beyond every value that was tried (${values}), by a factor of ${factor.toFixed(2)}: this ${name} was not tested.`;
}

function comparisonSentences(
  own: readonly Comparison[],
  value: number,
  [low, high]: readonly [number, number],
  field: (typeof SETTINGS)[number],
): string[] {
  if (own.length === 0)
    return ["No two runs differ in it alone, so its effect is not separated from that of the size."];
  const wins = new Map<number, number>();
  for (const { values } of own) for (const best of lowestAt(values)) wins.set(best, (wins.get(best) ?? 0) + 1);
  const [most] = [...wins].toSorted(([, a], [, b]) => b - a) as [[value: number, count: number]];
  const pairs = counted(own.length, "comparison", "comparisons");
  const evidence =
    `In ${pairs} of runs that differ in it alone, ${formatShort(most[0])} had the lowest loss ${most[1] === own.length ? (own.length === 1 ? "" : "every time") : `${counted(most[1], "time", "times")}`}`.trimEnd();
  const top = Math.max(...own.map(({ C }) => C));
  const where = `, at up to ${flops(top)} FLOPs.`;
  const outside = value > high * 1.05 ? high : value < low / 1.05 ? low : undefined;
  if (outside === undefined) return [`${evidence}${where}`, ...equalSentence(own, field)];
  const won = own.filter(({ values }) => lowestAt(values).includes(outside)).length;
  return [
    `${evidence}${where}`,
    won === own.length
      ? `The ${outside === high ? "largest" : "smallest"} value won each of them, so the best may lie beyond it; how far is the strategy's judgment, not a measurement.`
      : `The ${outside === high ? "largest" : "smallest"} value won ${won} of ${own.length}: the runs give little reason to go beyond it, and the step is the strategy's rule for larger budgets.`,
  ];
}

function equalSentence(own: readonly Comparison[], field: (typeof SETTINGS)[number]): string[] {
  const equal = own.filter(({ values }) => values.every(({ loss }) => loss === values[0]?.loss)).length;
  return equal === 0 ? [] : [`In ${equal} of them the losses are equal: the API ignores the ${NAMES[field]} there.`];
}

function lowestAt(values: Comparison["values"]): number[] {
  const least = Math.min(...values.map(({ loss }) => loss));
  return values.filter(({ loss }) => loss === least).map(({ value }) => value);
}

function listed(values: readonly number[], word: string): string {
  const texts = values.map(formatShort);
  return texts.length === 1 ? (texts[0] as string) : `${texts.slice(0, -1).join(", ")} ${word} ${texts.at(-1)}`;
}

function shape(numbers: WriteupNumbers): Block[] {
  const { submission, modelSize, wanted, law, minima, target, runs } = numbers;
  const { dModel, numLayers, numHeads } = submission.config;
  const aspect = dModel / numLayers;
  const tried = runs.filter(({ status }) => status === "ok").map((run) => run.dModel / run.numLayers);
  const [low, high] = [Math.min(...tried), Math.max(...tried)];
  const asked = wanted ?? law?.at.N ?? minima?.at.N;
  const whose =
    wanted !== undefined ? "The strategy's law" : law ? "Our fitted law" : "The power law through the lowest runs";
  const percent = asked === undefined ? 0 : 100 * (modelSize / asked - 1);
  const interval = wanted === undefined ? law?.intervals?.at.N : undefined;
  const sizes = runs.filter(({ status }) => status === "ok").map(nonEmbeddingParameters);
  return [
    heading("From a size to a shape"),
    text(
      `The shape is ${numLayers} layers of width ${dModel} with ${numHeads} heads of ${dModel / numHeads} dimensions, which is N = ${formatCount(modelSize)}.`,
      ...(tried.length > 0
        ? [
            `Its aspect ratio (width over depth) is ${aspect.toFixed(1)}; the runs had ${low.toFixed(1)} to ${high.toFixed(1)}${aspect < low / 1.05 || aspect > high * 1.05 ? ", so that this shape was not tested and follows the convention that the strategy has" : ""}.`,
            `The largest model that was trained has ${formatCount(Math.max(...sizes))} parameters.`,
          ]
        : []),
      ...(asked === undefined
        ? []
        : [
            `${whose} asks for N = ${formatCount(asked)}${interval ? ` (${formatCount(interval[0])} to ${formatCount(interval[1])})` : ""} at ${flops(target)} FLOPs; the shape is ${Math.abs(percent) < 0.05 ? "of that size" : `${Math.abs(percent).toFixed(1)} % ${percent < 0 ? "smaller" : "larger"}`}.`,
            ...(Math.abs(percent) <= 10
              ? []
              : [
                  `That is more than rounding to whole layers explains: the strategy relied on a law of its own${interval && modelSize >= interval[0] && modelSize <= interval[1] ? ", and its size lies inside the interval of ours" : ""}.`,
                ]),
          ]),
    ),
  ];
}

function decisions(numbers: WriteupNumbers): Block[] {
  const { budgets, spent, cap, runs, fitted } = numbers;
  const answered = runs.filter(({ status }) => status === "ok").length;
  const [least, most] = [budgets[0], budgets.at(-1)];
  const items = [
    ...(least && most
      ? [
          `Compute went to ${counted(budgets.length, "budget", "budgets")}, from ${flops(least.C)} to ${flops(most.C)} FLOPs; ${formatPercent(budgets.reduce((sum, { C, paid }) => sum + (C >= most.C / 2 ? paid : 0), 0) / Math.max(spent, 1))} of what was spent went to budgets of at least half the largest.`,
        ]
      : []),
    `${flops(cap - spent)} of ${flops(cap)} FLOPs were left unspent.`,
    ...(fitted.recipe
      ? [
          `Laws are fitted to ${fitted.points.length} of ${answered} runs, those of one learning rate and batch size; the others serve the choice of the hyperparameters.`,
        ]
      : []),
    "N is counted as 12·L·d² throughout, as the form asks, and D is C/(6N). The 2025 API also charges for the output layer, which these laws absorb.",
    ...(runs.some(({ status }) => status === "refused")
      ? ["Refused queries cost nothing; the strategy continued with the runs it had."]
      : []),
  ];
  return [heading("Design decisions"), { kind: "list", items }];
}

/** What the runs cannot say. */
function limitations(numbers: WriteupNumbers): Block[] {
  const { budgets, target, methods, law, comparisons, source, done, submission, fitted } = numbers;
  const top = budgets.at(-1);
  const edges = budgets.filter(({ best }) => best?.atEdge);
  const usable = methods.filter(isUsable);
  const sizes = usable.flatMap(({ N }) => N ?? []);
  const compared = SETTINGS.filter((field) => comparisons.some((comparison) => comparison.field === field));
  const silent = SETTINGS.filter((field) => !compared.includes(field));
  const highest = Math.max(0, ...comparisons.map(({ C }) => C));
  const items = [
    ...(top
      ? [
          `The largest budget bought is ${flops(top.C)} FLOPs, ${Math.log10(target / top.C).toFixed(1)} orders of magnitude below the target: every prediction extrapolates that far, and no run tests it.`,
        ]
      : []),
    ...(sizes.length > 1
      ? [
          `The form of the law is not known: methods that fit these runs put the best N between ${formatCount(Math.min(...sizes))} and ${formatCount(Math.max(...sizes))}.`,
        ]
      : []),
    law
      ? `The API answers a configuration with one loss, however often it is asked, so the noise of training is not measured; it is part of the residual of ${formatPercent(law.rms, 1)}.`
      : "The API answers a configuration with one loss, however often it is asked, so the noise of training is not measured.",
    ...(law && !law.intervals
      ? ["The constants of the law have no intervals, since refits do not determine them."]
      : []),
    ...(edges.length > 0
      ? [
          `At ${edges.map(({ C }) => flops(C)).join(", ")} FLOPs the lowest run has the smallest or largest size tried: the optimum there is a bound, not a measurement.`,
        ]
      : []),
    ...(silent.length > 0
      ? [
          `No two runs compare ${silent.map((field) => `the ${NAMES[field]} (${WIRE_NAMES[field]})`).join(" or ")} alone.`,
        ]
      : []),
    ...(compared.length > 0
      ? [
          `Hyperparameters were compared at ${flops(highest)} FLOPs at most. Whether their best values stay the same at ${flops(target)} FLOPs is not known.`,
        ]
      : []),
    ...(fitted.recipe && fitted.recipe.learningRate !== submission.config.learningRate
      ? [
          `The laws hold for learning rate ${formatShort(fitted.recipe.learningRate)}; what the submitted ${formatShort(submission.config.learningRate)} changes at the target is not part of them.`,
        ]
      : []),
    ...(source === "simulated"
      ? ["The endpoint was simulated: these numbers test the method and say nothing about real models."]
      : []),
    ...(done ? [] : ["The run is not finished: the values use only the runs so far."]),
  ];
  return [heading("What is not known"), { kind: "list", items }];
}
