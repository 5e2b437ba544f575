// node --import tsx benchmarks/fit/coverage.ts [simulations]: how often intervals hold the truth, where the law is
// right and where it is not, on 4 budgets of 5 sizes. Prints Markdown.
import { bestAllocation } from "../../src/fit/best-allocation.ts";
import { bootstrapFits, type Interval, type Resampling, refitIntervals } from "../../src/fit/bootstrap.ts";
import type { Allocation } from "../../src/fit/fitter.ts";
import { frontier } from "../../src/fit/methods/frontier.ts";
import { kaplan } from "../../src/fit/methods/kaplan.ts";
import { parametric } from "../../src/fit/methods/parametric.ts";
import { chooseModels } from "../../src/fit/model-choice.ts";
import type { ObjectiveName } from "../../src/fit/objective.ts";
import { profileFloor } from "../../src/fit/profile.ts";
import { chinchillaLoss } from "../../src/law/chinchilla.ts";
import { median } from "../../src/statistics/quantile.ts";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import type { RunPoint } from "../../src/task/run-point.ts";

type Loss = (N: number, D: number) => number;

const HOFFMANN = { E: 1.69, A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28 };
/** The truths: the law that is fitted, and one outside it (Kaplan et al.'s form on a floor of 1). */
const TRUTHS: readonly { readonly name: string; readonly loss: Loss; readonly E?: number }[] = [
  { name: "well specified", loss: (N, D) => chinchillaLoss(HOFFMANN, N, D), E: HOFFMANN.E },
  {
    name: "misspecified",
    loss: (N, D) => 1 + Math.exp(0.2 * Math.log(Math.exp(1.2 * Math.log(4e9 / N)) + 6e10 / D)),
  },
];
const BUDGETS = [1e18, 1e19, 1e20, 1e21];
const SIZES = 5;
const WIDTH = 4;
const TARGET = 1e22;
const SIGMAS = [0.01, 0.003];
const LEVELS = [0.8, 0.95];
const DRAWS = 200;
const OBJECTIVES: readonly ObjectiveName[] = ["log-huber", "log-square"];

/** Hits and widths of one kind of interval. */
interface Tally {
  made: number;
  readonly hits: Map<string, number>;
  readonly widths: number[];
}

const simulations = Number(process.argv[2] ?? 400);
console.log(
  "| truth | sigma | objective | interval | a 80 % | a 95 % | N* 80 % | N* 95 % | loss 80 % | loss 95 % | E 80 % | E 95 % | median width of a (95 %) |",
);
console.log("| --- | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const truth of TRUTHS)
  for (const sigma of SIGMAS)
    for (const objective of OBJECTIVES)
      for (const [kind, tally] of simulate(truth, sigma, objective)) {
        const rate = (key: string) => (tally.hits.has(key) ? (tally.hits.get(key)! / tally.made).toFixed(3) : "");
        const cells = ["a", "N", "loss", "E"].flatMap((quantity) =>
          LEVELS.map((level) => rate(`${quantity}/${level}`)),
        );
        const width = tally.widths.length > 0 ? median(tally.widths).toFixed(3) : "";
        console.log(`| ${[truth.name, sigma, objective, kind, ...cells, width].join(" | ")} |`);
      }

function simulate(truth: (typeof TRUTHS)[number], sigma: number, objective: ObjectiveName): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  const optimum = bestAllocation(truth.loss, TARGET)!;
  const a = localExponent(truth.loss);
  const known = { a, N: optimum.N, loss: optimum.loss!, E: truth.E };
  for (let simulation = 0; simulation < simulations; simulation++) {
    const rng = randomStream(`coverage/${truth.name}/${sigma}/${simulation}`);
    const runs = designed(truth.loss, () => Math.exp(sigma * standardNormal(rng)));
    const fit = parametric.fit(runs, { objective });
    if (fit.parameters.E === undefined) continue;
    const bootstrap = (resampling: Resampling) =>
      bootstrapFits(parametric, runs, fit, { resampling, draws: DRAWS, rng, options: { objective } });
    const [pairs, residuals] = [bootstrap("runs"), bootstrap("residuals")];
    const freedom = { runs: runs.length, parameters: 5 };
    for (const level of LEVELS) {
      count(tallies, "runs, percentile", refitIntervals(pairs, [TARGET], level), level, known);
      count(tallies, "residuals, percentile", refitIntervals(residuals, [TARGET], level), level, known);
      count(tallies, "residuals, expanded", refitIntervals(residuals, [TARGET], level, freedom), level, known);
      const profile = profileFloor(runs, level, objective);
      if (profile) tick(tallies, "profile of E", `E/${level}`, profile.interval, truth.E, level);
      if (objective !== "log-huber") continue;
      const choice = chooseModels([parametric, kaplan, frontier], runs, {
        targets: [TARGET],
        level,
        draws: DRAWS / 2,
        rng,
      })?.targets[0];
      if (!choice) continue;
      tick(tallies, "choice of law", `N/${level}`, choice.N, known.N, level);
      tick(tallies, "choice of law", `loss/${level}`, choice.loss, known.loss);
    }
  }
  return tallies;
}

function count(
  tallies: Map<string, Tally>,
  kind: string,
  intervals: ReturnType<typeof refitIntervals>,
  level: number,
  known: { readonly a: number; readonly N: number; readonly loss: number; readonly E: number | undefined },
): void {
  if (!intervals) return;
  const target = intervals.targets[0];
  tick(tallies, kind, `a/${level}`, intervals.parameters.a, known.a, level);
  tick(tallies, kind, `N/${level}`, target?.N, known.N);
  tick(tallies, kind, `loss/${level}`, target?.loss, known.loss);
  tick(tallies, kind, `E/${level}`, intervals.parameters.E, known.E);
  const [low, high] = intervals.parameters.a ?? [0, 0];
  if (level === 0.95) tallies.get(kind)!.widths.push(high - low);
}

/** Counts a hit; an interval given with its level is counted as one more made, once per simulation. */
function tick(
  tallies: Map<string, Tally>,
  kind: string,
  key: string,
  interval: Interval | undefined,
  truth: number | undefined,
  level?: number,
): void {
  const tally = tallies.get(kind) ?? { made: 0, hits: new Map<string, number>(), widths: [] };
  tallies.set(kind, tally);
  if (level === LEVELS[0]) tally.made++;
  if (truth === undefined) return;
  const hit = interval && interval[0] <= truth && truth <= interval[1] ? 1 : 0;
  tally.hits.set(key, (tally.hits.get(key) ?? 0) + hit);
}

function designed(loss: Loss, noise: () => number): RunPoint[] {
  return BUDGETS.flatMap((C) => {
    const center = Math.log((bestAllocation(loss, C) as Allocation).N);
    return Array.from({ length: SIZES }, (_, i) => {
      const N = Math.exp(center + Math.log(WIDTH) * ((2 * i) / (SIZES - 1) - 1));
      const D = C / (6 * N);
      return { N, D, C, loss: loss(N, D) * noise() };
    });
  });
}

/** The exponent of the optimal N over C between the design's ends: what a power law through the optima would have. */
function localExponent(loss: Loss): number {
  const [low, high] = [BUDGETS[0]!, BUDGETS.at(-1)!];
  return Math.log(bestAllocation(loss, high)!.N / bestAllocation(loss, low)!.N) / Math.log(high / low);
}
