// Strategies and the champion's ablations on development worlds, a line per family and strategy (docs/champion.md):
//   node --import tsx benchmarks/champion/index.ts [--worlds 40] [--strategies champion,…|ablations] [--cap 2e18]
//     [--families handout,…] [--side development|heldOut] [--noise 1] [--grid whole|small]

import { parseArgs } from "node:util";
import { quantile } from "../../src/statistics/quantile.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { UserError } from "../../src/task/errors.ts";
import { choice, integers } from "../../src/task/search-space.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import type { Task } from "../../src/task/task.ts";
import { play } from "../../src/tournament/play.ts";
import type { Result } from "../../src/tournament/result.ts";
import { ANNEALED } from "../../strategies/champion/annealed.ts";
import { createChampion } from "../../strategies/champion/champion.ts";
import { GATED } from "../../strategies/champion/gated.ts";
import { ALL_INGREDIENTS, type Ingredients } from "../../strategies/champion/ingredients.ts";
import { CHINCHILLA } from "../../strategies/champion/laws.ts";
import { strategyNamed } from "../../strategies/index.ts";
import { drawWorlds, FAMILIES, type Family, type Side } from "./draws.ts";
import { RULES } from "./rules.ts";
import { tellUserErrors } from "./user-errors.ts";

const without =
  (...left: readonly string[]): Ingredients["includes"] =>
  (name) =>
    !left.includes(name);

/** The champion with one ingredient changed or left out. */
const CHANGES: Readonly<Record<string, Partial<Ingredients>>> = {
  "one-family": { includes: (name) => name === CHINCHILLA.name },
  "without-gated": { includes: without(GATED.name) },
  "without-annealed": { includes: without(ANNEALED.name) },
  "without-endpoint": { includes: without(GATED.name, ANNEALED.name) },
  "only-gated": { includes: (name) => name === GATED.name },
  "only-annealed": { includes: (name) => name === ANNEALED.name },
  "weighed-by-evidence": { weighing: "evidence" },
  "weighed-alike": { weighing: "alike" },
  "one-stage": { stages: [1] },
  "for-regret-only": { aim: "regret" },
  "for-loss-only": { aim: "loss" },
  "no-discrepancy": { discrepancy: false },
  "all-effects": { effects: "all" },
  "no-anchors": { anchors: false },
  "likeliest-surface": { integrate: false },
  "off-the-grid": { trainedOnly: false },
};

/** The champion's ablations by name. */
const VARIANTS: readonly Strategy[] = Object.entries(CHANGES).map(([name, change]) => ({
  ...createChampion({ ...ALL_INGREDIENTS, ...change }),
  name: `champion/${name}`,
}));

const { values } = parseArgs({
  options: {
    worlds: { type: "string", default: "40" },
    strategies: { type: "string", default: "champion" },
    families: { type: "string", default: FAMILIES.join(",") },
    side: { type: "string", default: "development" },
    cap: { type: "string" },
    noise: { type: "string", default: "1" },
    grid: { type: "string", default: "whole" },
  },
});
tellUserErrors("champion");
const count = Number(values.worlds);
if (!(count >= 1)) throw new UserError(`--worlds must be a number of worlds from 1 on, got "${values.worlds}"`);
const names =
  values.strategies === "ablations"
    ? ["champion", ...VARIANTS.map(({ name }) => name)]
    : values.strategies.split(",").map((name) => name.trim());
/** Three budgets, two learning rates, nothing wider than 768. */
const SMALL_GRID: Task["searchSpace"] = {
  ...STANFORD_2025_TASK.searchSpace,
  dModel: integers(64, 768),
  learningRate: choice([3e-4, 1e-3]),
  trainFlops: choice([3e15, 3e16, 3e17]),
};
const TIE = 0.002;
/** Caps by world. */
const caps = new Map<string, number>();

const side = values.side as Side;
for (const family of values.families.split(",") as Family[]) {
  const worlds = drawWorlds(side, family, count).map((document) => buildWorld(changed(document)));
  let first: readonly Result[] | undefined;
  for (const name of names) {
    const results: Result[] = [];
    for (const world of worlds) results.push(await play(strategyOf(name), world, 0, 1, { thinkingSeconds: 60 }));
    first ??= results;
    console.log(
      `${family.padEnd(13)} ${name.padEnd(30)} ${told(results)}${results === first ? "" : `  ${against(results, first)}`}`,
    );
  }
}

function told(results: readonly Result[]): string {
  const ok = results.flatMap((result) => (result.status === "ok" ? [result] : []));
  const at = (of: readonly number[], p: number) => quantile(of, p).toFixed(4);
  const regrets = ok.map(({ score }) => score.regret);
  const widths = ok.flatMap(({ submission: { interval } }) => (interval ? [interval.high - interval.low] : []));
  const errors = ok.map(({ score }) => score.lossError);
  const seconds = ok.map((result) => result.seconds);
  const shares = ok.flatMap(({ score, submission: { interval, predictedLoss } }) => {
    if (!interval) return [];
    const half = score.lossError > 0 ? predictedLoss - interval.low : interval.high - predictedLoss;
    return [Math.abs(score.lossError) / half];
  });
  const covered = ok.filter(({ score }) => score.covered).length;
  return [
    `n ${ok.length}/${results.length} regret ${at(regrets, 0.5)} p90 ${at(regrets, 0.9)} lnN ${at(
      ok.map(({ score }) => score.lnNError),
      0.5,
    )}`,
    `loss error ${at(errors, 0.5)}, |.| ${at(errors.map(Math.abs), 0.5)}; seconds ${seconds.length ? at(seconds, 0.5) : ""} p90 ${at(seconds, 0.9)}`,
    `spent ${at(
      ok.map(({ spent }, i) => spent / buildCap(results[i]!)),
      0.5,
    )}`,
    widths.length > 0
      ? `covered ${(covered / ok.length).toFixed(3)} width ${at(widths, 0.5)} error over half-width at 80 % ${at(shares, 0.8)}`
      : "no interval",
  ].join(" ");
}

/** How often, less how often not, these regrets are smaller than the first strategy's by more than a tie. */
function against(results: readonly Result[], first: readonly Result[]): string {
  let net = 0;
  for (const [i, result] of results.entries()) {
    const other = first[i];
    if (result.status !== "ok" || other?.status !== "ok") continue;
    const difference = result.score.regret - other.score.regret;
    if (Math.abs(difference) > TIE) net -= Math.sign(difference);
  }
  return `net wins ${net > 0 ? "+" : ""}${net}`;
}

function buildCap({ world }: Result): number {
  return caps.get(world) ?? Number.NaN;
}

function changed(document: WorldDocument): WorldDocument {
  const factor = Number(values.noise);
  const task = document.task === "stanford-2025" ? STANFORD_2025_TASK : document.task;
  const searchSpace = values.grid === "small" ? SMALL_GRID : task.searchSpace;
  const cap = values.cap === undefined ? task.cap : Number(values.cap);
  caps.set(document.name, cap);
  return {
    ...document,
    task: { ...task, searchSpace, cap },
    noise: { ...document.noise, sdByLoss: document.noise.sdByLoss.map(([loss, sd]) => [loss, factor * sd] as const) },
  };
}

function strategyOf(name: string): Strategy {
  return [...VARIANTS, ...RULES].find((variant) => variant.name === name) ?? strategyNamed(name);
}
