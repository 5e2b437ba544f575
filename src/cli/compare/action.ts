import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Result } from "../../../benchmarks/tournament/result.ts";
import { standingsOf } from "../../../benchmarks/tournament/standings.ts";
import { playTournament } from "../../../benchmarks/tournament/tournament.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { suiteNamed } from "../../surface/suites.ts";
import type { Terminal } from "../command.ts";
import type { CompareOptions } from "../compare.ts";
import { loadStrategies } from "../load-strategy.ts";
import { progressBar } from "../progress.ts";
import { leaderboardTable } from "./table.ts";

/** Plays the tournament, shows it coming, prints the leaderboard and writes the results and the page. */
export async function runCompare(options: CompareOptions, terminal: Terminal): Promise<void> {
  const strategies = await loadStrategies(options.strategies);
  const worlds = suiteNamed(options.suite);
  const total = strategies.length * worlds.length * options.repetitions;
  mkdirSync(options.out, { recursive: true });
  const file = join(options.out, "results.jsonl");
  writeFileSync(file, "");

  const results: Result[] = [];
  const progress = progressBar(terminal, total, "runs");
  for await (const result of playTournament({ ...options, strategies, worlds })) {
    results.push(result);
    appendFileSync(file, `${JSON.stringify(result)}\n`);
    progress.update(results.length);
  }
  progress.stop();

  const standings = standingsOf(results, options.seed);
  const summary = {
    suite: options.suite,
    worlds: worlds.length,
    repetitions: options.repetitions,
    strategies: standings,
  };
  const page = resolve(options.out, "leaderboard.html");
  const { leaderboardPage } = await import("../../report/leaderboard-page.ts");
  const manifest = {
    version: packageJson.version,
    node: process.version,
    suite: options.suite,
    worlds: worlds.map(({ name }) => name),
    repetitions: options.repetitions,
    seed: options.seed,
    command: `isoflop compare --suite ${options.suite} --strategies ${options.strategies} --repetitions ${options.repetitions} --seed ${options.seed}`,
  };
  const points = results.flatMap(({ strategy, world, ...rest }) =>
    rest.status === "ok" ? [{ strategy, world, regret: rest.score.regret }] : [],
  );
  writeFileSync(page, leaderboardPage(manifest, standings, points));
  writeFileSync(join(options.out, "leaderboard.json"), `${JSON.stringify({ ...summary, manifest }, null, 2)}\n`);

  if (options.json) return terminal.out(`${JSON.stringify(summary)}\n`);
  terminal.out(leaderboardTable(standings));
  for (const [failure, count] of countFailures(results)) terminal.out(`failed ${count}×: ${failure}\n`);
  terminal.out(
    `\n${results.length} simulated runs on ${worlds.length} worlds. The page: ${pathToFileURL(page).href}\n`,
  );
}

function countFailures(results: readonly Result[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const result of results) {
    if (result.status !== "failed") continue;
    const failure = `${result.strategy}: ${result.failure}`;
    counts.set(failure, (counts.get(failure) ?? 0) + 1);
  }
  return counts;
}
