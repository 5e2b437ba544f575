// What a tournament on worlds of benchmarks/champion/worlds.ts says of the champion, family by family
// (docs/champion.md):
//   node --import tsx benchmarks/champion/evidence.ts FOLDER [FOLDER of the champion with less to spend]

import { median, quantile } from "../../src/statistics/quantile.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { UserError } from "../../src/task/errors.ts";
import { pairsOf, rankingOf, ranksByWorld } from "../../src/tournament/analysis/comparisons.ts";
import { trained } from "../../src/tournament/analysis/drill-down.ts";
import { type Field, fieldOf, valuesOf } from "../../src/tournament/analysis/field.ts";
import { informationLimit, vagueBelief } from "../../src/tournament/analysis/information-limit.ts";
import { standingsOf } from "../../src/tournament/analysis/standings.ts";
import { Columns } from "../../src/tournament/columns.ts";
import { readTournament, resultsPath } from "../../src/tournament/folder.ts";
import { jobsOf } from "../../src/tournament/plan.ts";
import type { BoughtRun } from "../../src/tournament/result.ts";
import { readResults } from "../../src/tournament/results-file.ts";
import { drawWorlds, FAMILIES, type Family, type Side } from "./draws.ts";
import { beliefFrom } from "./limits.ts";
import { tellUserErrors } from "./user-errors.ts";

const CHAMPION = "champion";
/** What the champion with less to spend is held against. */
const RIVAL = "two-stage-isoflops";
/** Worlds drawn to learn how the constants of a family go together, for the limits. */
const DRAWS_FOR_LIMITS = 4000;

const [folder, lessFolder] = process.argv.slice(2);
tellUserErrors("evidence");
if (!folder) throw new UserError("which folder? It is what isoflop compare --out wrote");
const { plan, manifest, ranked } = readTournament(folder);
const names = plan.entrants.map(({ name }) => name);
const columns = new Columns(names.length, plan.worlds.length, plan.repetitions);
const champions = new Map<string, readonly BoughtRun[]>();
const jobs = jobsOf(plan);
await readResults(resultsPath(folder), (result) => {
  const place = jobs.get(result.key);
  if (!place) return;
  columns.add(result, place);
  if (result.strategy === CHAMPION && result.runs) champions.set(result.world, result.runs);
});
const entrants = ranked.map((name) => names.indexOf(name));

console.log(
  `engine ${manifest.engine}, Node ${manifest.node}, suite ${manifest.suiteHash}, cap ${manifest.budget ?? 2e18}`,
);
for (const family of FAMILIES) {
  const among = (world: number) => plan.worlds[world]!.tags[0] === family;
  if (!plan.worlds.some((_, world) => among(world))) continue;
  const field = fieldOf(columns, entrants, undefined, among);
  tellOfFamily(family, field);
}
tellOfAll(fieldOf(columns, entrants));
if (lessFolder) await tellOfLess(lessFolder);

function tellOfFamily(family: Family, field: Field): void {
  const standings = standingsOf(field, names, ranksByWorld(field).means, plan.seed);
  console.log(`\n${family}: ${field.cells.length} worlds; by median regret`);
  for (const { name, regret, lossError, coverage, failed } of standings.toSorted(
    (a, b) => a.regret.median - b.regret.median,
  )) {
    const ends = ([low, high]: readonly [number, number]) => `[${nats(low)}, ${nats(high)}]`;
    const said = coverage
      ? `covers ${coverage.rate.toFixed(3)} [${coverage.interval.map((end) => end.toFixed(3)).join(", ")}] of ${coverage.level}, width ${nats(coverage.width)}`
      : "no interval";
    console.log(
      `  ${name.padEnd(22)} median ${nats(regret.median)} ${ends(wholeOf(field, name, 0.5))} p90 ${nats(regret.p90)} ${ends(wholeOf(field, name, 0.9))}`,
      `|loss error| ${nats(lossError.medianAbsolute)}, ${said}${failed > 0 ? `, ${failed} failed` : ""}`,
    );
  }
  tellOfLimits(family, field);
}

/** 95 % percentile interval over new worlds like these of a quantile of the regret. */
function wholeOf(field: Field, name: string, p: number): [number, number] {
  const values = field.regrets.get(names.indexOf(name)) as Float64Array;
  // Order statistics: binomial ends, without resampling.
  const sorted = values.toSorted();
  const spread = 1.96 * Math.sqrt(sorted.length * p * (1 - p));
  const at = (rank: number) => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(rank)))] as number;
  return [at(sorted.length * p - spread - 1), at(sorted.length * p + spread)];
}

