// ScaleBench (arXiv 2604.22753): which runs to buy from a pool so that losses in a target region are predicted best.
//   node --import tsx benchmarks/scalebench/index.ts [farseer|lr&bsz] [SEEDS] [DESIGN]
import { quantile } from "../../src/statistics/quantile.ts";
import { randomStream } from "../../src/task/random.ts";
import {
  cheapest,
  costWeighted,
  type Design,
  dOptimal,
  LAW_ALONE,
  predictions,
  random,
  vOptimal,
  withDiscrepancy,
} from "./designs.ts";
import type { Deviation } from "./posterior.ts";
import { type Task, tasks } from "./tasks.ts";

const SHARES = [0.01, 0.05, 0.1];
const [only, seeds = "10", design] = process.argv.slice(2);

for (const task of tasks().filter(({ name }) => only === undefined || name === only)) {
  const deviations = deviationsOf(task);
  const entries: readonly [string, Design, readonly Deviation[]][] = [
    ["random", random, LAW_ALONE],
    ["cheapest", cheapest, LAW_ALONE],
    ["cost-weighted", costWeighted, LAW_ALONE],
    ["D-optimal", dOptimal, LAW_ALONE],
    ["V-optimal", vOptimal, LAW_ALONE],
    ["random, our predictor", random, deviations],
    ["V-optimal, our predictor", vOptimal, deviations],
    ["ours", withDiscrepancy(deviations), deviations],
  ];
  console.log(
    `\n${task.name}: ${task.pool.length} runs, ${task.target.length} in the target; published ${task.published.join(" / ")}`,
  );
  console.log("| design | R² at 1 % | 5 % | 10 % | runs |\n|---|---|---|---|---|");
  for (const [name, choose, predictor] of entries.filter(([each]) => design === undefined || each === design)) {
    const cells = SHARES.map((share) => {
      const played = Array.from({ length: Number(seeds) }, (_, seed) => {
        const chosen = choose(task, share, randomStream(`scalebench/${task.name}/${name}/${seed}`));
        return { predicted: predictions(task, chosen, predictor), runs: chosen.length };
      });
      const all = played.map((each) => each.predicted);
      return {
        text: `${summary(all.map((predicted) => r2(task, predicted)))} ${interval(task, all)}`,
        runs: played[0]!.runs,
      };
    });
    console.log(
      `| ${[name, ...cells.map(({ text }) => text), cells.map(({ runs }) => runs).join(", ")].join(" | ")} |`,
    );
  }
  const whole = task.pool.map((_, i) => i);
  if (whole.length < 1000 && design === undefined)
    console.log(
      `| all runs | ${r2(task, predictions(task, whole, LAW_ALONE)).toFixed(2)} (law alone), ${r2(task, predictions(task, whole, deviations)).toFixed(2)} |`,
    );
}

/** Sizes and reaches of the discrepancy, and noises, as shares of the range of losses that a pool's cheap third shows. */
function deviationsOf({ pool }: Task): Deviation[] {
  const cheap = pool.toSorted((a, b) => a.cost - b.cost).slice(0, Math.ceil(pool.length / 3));
  const losses = cheap.map(({ loss }) => loss).toSorted((a, b) => a - b);
  const range = quantile(losses, 0.9) - losses[0]!;
  return [0.01, 0.03, 0.1].flatMap((sd) =>
    [2, 3, 4.5].flatMap((length) => [0.004, 0.012].map((noise) => ({ sd: sd * range, length, noise: noise * range }))),
  );
}

/** 95 % bootstrap interval of the mean over seeds, over the rows of the target. */
function interval(task: Task, all: readonly (readonly number[])[]): string {
  const rng = randomStream("scalebench/rows");
  const means = Array.from({ length: 1000 }, () => {
    const rows = task.target.map(() => Math.floor(rng() * task.target.length));
    const drawn = { ...task, target: rows.map((row) => task.target[row]!) };
    const values = all.map((predicted) =>
      r2(
        drawn,
        rows.map((row) => predicted[row]!),
      ),
    );
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  return `[${quantile(means, 0.025).toFixed(2)}, ${quantile(means, 0.975).toFixed(2)}]`;
}

/** As ScaleBench has it: −1 at the worst. */
function r2({ target }: Task, predicted: readonly number[]): number {
  const mean = target.reduce((sum, { loss }) => sum + loss, 0) / target.length;
  const left = target.reduce((sum, { loss }, i) => sum + (loss - predicted[i]!) * (loss - predicted[i]!), 0);
  const all = target.reduce((sum, { loss }) => sum + (loss - mean) * (loss - mean), 0);
  return Math.max(-1, 1 - left / all);
}

function summary(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / (values.length - 1));
  return `${mean.toFixed(2)} ± ${sd.toFixed(2)}`;
}
