// Strategies on development worlds, a line per family and strategy (docs/champion.md):
//   node --import tsx benchmarks/champion/index.ts [worlds per family] [strategies] [cap] [factor on the noise]
import { buildWorld } from "../../src/surface/build-world.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { champion } from "../../strategies/champion.ts";
import { strategyNamed } from "../../strategies/index.ts";
import { quantile } from "../statistics/quantile.ts";
import { play } from "../tournament/play.ts";
import { drawWorlds, FAMILIES } from "./draws.ts";

const [count = "40", names = "champion", cap = "2e18", noise = "1"] = process.argv.slice(2);

for (const family of FAMILIES) {
  const worlds = drawWorlds("development", family, Number(count)).map((document) => buildWorld(changed(document)));
  for (const name of names.split(",")) {
    const results = [];
    for (const world of worlds) results.push(await play(strategyOf(name), world, 0, 1));
    const ok = results.flatMap((result) => (result.status === "ok" ? [result] : []));
    const at = (values: readonly number[], p: number) => quantile(values, p).toFixed(4);
    const regrets = ok.map(({ score }) => score.regret);
    const widths = ok.flatMap(({ submission: { interval } }) => (interval ? [interval.high - interval.low] : []));
    const errors = ok.map(({ score }) => Math.abs(score.lossError));
    const covered = ok.filter(({ score }) => score.covered).length;
    console.log(
      `${family.padEnd(13)} ${name.padEnd(22)} n ${ok.length}/${worlds.length}`,
      `regret ${at(regrets, 0.5)} p90 ${at(regrets, 0.9)} |loss error| ${at(errors, 0.5)}`,
      widths.length > 0 ? `covered ${(covered / ok.length).toFixed(3)} width ${at(widths, 0.5)}` : "no interval",
      `s ${at(
        ok.map(({ seconds }) => seconds),
        0.5,
      )}`,
    );
  }
}

function changed(document: WorldDocument): WorldDocument {
  const factor = Number(noise);
  return {
    ...document,
    task: { ...STANFORD_2025_TASK, cap: Number(cap) },
    noise: { ...document.noise, sdByLoss: document.noise.sdByLoss.map(([loss, sd]) => [loss, factor * sd] as const) },
  };
}

/** The champion is not on the shipped list until it holds at small budgets too. */
function strategyOf(name: string): Strategy {
  return name === champion.name ? champion : strategyNamed(name);
}
