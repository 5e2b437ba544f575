import type { Standing } from "../../src/report/standing.ts";
import { fieldOf } from "./analysis/field.ts";
import { ranksByWorld } from "./analysis/ranking.ts";
import { standingsOf as standingsOfField } from "./analysis/standings.ts";
import { Columns } from "./columns.ts";
import type { Result } from "./result.ts";

/** The leaderboard of results held in memory, such as those of a rehearsal. Every strategy needs a result everywhere. */
export function standingsOf(results: readonly Result[], seed: number): Standing[] {
  const names = [...new Set(results.map(({ strategy }) => strategy))];
  const worlds = [...new Set(results.map(({ world }) => world))];
  const repetitions = 1 + Math.max(...results.map(({ repetition }) => repetition));
  const columns = new Columns(names.length, worlds.length, repetitions);
  for (const result of results) {
    const { strategy, world, repetition } = result;
    columns.add(result, { entrant: names.indexOf(strategy), world: worlds.indexOf(world), repetition });
  }
  const field = fieldOf(columns, [...names.keys()]);
  return standingsOfField(field, names, ranksByWorld(field).means, seed);
}
