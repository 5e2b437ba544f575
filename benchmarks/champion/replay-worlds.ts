// Replay worlds of tables of finished runs, each budget in turn as the hidden one, with as little to spend beside the
// target as the course has, as a suite for isoflop compare (docs/champion.md):
//   node --import tsx benchmarks/champion/replay-worlds.ts TABLE… > FILE.json
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { replayDocument } from "../../src/surface/replay/replay-document.ts";
import { type FinishedRun, readFinishedRuns } from "../../src/surface/replay/replay-table.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { UserError } from "../../src/task/errors.ts";

/** With fewer rows than this that may be bought at all there is nothing to plan. */
const FEWEST_CANDIDATES = 12;
/** The course's cap, as a share of its target: with more, runs next to the target can be had. */
const CAP = 2e18 / 1e19;
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
    const world = worldOf(left, source);
    if (!world || typeof world.task === "string") return worlds;
    const { target, candidates = [] } = world.task;
    const cap = Math.round(Math.min(world.task.cap, CAP * target));
    const name = `replay/${stem}-${target.toExponential()}`.toLowerCase().replace(/[^a-z0-9/]+/g, "-");
    if (candidates.filter(({ trainFlops }) => trainFlops <= cap).length >= FEWEST_CANDIDATES)
      worlds.push({ ...world, name, task: { ...world.task, cap } });
    left = left.filter(({ C }) => C < BELOW * target);
  }
}

function worldOf(left: readonly FinishedRun[], source: string): WorldDocument | undefined {
  try {
    return replayDocument(left, "replay", source);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
