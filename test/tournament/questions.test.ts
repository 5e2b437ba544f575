import { describe, expect, it } from "vitest";
import { presetDocument } from "../../src/surface/presets.ts";
import { blocksOfSuites } from "../../src/tournament/questions.ts";
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
