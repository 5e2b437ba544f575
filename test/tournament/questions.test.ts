import { describe, expect, it } from "vitest";
import { presetDocument } from "../../src/surface/presets.ts";
import type { Analysis } from "../../src/tournament/analysis/analysis.ts";
import { blocksOfSuites, claimOf } from "../../src/tournament/questions.ts";
import { HEAD, sweep, worldsIn } from "../surface/replay/tables.ts";

describe("the blocks of suites", () => {
  const course = ["handout/smooth", "effects/floor"].map(presetDocument);
  const table = [presetDocument("real-tables/farseer-1")];
  const recipe = [presetDocument("recipes/oellm-1")];

  it("are one a question, whatever suites its worlds come from, and one a table of finished runs", () => {
    const replayed = worldsIn(`${HEAD}\n${sweep()}`);
    const suites = [
      { name: "a", worlds: [course[0]!, ...recipe] },
      { name: "table", worlds: table },
      { name: "b", worlds: [course[1]!] },
      { name: "table:mine.csv", worlds: replayed },
    ];
    expect(blocksOfSuites(suites).map(({ question, suite, worlds }) => [question, suite, worlds.length])).toEqual([
      ["course", "a,b", 2],
      ["recipe", "a", 1],
      ["table", "table", 1],
      ["table", "table:mine.csv", replayed.length],
    ]);
  });
});

describe("the result of a block in words", () => {
  const block = { question: "course", suite: "mine", worlds: [] } as const;
  const standing = (name: string, iqm: number) => ({ name, regret: { iqm, newWorlds: [0, 1] } });
  const against = (worse: string, p: number) => ({ better: "a", worse, p });
  const said = (pairs: readonly object[], worlds = 40) =>
    claimOf(block, {
      standings: [standing("a", 0.1), standing("b", 0.2), standing("c", 0.3)],
      pairs,
      manifest: { worlds, source: "simulated" },
    } as unknown as Analysis);

  it("names the leader, its question and over whom the lead is significant", () => {
    expect(said([against("b", 0.01), against("c", 0.02)])).toMatch(
      /^a leads on the course question; the lead over every other strategy is significant\. .*0\.1000.*next is b with 0\.2000/,
    );
    expect(said([against("b", 0.3), against("c", 0.02)])).toContain("significant over 1 of 2 strategies, not over b.");
    expect(said([against("b", 0.3), against("c", 0.9)])).toContain("not significant over any other strategy");
  });

  it("says so where the worlds are too few for any verdict", () => {
    expect(said([against("b", 0.25), against("c", 0.25)], 3)).toContain("3 worlds are too few");
  });
});
