// isoflop next replayed to the end: the levels of a table below a hidden top one are bought run by run until a
// fifth of the target is spent, beginning with the two cheapest levels; what it predicted against what the top level had.
//   node --import tsx benchmarks/tables/next.ts [TABLE#TEXT…] [--strategy NAME]
import { parseArgs } from "node:util";
import { historyOf, type KnownRun } from "../../src/experiment/history.ts";
import { nextRuns } from "../../src/experiment/next/plan.ts";
import { fitParabola } from "../../src/fit/methods/parabola.ts";
import { experimentsOf } from "../../src/surface/replay/experiments.ts";
import { FEWEST_SIZES, isBracketed, type Level, levelsOf } from "../../src/surface/replay/levels.ts";
import { identityOf, type RunConfig } from "../../src/task/configuration.ts";
import { UserError } from "../../src/task/errors.ts";
import { formatCount, formatFlops } from "../../src/task/quantity.ts";
import { choice } from "../../src/task/search-space.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { rowsOf, tablesNamed } from "./sources.ts";

/** Tables of three studies, and the experiment of each. */
const DEFAULT = ["marin_isoflop_comma.csv", "farseer.csv", "porian_isoflop_points.csv#rw short chinchilla standard"];
/** What new runs may cost, as a share of the target, and runs of one purchase. */
const BUDGET = 0.2;
const AT_ONCE = 1;
/** Levels known from the start, and the cheapest that is used, as a share of the target. */
const KNOWN = { levels: 2, cheapest: 1 / 1000 };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { strategy: { type: "string", default: "champion" } },
});
console.log("table, target      spent  runs  N predicted (80 %)         loss predicted (80 %)     ± predicted");
for (const name of positionals.length > 0 ? positionals : DEFAULT) {
  const [file = "", text = ""] = name.split("#");
  const [table] = tablesNamed([file]);
  const { experiments } = experimentsOf(rowsOf(table!).rows);
  const experiment = experiments.find(({ labels }) => text.split(" ").every((word) => labels.join(" ").includes(word)));
  if (!experiment) throw new UserError(`${name}: no such experiment`);
  await replay(name, levelsOf(experiment.runs));
}

/** Buys what `next` names, and prints what it predicted before each purchase. */
async function replay(name: string, levels: readonly Level[]): Promise<void> {
  const target = levels.findLast((level) => level.runs.length >= FEWEST_SIZES && isBracketed(level));
  if (!target) throw new UserError(`${name}: no level brackets its lowest loss`);
  const below = levels.filter(({ C }) => C < 0.6 * target.C && C >= KNOWN.cheapest * target.C);
  const pool = below.slice(KNOWN.levels).flatMap(runsOf);
  const known = below.slice(0, KNOWN.levels).flatMap(runsOf);
  const budget = BUDGET * target.C;
  const answers = new Map(pool.map((run) => [identityOf(configOf(run)), run]));
  let [left, predicted] = [budget, Number.NaN];
  for (;;) {
    const candidates = pool.filter((run) => !known.includes(run) && run.C <= left).map(configOf);
    const space = { candidates: candidates.length > 0 ? candidates : [configOf(pool[0]!)] };
    const { now, runs } = await nextRuns(known, {
      ...{ budget: Math.max(left, 1.01 * Math.min(...pool.map(({ C }) => C))), target: target.C, space },
      ...{ parallel: AT_ONCE, strategy: values.strategy },
    });
    const { N, loss } = now.interval;
    const cells = [
      `${name.split(/[_.]/)[0]} ${formatFlops(target.C)}`.padEnd(18),
      `${Math.round((100 * (budget - left)) / budget)} %`.padStart(6),
      String(known.length).padStart(5),
      ` ${formatCount(now.N)} [${N.map(formatCount).join(", ")}]`.padEnd(27),
      `${now.loss.toFixed(3)} [${loss.map((end) => end.toFixed(3)).join(", ")}]`.padEnd(25),
      Number.isNaN(predicted) ? "" : predicted.toFixed(3),
    ];
    console.log(cells.join(" "));
    const bought = runs.flatMap(({ config }) => answers.get(identityOf(config)) ?? []).filter(({ C }) => C <= left);
    if (candidates.length === 0 || bought.length === 0) break;
    predicted = 1.2816 * runs.at(-1)!.expected.sdLoss;
    known.push(...bought);
    left -= bought.reduce((sum, { C }) => sum + C, 0);
  }
  const lowest = target.runs.reduce((best, run) => (run.loss < best.loss ? run : best));
  const vertex = fitParabola(target.runs.map((run) => ({ x: run.N, y: run.loss })));
  const inside = vertex?.inside && vertex.curvature > 0;
  console.log(
    `  came: lowest ${lowest.loss.toFixed(3)} at N ${formatCount(lowest.N)}${inside ? `, parabola ${vertex.loss.toFixed(3)} at N ${formatCount(vertex.vertex)}` : ""}`,
  );
}

/** The runs of a level, of its compute, without what they do not differ in. */
function runsOf({ C, runs }: Level): KnownRun[] {
  return runs.map(({ N, loss }) => ({ N, C, D: C / (6 * N), loss }));
}

/** The configuration that stands for a run in its history. */
function configOf(run: KnownRun): RunConfig {
  const space = { ...STANFORD_2025_TASK.searchSpace, batchSize: choice([128]), learningRate: choice([1e-3]) };
  const [{ status: _, loss: __, ...config }] = historyOf([run], { ...STANFORD_2025_TASK, searchSpace: space }) as [
    ReturnType<typeof historyOf>[number],
  ];
  return config;
}
