import { buildWorld } from "../../src/surface/build-world.ts";
import { worldsOfTable } from "../../src/surface/replay/table-worlds.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { play } from "../../src/tournament/play.ts";
import { STRATEGIES } from "../../strategies/index.ts";
import { rowsOf, type TableFile } from "./sources.ts";

/** What a strategy may think in a world, in seconds: ten times the tournament's, since this machine may be busy. */
const THINKING_SECONDS = 20;
/** Regrets closer than this are one, in the unit of the loss. */
const SAME = 1e-6;

const field = STRATEGIES.filter(({ fixedRuns }) => !fixedRuns);

/** Prints how many worlds each table gives, how fast, how many regrets differ in a world, and which strategies fail. */
export async function printField(tables: readonly TableFile[], most: number): Promise<void> {
  console.log("table | question | worlds | played | CPU seconds | distinct regrets: least | median | failures");
  let seconds = 0;
  for (const table of tables) {
    const before = process.cpuUsage().user;
    const { rows, stem } = rowsOf(table);
    const { worlds } = worldsOfTable(rows, stem);
    const taken = (process.cpuUsage().user - before) / 1e6;
    seconds += taken;
    for (const [question, asked] of Map.groupBy(worlds, (world) => world.question)) {
      const played = spread(asked, most);
      const results = [];
      for (const world of played) results.push(await playedBy(world));
      const distinct = results.map((result) => result.distinct).toSorted((a, b) => a - b);
      const failures = Map.groupBy(
        results.flatMap((result) => result.failures),
        (failure) => failure,
      );
      const named = [...failures].map(([failure, all]) => `${all.length}× ${failure}`).join("; ") || "none";
      console.log(
        [
          stem,
          question,
          asked.length,
          played.length,
          taken.toFixed(1),
          distinct[0],
          distinct[distinct.length >> 1],
          named,
        ].join(" | "),
      );
    }
    if (worlds.length === 0) console.log([stem, "–", 0, 0, taken.toFixed(1), "–", "–", "–"].join(" | "));
  }
  console.log(`all worlds made in ${seconds.toFixed(0)} s of one core`);
}

async function playedBy(document: WorldDocument): Promise<{ distinct: number; failures: string[] }> {
  const world = buildWorld(document);
  const regrets: number[] = [];
  const failures: string[] = [];
  for (const strategy of field) {
    const result = await play(strategy, world, 0, 1, { thinkingSeconds: THINKING_SECONDS });
    if (result.status === "ok") regrets.push(result.score.regret);
    else failures.push(`${strategy.name}: ${result.failure.slice(0, 80)}`);
  }
  const sorted = regrets.toSorted((a, b) => a - b);
  return { distinct: sorted.filter((regret, i) => i === 0 || regret - sorted[i - 1]! > SAME).length, failures };
}

function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / most)]!);
}
