// How well laws predict answers that they were not fitted to:
//   node --import tsx benchmarks/calibration/cross-validate.ts ../shared/data/training-api/answers*.json
// Variants of the annealed surface that did not help on every split: κ, the sharpness of the turn, q and r set free; powers
// of the schedule; other joins of capacity and progress; η_c by width, depth, batch or steps; a gain that falls with depth;
// capacity by width or aspect ratio; batch by size or steps; β by size; a cost of rates above the best. Low floors predict
// better on every split but one, which is why the central world holds E at 0.6.
import { readFileSync } from "node:fs";
import { isOnGrid } from "../../src/law/stanford-2025.ts";
import { quantiser } from "../../src/surface/answers.ts";
import { type Answer, readAnswerTable } from "../../src/surface/calibration/answer-table.ts";
import type { Values } from "../../src/surface/calibration/calibrated-law.ts";
import { fitLaw, logPredictions } from "../../src/surface/calibration/fit-law.ts";
import { calibratedLaw } from "../../src/surface/calibration/laws/index.ts";
import { rootMeanSquare } from "../../src/surface/calibration/residuals.ts";
import { API_ANSWERS, apiSamples, standOf } from "../../src/surface/calibration/sample.ts";
import { pointOf } from "../../src/surface/points.ts";

/** A law, with the values it holds and the held parameters it searches for. */
interface Contender {
  readonly label: string;
  readonly law: string;
  readonly fixed?: Values;
  readonly released?: readonly string[];
}

/** Which answers are fitted, and which are predicted. */
interface Split {
  readonly label: string;
  fitted(answer: Answer): boolean;
  predicted(answer: Answer): boolean;
}

const CONTENDERS: readonly Contender[] = [
  { label: "annealed, as shipped", law: "annealed" },
  { label: "annealed, E 0, α .161", law: "annealed", fixed: { E: 0, alpha: 0.161 } },
  { label: "annealed, E 1.2, α .195", law: "annealed", fixed: { E: 1.2, alpha: 0.195 } },
  { label: "annealed, E 2.3, α .254", law: "annealed", fixed: { E: 2.3, alpha: 0.254 } },
  { label: "annealed, α searched for", law: "annealed", released: ["alpha"] },
  { label: "annealed, no cost of high rates", law: "annealed", fixed: { rateCost: 0 } },
  { label: "gated", law: "gated" },
  { label: "mechanistic", law: "mechanistic" },
];
const FROM = { large: 1e15, top: 3e16 };
const STARTS = 1;

const paths = process.argv.slice(2);
if (paths.length === 0) throw new Error("usage: cross-validate.ts RUNS...");
const { answers } = readAnswerTable(...paths.map((path) => readFileSync(path, "utf8")));
const isLarge = ({ config }: Answer) => config.trainFlops >= FROM.large;
const sources = [...new Set(answers.flatMap(({ source }) => source ?? []))];
const splits: Split[] = [
  { label: "fitted to all rows", fitted: () => true, predicted: isLarge },
  ...sources.map((source) => ({
    label: `without ${source.split("/")[0]}`,
    fitted: (answer: Answer) => answer.source !== source,
    predicted: (answer: Answer) => answer.source === source && isLarge(answer),
  })),
  ...[6e15, 1e16, 6e16].map((cut) => ({
    label: `to ${cut.toExponential()}, above it`,
    fitted: ({ config }: Answer) => config.trainFlops <= cut,
    predicted: ({ config }: Answer) => config.trainFlops > cut,
  })),
];

/** A row that was not fitted, and ln(predicted / observed). */
interface Miss {
  readonly answer: Answer;
  readonly error: number;
}

console.log("root mean square of ln(predicted/observed), on the grid / off it (rows)");
for (const contender of CONTENDERS) {
  console.log(`\n${contender.label}`);
  const leftOut: Miss[] = [];
  for (const split of splits) {
    const misses = missesOf(contender, split);
    if (split.label.startsWith("without")) leftOut.push(...misses);
    console.log(`  ${split.label.padEnd(24)} ${onAndOff(misses)}`);
  }
  console.log(`  ${"all sources left out".padEnd(24)} ${onAndOff(leftOut)}`);
  const top = leftOut.filter(({ answer }) => answer.config.trainFlops >= FROM.top);
  console.log(`  ${"the same from 3e16 up".padEnd(24)} ${onAndOff(top)}`);
}

function missesOf({ label, law: name, fixed = {}, released = [] }: Contender, split: Split): Miss[] {
  const law = calibratedLaw("answers", name);
  const samples = apiSamples(answers.filter(split.fitted), "stanford-2025");
  const stream = `cross-validate/${label}/${split.label}`;
  const { values } = fitLaw(law, samples, { fixed, released, starts: STARTS, stream });
  const predicted = answers.filter(split.predicted);
  const cellOf = quantiser(API_ANSWERS, 0);
  const logLosses = logPredictions(
    law,
    values,
    predicted.map((answer) => ({
      point: pointOf(standOf(answer, cellOf), "stanford-2025"),
      logLoss: Math.log(answer.loss),
      weight: 1,
      group: "",
    })),
  );
  return predicted.map((answer, i) => ({ answer, error: (logLosses[i] as number) - Math.log(answer.loss) }));
}

function onAndOff(misses: readonly Miss[]): string {
  const [on, off] = [true, false].map((side) =>
    misses.filter(({ answer }) => isOnGrid(answer.config) === side).map(({ error }) => error),
  ) as [number[], number[]];
  return `${rootMeanSquare(on).toFixed(4)} / ${rootMeanSquare(off).toFixed(4)}  (${on.length} / ${off.length})`;
}