function tellOfLimits(family: Family, field: Field): void {
  const side: Side = plan.worlds.some(({ name }) => name.includes("/held-out-")) ? "heldOut" : "development";
  const draws = drawWorlds(side, family, DRAWS_FOR_LIMITS);
  const champion = names.indexOf(CHAMPION);
  const regrets = field.regrets.get(champion) as Float64Array;
  const errors = valuesOf(columns, "lossError", champion, field.cells);
  const rows = field.cells.flatMap(({ world }, i) => {
    const document = plan.worlds[world] as WorldDocument;
    const runs = champions.get(document.name);
    const belief = beliefFrom(draws, document) ?? vagueBelief(document);
    const limit = runs && informationLimit(document, runs.flatMap(trained), belief);
    return limit ? [{ limit, regret: regrets[i] as number, error: Math.abs(errors[i] as number) }] : [];
  });
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const rms = (values: readonly number[]) => Math.sqrt(mean(values.map((value) => value * value)));
  console.log(
    `  limit of its runs, ${rows.length} worlds: expected regret mean ${nats(mean(rows.map(({ limit }) => limit.regret)))}, median ${nats(median(rows.map(({ limit }) => limit.regret)))}; champion's mean ${nats(mean(rows.map(({ regret }) => regret)))};`,
    `sd of the loss median ${nats(median(rows.map(({ limit }) => limit.lossSd)))}, rms ${nats(rms(rows.map(({ limit }) => limit.lossSd)))}; champion's rms ${nats(rms(rows.map(({ error }) => error)))}`,
  );
}

function tellOfAll(field: Field): void {
  const { rows, means } = ranksByWorld(field);
  const ranking = rankingOf(rows, means, names);
  console.log(`\nall: ${field.cells.length} worlds; critical difference ${ranking?.criticalDifference.toFixed(2)}`);
  for (const [entrant, rank] of [...means].sort(([, a], [, b]) => a - b).slice(0, 4))
    console.log(`  ${names[entrant]?.padEnd(22)} mean rank ${rank.toFixed(2)}`);
  console.log("  probability of improvement of the champion, interval for new worlds like these, Holm's p:");
  for (const { better, worse, probability, newWorlds, p } of pairsOf(field, names, plan.seed)) {
    if (better !== CHAMPION && worse !== CHAMPION) continue;
    const ahead = better === CHAMPION;
    const [low, high] = ahead ? newWorlds : [1 - newWorlds[1], 1 - newWorlds[0]];
    console.log(
      `  over ${(ahead ? worse : better).padEnd(22)} ${(ahead ? probability : 1 - probability).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] p ${p.toPrecision(2)}`,
    );
  }
  const seconds = valuesOf(columns, "seconds", names.indexOf(CHAMPION), field.cells);
  console.log(
    `  thinking, seconds a run: median ${median(seconds).toFixed(2)}, 99 % ${quantile(seconds, 0.99).toFixed(2)}, most ${Math.max(...seconds).toFixed(2)}`,
  );
}

/**
 * The champion of another folder, with another cap, against a rival with the whole: the same worlds and the same noise.
 */
async function tellOfLess(folderOfLess: string): Promise<void> {
  const less = readTournament(folderOfLess);
  const lessJobs = jobsOf(less.plan);
  const regrets = new Map<string, number>();
  await readResults(resultsPath(folderOfLess), (result) => {
    if (lessJobs.has(result.key) && result.strategy === CHAMPION)
      regrets.set(result.world, result.status === "ok" ? result.score.regret : Number.POSITIVE_INFINITY);
  });
  console.log(`\n${CHAMPION} with ${less.manifest.budget} FLOPs against ${RIVAL} with ${manifest.budget ?? 2e18}:`);
  const field = fieldOf(columns, entrants);
  const rivals = field.regrets.get(names.indexOf(RIVAL)) as Float64Array;
  for (const family of FAMILIES) {
    const pairs = field.cells.flatMap(({ world }, i) => {
      const { name, tags } = plan.worlds[world] as WorldDocument;
      const own = regrets.get(name);
      return tags[0] === family && own !== undefined ? [[own, rivals[i] as number] as const] : [];
    });
    const better = pairs.filter(([own, rival]) => own < rival).length;
    console.log(
      `  ${family.padEnd(14)} ${pairs.length} worlds: median ${nats(median(pairs.map(([own]) => own)))} against ${nats(median(pairs.map(([, rival]) => rival)))}; better on ${better}`,
    );
  }
}

function nats(value: number): string {
  return value.toFixed(4);
}
