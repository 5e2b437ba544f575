import { formatPercent } from "../../task/quantity.ts";
import type { Submission } from "../../task/submission.ts";
import { setNumber, setWords } from "../axes.ts";
import { type Block, table } from "./block.ts";
import { type LawNumbers, PARAMETERS } from "./law.ts";

// What the write-ups of both editions say about laws.

/** What the strategy says of the law behind its submission, as a sentence. */
export function statedLaw({ law }: Submission): string {
  return law === undefined ? "It states no law of its own." : `In its words, its law is “${setWords(law)}”.`;
}

/** How well the law fits, and what its intervals hold. */
export function fittedText({ rms, intervals, status, explanation }: LawNumbers): string {
  return [
    `Its residuals have a root mean square of ${formatPercent(rms, 1)}.`,
    intervals
      ? `Intervals hold ${formatPercent(intervals.level)} of ${intervals.draws} refits to resampled residuals, widened for the few degrees of freedom; they assume that the law is true.`
      : "Too few refits to resampled residuals are determined to give intervals.",
    ...(status === "at a bound" ? [`The fit lies at a bound: ${explanation}.`] : []),
  ].join(" ");
}

const LETTERS = { E: "E", A: "A", B: "B", alpha: "α", beta: "β" } as const;
const MEANING = {
  E: "loss of an unlimited model on unlimited data",
  A: "weight of the model's size",
  B: "weight of the data",
  alpha: "exponent of the model's size",
  beta: "exponent of the data",
} as const;

/** The fitted constants with their meaning and intervals. */
export function constantsTable({ parameters, intervals, size }: LawNumbers): Block {
  const level = intervals ? `${formatPercent(intervals.level)} interval` : "interval";
  const range = (interval: readonly [number, number] | undefined) =>
    interval ? `${setNumber(interval[0], 3)} to ${setNumber(interval[1], 3)}` : "–";
  return table({
    caption: "The constants of the fitted law.",
    columns: ["constant", "meaning", "value", level],
    left: [1],
    rows: [
      ...PARAMETERS.map((name) => [
        LETTERS[name],
        MEANING[name],
        setNumber(parameters[name]),
        range(intervals?.parameters[name]),
      ]),
      ["a = β/(α+β)", "exponent of the best size, N* ∝ Cᵃ", setNumber(size.exponent), range(intervals?.exponent)],
    ],
  });
}
