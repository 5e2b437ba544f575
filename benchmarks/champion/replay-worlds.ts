// Replay worlds of tables of finished runs, each budget in turn as the hidden one, as a suite for isoflop compare
// (docs/champion.md):
//   node --import tsx benchmarks/champion/replay-worlds.ts TABLE… > FILE.json
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { replayDocument } from "../../src/surface/replay/replay-document.ts";
import { type FinishedRun, readFinishedRuns } from "../../src/surface/replay/replay-table.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { UserError } from "../../src/task/errors.ts";

/** With fewer rows than this to buy there is nothing to plan. */
const FEWEST_CANDIDATES = 12;
/** Budgets are rounded to 1, 3 and 6 times powers of ten: a row at less than this share of one is not of it. */
const BELOW = Math.sqrt(1 / 3) - 0.01;

const worlds = process.argv.slice(2).flatMap((file) => {
  const stem = basename(file).replace(/\.\w+$/, "");
  const byCorpus = Map.groupBy(readFinishedRuns(readFileSync(file, "utf8")).runs, ({ corpus }) => corpus);
  return [...byCorpus].flatMap(([corpus, runs]) =>
    hidingEach(runs, corpus ? `${stem}-${corpus}` : stem, basename(file)),
  );
});
console.log(JSON.stringify(worlds));

/** A world for every budget that has enough rows below it. */
function hidingEach(runs: readonly FinishedRun[], stem: string, source: string): WorldDocument[] {
  const worlds: WorldDocument[] = [];
  for (let left = runs; ; ) {
    const world = worldOf(left, stem, source);
    if (!world || typeof world.task === "string" || (world.task.candidates?.length ?? 0) < FEWEST_CANDIDATES)
      return worlds;
    worlds.push(world);
    const { target } = world.task;
    left = left.filter(({ C }) => C < BELOW * target);
  }
}

function worldOf(runs: readonly FinishedRun[], stem: string, source: string): WorldDocument | undefined {
  try {
    const world = replayDocument(runs, "replay", source);
    const target = typeof world.task === "string" ? 0 : world.task.target;
    const name = `replay/${stem}-${target.toExponential()}`.toLowerCase().replace(/[^a-z0-9/]+/g, "-");
    return { ...world, name };
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
