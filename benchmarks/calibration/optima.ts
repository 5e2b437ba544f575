// The best runs of the shipped draws at several budgets, among what the API lets one ask for and without that limit, beside
// the best real answers known there.
//   node --import tsx benchmarks/calibration/optima.ts ../shared/data/training-api/answers.json ../shared/data/training-api/answers-top.json
import { readFileSync } from "node:fs";
import { quantile } from "../../src/statistics/quantile.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { readAnswerTable } from "../../src/surface/calibration/answer-table.ts";
import { presetDocument, presetNames } from "../../src/surface/presets.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import type { World } from "../../src/surface/world.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";
import type { RunConfig } from "../../src/task/configuration.ts";

const BUDGETS = [6e16, 1e17, 3e17, 1e19];
const SHARES = [0.05, 0.5, 0.95];
const NAMED = 3;

const paths = process.argv.slice(2);
const answers = paths.length === 0 ? [] : readAnswerTable(...paths.map((path) => readFileSync(path, "utf8"))).answers;
const worlds = presetNames()
  .filter((name) => /^stanford-2025\/\d+$/.test(name))
  .map((name) => buildWorld(presetDocument(name)));

console.log("5, 50 and 95 % points over the draws");
for (const trainFlops of BUDGETS) {
  console.log(`\n${trainFlops.toExponential()}`);
  if (trainFlops < 1e18)
    print(
      "asked",
      worlds.map((world) => bestAsked(world, trainFlops)),
    );
  print(
    "any",
    worlds.map((world) => optimumOf(world, trainFlops)),
  );
  const known = answers
    .filter(({ config, edition }) => config.trainFlops === trainFlops && edition !== 2024)
    .toSorted((a, b) => a.loss - b.loss)
    .slice(0, NAMED);
  for (const { config, loss } of known)
    console.log(
      `  real   ${loss.toFixed(3)}  N ${nonEmbeddingParameters(config).toExponential(1)}  (${config.dModel}, ${config.numLayers}) at ${config.learningRate}`,
    );
}

interface Best {
  readonly config: RunConfig;
  readonly loss: number;
}

/** The best of what the API lets one ask for, on a grid of shapes with 16 to 128 in width per layer. */
function bestAsked(world: World, trainFlops: number): Best {
  let best: Best | undefined;
  for (let dModel = 128; dModel <= 1024; dModel += 32)
    for (let numLayers = Math.ceil(dModel / 128); numLayers <= Math.min(24, dModel / 16); numLayers++)
      for (const learningRate of [3e-4, 5e-4, 7e-4, 1e-3]) {
        const config = { dModel, numLayers, numHeads: 8, batchSize: 128, learningRate, trainFlops };
        const loss = world.expectedLoss(config);
        if (!best || loss < best.loss) best = { config, loss };
      }
  return best!;
}

function print(label: string, best: readonly Best[]): void {
  const points = (values: readonly number[], text: (value: number) => string) =>
    SHARES.map((share) => text(quantile(Float64Array.from(values), share))).join(" / ");
  const losses = points(
    best.map(({ loss }) => loss),
    (value) => value.toFixed(3),
  );
  const sizes = points(
    best.map(({ config }) => nonEmbeddingParameters(config)),
    (value) => value.toExponential(1),
  );
  const rates = points(
    best.map(({ config }) => config.learningRate),
    (value) => value.toExponential(1),
  );
  const aspects = points(
    best.map(({ config }) => config.dModel / config.numLayers),
    (value) => value.toFixed(0),
  );
  console.log(`  ${label.padEnd(6)} ${losses}  N ${sizes}  rate ${rates}  d/L ${aspects}`);
}
