// The best submissions of the shipped worlds:
//   node --import tsx benchmarks/presets/overview.ts
import { chinchillaSize } from "../../src/law/chinchilla.ts";
import { quantile } from "../../src/statistics/quantile.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { suiteNamed } from "../../src/surface/suites/suites.ts";
import { optimumOf } from "../../src/surface/truth.ts";
import { nonEmbeddingParameters } from "../../src/task/accounting.ts";

const SUITES = ["handout", "stanford-2025", "misspecified", "effects"];
const RATE_BUDGETS = [1e19, 1e17, 1e16];
/** Learning rates that the API accepts. */
const ACCEPTED = [1e-4, 1e-3] as const;
const SHARES = [0.05, 0.25, 0.5, 0.75, 0.95];

console.log(
  `${"world".padEnd(26)}N*/√(C/120)      best loss at              best at 1e19\n${" ".repeat(26)}1e19    1e17    1e19    1e17    1e15    rate     d     L   batch`,
);
for (const suite of SUITES) {
  const optima = suiteNamed(suite).map((document) => {
    const world = buildWorld(document);
    const [top, middle, low] = [1e19, 1e17, 1e15].map((flops) => ({ flops, ...optimumOf(world, flops) }));
    if (!top || !middle || !low) throw new Error("three budgets have three optima");
    const ratio = ({ config, flops }: typeof top) =>
      (nonEmbeddingParameters(config) / chinchillaSize(flops)).toFixed(2).padEnd(8);
    const losses = [top, middle, low].map(({ loss }) => loss.toFixed(3).padEnd(8)).join("");
    const { learningRate, dModel, numLayers, batchSize } = top.config;
    console.log(
      `${document.name.padEnd(26)}${ratio(top)}${ratio(middle)}${losses}${learningRate.toExponential(1).padEnd(9)}${String(dModel).padEnd(6)}${String(numLayers).padEnd(4)}${batchSize}`,
    );
    const findable = RATE_BUDGETS.map((flops) => {
      const rate = optimumOf(world, flops).config.learningRate;
      return rate >= ACCEPTED[0] && rate <= ACCEPTED[1];
    });
    const parameters = nonEmbeddingParameters(top.config);
    return { drawn: document.tags.includes("draw"), loss: top.loss, parameters, findable };
  });
  const counts = RATE_BUDGETS.map((_, i) => optima.filter(({ findable }) => findable[i]).length);
  console.log(`  best rate within 1e-4 to 1e-3 at 1e19, 1e17, 1e16: ${counts.join(", ")} of ${optima.length} worlds`);
  const drawn = optima.filter((optimum) => optimum.drawn);
  if (drawn.length > 0) {
    const spread = (values: number[]) => SHARES.map((share) => quantile(values, share));
    const losses = spread(drawn.map(({ loss }) => loss)).map((loss) => loss.toFixed(2));
    const sizes = spread(drawn.map(({ parameters }) => parameters)).map((size) => size.toExponential(1));
    console.log(`  5/25/50/75/95 % of ${drawn.length} draws: loss ${losses.join(" ")}, N* ${sizes.join(" ")}\n`);
  }
}
