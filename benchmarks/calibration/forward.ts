// Forward prediction: calibrated to the answers up to a budget, how far the central world is off above it, and how much of
// that the spread of the draws covers.
//   node --import tsx benchmarks/calibration/forward.ts ../shared/data/training-api/answers.json ../shared/data/training-api/answers-top.json
import { readFileSync } from "node:fs";
import { isOnGrid } from "../../src/law/stanford-2025.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { readAnswerTable } from "../../src/surface/calibration/answer-table.ts";
import { calibrateAnswers } from "../../src/surface/calibration/family.ts";
import { calibratedLaw } from "../../src/surface/calibration/laws/index.ts";
import { rootMeanSquare } from "../../src/surface/calibration/residuals.ts";

const CUTS = [6e15, 1e16, 6e16];
const DRAWS = 16;
/** What answers scatter about the surface fitted to all of them, in ln loss, on the grid and off it. */
const SCATTER = { on: 0.007, off: 0.014 } as const;
/** Standard normal deviate of the ends of a 90 % interval. */
const DEVIATE = 1.645;

const paths = process.argv.slice(2);
if (paths.length === 0) throw new Error("usage: forward.ts RUNS...");
const { answers } = readAnswerTable(...paths.map((path) => readFileSync(path, "utf8")));
console.log("fitted to  grid  rows  rms      mean     spread of the draws  in their 90 % interval");
for (const cut of CUTS) {
  const { family } = calibrateAnswers(
    answers.filter(({ config }) => config.trainFlops <= cut),
    { law: calibratedLaw("answers"), draws: DRAWS, seed: 0, name: "forward" },
  );
  const [central, ...draws] = family.worlds.map(buildWorld);
  for (const grid of ["on", "off"] as const) {
    const above = answers.filter(({ config }) => config.trainFlops > cut && isOnGrid(config) === (grid === "on"));
    const compared = above.map(({ config, loss, edition }) => {
      const errorOf = (world: typeof central) =>
        Math.log((edition === 2024 ? world!.expectedLoss(config) : world!.quantizedLoss(config)) / loss);
      const drawn = draws.map(errorOf);
      const mean = average(drawn);
      const variance = drawn.reduce((sum, error) => sum + (error - mean) * (error - mean), 0) / (drawn.length - 1);
      const covered = Math.abs(mean) <= DEVIATE * Math.sqrt(variance + SCATTER[grid] * SCATTER[grid]);
      return { error: errorOf(central), spread: Math.sqrt(variance), covered: covered ? 1 : 0 };
    });
    const errors = compared.map(({ error }) => error);
    const columns = [
      cut.toExponential().padEnd(11),
      grid.padEnd(6),
      String(above.length).padEnd(6),
      rootMeanSquare(errors).toFixed(4).padEnd(9),
      average(errors).toFixed(4).padEnd(9),
      rootMeanSquare(compared.map(({ spread }) => spread))
        .toFixed(4)
        .padEnd(21),
      average(compared.map(({ covered }) => covered)).toFixed(2),
    ];
    console.log(columns.join(""));
  }
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
