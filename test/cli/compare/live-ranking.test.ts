import { describe, expect, it } from "vitest";
import { liveRanking } from "../../../src/cli/compare/live-ranking.ts";
import { Columns } from "../../../src/tournament/columns.ts";
import type { QuestionBlock, TournamentFolder } from "../../../src/tournament/folder.ts";
import { previewWorlds } from "../../../src/tournament/preview.ts";
import type { Result } from "../../../src/tournament/result.ts";

const NAMES = ["near", "far"];
const worlds = Array.from({ length: 9 }, (_, i) => `world-${i}`);
const block: QuestionBlock = { question: "course", suite: "mine", worlds };
const tournament = {
  ranked: NAMES,
  blocks: [block],
  manifest: {},
  plan: { entrants: NAMES.map((name) => ({ name })), worlds: worlds.map((name) => ({ name })), repetitions: 1 },
} as unknown as TournamentFolder & { readonly blocks: readonly QuestionBlock[] };

function played(interactive: boolean): string {
  let err = "";
  const terminal = {
    out: () => undefined,
    err: (text: string) => {
      err += text;
    },
    interactive,
    columns: 80,
  };
  const columns = new Columns(2, worlds.length, 1);
  const first = previewWorlds(block);
  const live = liveRanking(terminal, columns, tournament, first, { jobs: 18, stored: 0 });
  let done = 0;
  for (const world of first)
    for (const [entrant, regret] of [0.1, 0.2].entries()) {
      const result = { status: "ok", strategy: NAMES[entrant], submission: {}, score: { regret } };
      columns.add(result as unknown as Result, { entrant, world: worlds.indexOf(world), repetition: 0 });
      done++;
    }
  live.update(done);
  live.stop();
  return err;
}

describe("the first ranking", () => {
  it("is of three worlds spread over a suite, and says that it is preliminary", () => {
    expect(previewWorlds(block)).toEqual(["world-1", "world-4", "world-7"]);
    const text = played(false);
    expect(text).toContain("Preliminary: near leads on the course question (3 of 9 worlds); too few to be sure.\n");
    expect(text).toMatch(/1 {2}near +0\.1000\n2 {2}far +0\.2000\n/);
  });

  it("is erased line by line on a terminal before what follows", () => {
    const text = played(true);
    const [shown = "", erased] = text.split("\u001b[");
    expect(erased).toBe(`${shown.split("\n").length - 1}A`);
  });

  it("is of the worlds of the smoke suite where they are played", () => {
    const many = [...worlds, "handout/smooth", "stanford-2025/central", "misspecified/kaplan"];
    expect(previewWorlds({ ...block, worlds: many })).toEqual(many.slice(-3));
  });
});
