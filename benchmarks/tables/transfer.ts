// Sim to real, with the plan fixed before it was first played (docs/tables-as-worlds.md):
//   node --import tsx benchmarks/tables/transfer.ts FOLDER
// A stopped run goes on in its folder.
import { readFileSync } from "node:fs";
import { runTransfer } from "../../src/cli/transfer/action.ts";
import { kendallTau, meanRanks, ranksOf } from "../../src/statistics/ranks.ts";
import { suiteNamed } from "../../src/surface/suites/suites.ts";
import { TIE } from "../../src/tournament/analysis/field.ts";
import { resultsPath } from "../../src/tournament/folder.ts";
import { parseResultLine } from "../../src/tournament/result.ts";
import { sharedData } from "../shared-data.ts";

const SUITE = "course";
/** One family a line: every shipped strategy but those with fixed runs plays six worlds of each, once. */
const FAMILIES = [
  [sharedData("tables/farseer.csv")],
  [sharedData("replay/marin_isoflop_comma.csv"), sharedData("replay/marin_isoflop_dclm.csv")],
  [sharedData("tables/porian_isoflop_points.csv")],
  [sharedData("replay/gemstones.jsonl")],
  [`${sharedData("fits/isoflop-experiments.csv")}#llama`],
  [`${sharedData("fits/isoflop-experiments.csv")}#chinchilla`],
];
const WORLDS = 6;

const folder = process.argv[2];
if (folder === undefined) throw new Error("name the folder of the results");
const terminal = {
  out: (text: string) => process.stdout.write(text),
  err: (text: string) => process.stderr.write(text),
  interactive: false,
  columns: Number.POSITIVE_INFINITY,
};
await runTransfer(
  SUITE,
  FAMILIES.map((files) => files.join(",")),
  { worlds: WORLDS, thinking: 60, seed: 0, out: folder },
  terminal,
);
printLaws(folder);

/** The order on the suite's other worlds against that on real laws. */
function printLaws(results: string): void {
  const regrets = new Map<string, Map<string, number>>();
  for (const line of readFileSync(resultsPath(results), "utf8").split("\n")) {
    const result = line === "" ? undefined : parseResultLine(line);
    if (!result?.world.startsWith("shipped/")) continue;
    const world = regrets.get(result.world) ?? new Map<string, number>();
    regrets.set(result.world, world.set(result.strategy, result.status === "ok" ? result.score.regret : Infinity));
  }
  const names = [...(regrets.values().next().value ?? new Map<string, number>()).keys()].toSorted();
  const order = (real: boolean) =>
    meanRanks(
      suiteNamed(SUITE)
        .filter(({ tags }) => tags.includes("real-laws") === real)
        .map(({ name, tie = TIE }) => {
          const world = regrets.get(`shipped/${name}`)!;
          return ranksOf(
            names.map((strategy) => Math.min(1e3, world.get(strategy)!)),
            tie,
          );
        }),
    );
  const [drawn, real] = [order(false), order(true)];
  console.log(`\ncourse question, drawn worlds against real laws: τ ${kendallTau(drawn, real).toFixed(2)}`);
  for (const i of names.keys()) console.log(`${names[i]!.padEnd(24)} ${drawn[i]!.toFixed(2)} ${real[i]!.toFixed(2)}`);
}
