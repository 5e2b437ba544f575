// How well laws predict answers they were not fitted to:
//   node --import tsx benchmarks/calibration/cross-validate.ts ../shared/data/training-api/answers.json
import { readFileSync } from "node:fs";
import { isOnTrainedGrid } from "../../src/law/stanford-2025.ts";
import { quantiser } from "../../src/surface/answers.ts";
import { type Answer, readAnswerTable } from "../../src/surface/calibration/answer-table.ts";
import type { Values } from "../../src/surface/calibration/calibrated-law.ts";
import { quantisationOf } from "../../src/surface/calibration/family.ts";
import { fitLaw, logPredictions } from "../../src/surface/calibration/fit-law.ts";
import { calibratedLaw } from "../../src/surface/calibration/laws/index.ts";
import { rootMeanSquare } from "../../src/surface/calibration/residuals.ts";
import { apiSamples, standOf } from "../../src/surface/calibration/sample.ts";
import { valleyExponent } from "../../src/surface/calibration/undetermined.ts";
import { emptyPoint, fillPoint } from "../../src/surface/point.ts";

/** A law with the parameters that are held and those that are released. */
interface Contender {
  readonly label: string;
  readonly law: string;
  readonly fixed?: Values;
  readonly released?: readonly string[];
}

/** Which answers a law is fitted to, and which it predicts. */
interface Split {
  readonly label: string;
  fitted(answer: Answer): boolean;
  predicted(answer: Answer): boolean;
}

const CONTENDERS: readonly Contender[] = [
  { label: "gated, α .185", law: "gated" },
  { label: "gated, α free", law: "gated", released: ["alpha"] },
  { label: "gated, E 0", law: "gated", fixed: { E: 0, alpha: valleyExponent(0) } },
  { label: "gated, E 2.3", law: "gated", fixed: { E: 2.3, alpha: valleyExponent(2.3) } },
  { label: "mechanistic", law: "mechanistic" },
  { label: "mechanistic, α .1061, p 1.3297", law: "mechanistic", fixed: { alpha: 0.1061, p: 1.3297 } },
];
const LARGE_FROM = 1e15;

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: cross-validate.ts RUNS");
const { answers } = readAnswerTable(readFileSync(path, "utf8"));
const isLarge = ({ config }: Answer) => config.trainFlops >= LARGE_FROM;
const splits: Split[] = [
  { label: "all rows (fit)", fitted: () => true, predicted: isLarge },
  ...[...new Set(answers.flatMap(({ source }) => source ?? []))].map((source) => ({
    label: `without ${source.split("/")[0]}`,
    fitted: (answer: Answer) => answer.source !== source,
    predicted: (answer: Answer) => answer.source === source && isLarge(answer),
  })),
  ...[6e15, 1e16].map((cut) => ({
    label: `≤ ${cut.toExponential()}, above`,
    fitted: ({ config }: Answer) => config.trainFlops <= cut,
    predicted: ({ config }: Answer) => config.trainFlops > cut,
  })),
];

console.log("root mean square of ln(predicted/observed), on / off the grid");
for (const { label, law: name, fixed = {}, released = [] } of CONTENDERS) {
  const law = calibratedLaw("answers", name);
  const quantisation = quantisationOf({ law, fixed });
  console.log(`\n${label}`);
  for (const { label: split, fitted, predicted } of splits) {
    const samples = apiSamples(answers.filter(fitted), quantisation, "stanford-2025");
    const { values } = fitLaw(law, samples, { fixed, released, starts: 3, stream: `cross-validate/${label}/${split}` });
    const rows = answers.filter(predicted).map((answer) => ({
      point: fillPoint(emptyPoint(), standOf(answer, quantiser(quantisation, 0)), "stanford-2025"),
      logLoss: Math.log(answer.loss),
      weight: 1,
      group: "",
      onGrid: isOnTrainedGrid(answer.config),
    }));
    const logLosses = logPredictions(law, values, rows);
    const errors = rows.map(({ logLoss, onGrid }, i) => ({ onGrid, error: (logLosses[i] as number) - logLoss }));
    const [on, off] = [true, false].map((side) =>
      errors.filter(({ onGrid }) => onGrid === side).map(({ error }) => error),
    ) as [number[], number[]];
    console.log(
      `  ${split.padEnd(24)} ${rootMeanSquare(on).toFixed(4)} / ${rootMeanSquare(off).toFixed(4)}  (${on.length} / ${off.length})  α ${(values.alpha as number).toFixed(3)}`,
    );
  }
}
