import { describe, expect, it } from "vitest";
import { type Rng, randomStream, standardNormal } from "../../src/task/random.ts";
import type { Analysis, Manifest, Pair } from "../../src/tournament/analysis/analysis.ts";
import { analyze } from "../../src/tournament/analysis/analyze.ts";
import { alikeRuns, pairsOf } from "../../src/tournament/analysis/comparisons.ts";
import { fieldOf } from "../../src/tournament/analysis/field.ts";
import { Columns } from "../../src/tournament/columns.ts";
import type { Result } from "../../src/tournament/result.ts";
import { SUBMISSION } from "./strategies/behaviors.ts";
import { worldsForTest } from "./world.ts";

const NAMES = ["good", "bad", "failing", "random-affordable"];
const WORLDS = worldsForTest(8);
const REPETITIONS = 2;

function resultOf(strategy: string, world: string, repetition: number, regret: number | undefined): Result {
  const protocol = { spent: 1e18, queries: 5, repeats: 0, refused: 0, invalid: 0, seconds: 0.1 };
  const job = { strategy, world, repetition, ...protocol };
  if (regret === undefined) return { ...job, status: "failed", failure: "broke" };
  const score = {
    trueLoss: 2.8 + regret,
    predictedLoss: 2.9,
    regret,
    regretFromSize: regret / 4,
    regretFromHyperparameters: (3 * regret) / 4,
    lnNError: 0.5,
    lossError: 0.1 - regret,
    covered: true,
    computeEquivalent: 0.9,
    intervalScore: 0.2,
  };
  return { ...job, status: "ok", submission: SUBMISSION, score, anytime: [1, 1, null, 0.5, regret, regret] };
}

/** A tournament whose regrets are given by entrant, world and repetition; undefined for a failed run. */
function columnsOf(
  regret: (entrant: number, world: number, repetition: number) => number | undefined,
  { names = NAMES, worlds = WORLDS.length, repetitions = REPETITIONS } = {},
): Columns {
  const columns = new Columns(names.length, worlds, repetitions);
  for (const [entrant, name] of names.entries())
    for (let world = 0; world < worlds; world++)
      for (let repetition = 0; repetition < repetitions; repetition++) {
        const result = resultOf(name, `test/${world}`, repetition, regret(entrant, world, repetition));
        columns.add(result, { entrant, world, repetition });
      }
  return columns;
}

function analysisOf(columns: Columns): Analysis {
  const manifest = { seed: 0 } as Manifest;
  return analyze({ manifest, columns, worlds: WORLDS, names: NAMES, ranked: [0, 1, 2], control: 3 });
}

const SPREAD = [0.01, 0.05, undefined, 0.1] as const;
const regular = (entrant: number, world: number) => {
  const regret = SPREAD[entrant];
  return regret === undefined ? undefined : regret * (1 + world / 10);
};

describe("the analysis", () => {
  const { standings, pairs, ranking, cells, failures, groups, profiles } = analysisOf(columnsOf(regular));
  const standing = (name: string) => standings.find((each) => each.name === name)!;

  it("ranks by the interquartile mean of the regret, the control left out", () => {
    expect(standings.map(({ name }) => name)).toEqual(["good", "bad", "failing"]);
    expect(standings.map(({ rank }) => rank.mean)).toEqual([1, 2, 3]);
    expect(cells).toEqual({ complete: 16, planned: 16 });
  });

  it("scores a failed run as the worst of the field in its world, the control among it", () => {
    expect(standing("failing")).toMatchObject({ n: 16, failed: 16 });
    expect(standing("failing").regret.iqm).toBeCloseTo(standing("bad").regret.iqm * 2, 12);
    expect(failures).toEqual([{ strategy: "failing", failure: "broke", count: 16 }]);
  });

  it("normalizes by the control, world by world", () => {
    expect(standing("good").normalisedRegret?.iqm).toBeCloseTo(0.1, 12);
    expect(standing("failing").normalisedRegret?.iqm).toBeCloseTo(1, 12);
  });

  it("splits the regret, and keeps errors, coverage and protocol of what was submitted", () => {
    const { regret, coverage, lnNError, protocol } = standing("bad");
    expect(regret.fromHyperparameters).toBeCloseTo(3 * regret.fromSize, 12);
    expect(coverage).toMatchObject({ level: 0.8, rate: 1, n: 16 });
    expect(lnNError).toMatchObject({ median: 0.5, medianAbsolute: 0.5 });
    expect(protocol).toEqual({ queries: 5, repeats: 0, refused: 0, invalid: 0 });
    expect(standing("failing").coverage).toBeUndefined();
  });

  it("gives a moment in which recommending failed the worst known of that world", () => {
    const { anytime } = standing("good");
    expect(anytime?.map(({ share }) => share)).toEqual([0.01, 0.05, 0.1, 0.25, 0.5, 1]);
    expect(anytime?.[0]?.iqm).toBe(1);
    expect(anytime?.[5]?.iqm).toBeCloseTo(standing("good").regret.iqm, 9);
  });

  it("calls a difference significant that holds in every world, and none that does not", () => {
    expect(pairs).toContainEqual(expect.objectContaining({ better: "good", worse: "bad", probability: 1 }));
    // Eight worlds, three pairs: 3 · 2/2^8.
    expect(pairs.find(({ worse }) => worse === "bad")?.p).toBeCloseTo(6 / 256, 12);
    expect(ranking?.worlds).toBe(8);
    expect(ranking?.p).toBeLessThan(0.001);
  });

  it("groups by suite and tag, and draws profiles that rise to all", () => {
    expect(groups.map(({ name, worlds }) => [name, worlds])).toEqual([["test", 8]]);
    for (const { shares } of profiles.strategies) {
      expect(shares).toEqual(shares.toSorted((a, b) => a - b));
      expect(shares.at(-1)).toBe(1);
    }
  });

  it("leaves out the cells that not all strategies have played", () => {
    const columns = columnsOf(regular);
    columns.of("ok")[columns.index({ entrant: 1, world: 2, repetition: 1 })] = Number.NaN;
    const { cells: some, standings: rest } = analysisOf(columns);
    expect(some).toEqual({ complete: 15, planned: 16 });
    expect(rest.every(({ n }) => n === 15)).toBe(true);
  });
});

describe("a strategy that does not apply", () => {
  const absentFrom = (absent: (entrant: number, world: number) => boolean) => {
    const columns = new Columns(NAMES.length, WORLDS.length, REPETITIONS);
    for (const [entrant, strategy] of NAMES.entries())
      for (let world = 0; world < WORLDS.length; world++)
        for (let repetition = 0; repetition < REPETITIONS; repetition++) {
          const scored = resultOf(strategy, `test/${world}`, repetition, 0.1);
          const { spent, queries, repeats, refused, invalid, seconds } = scored;
          const job = { strategy, world: scored.world, repetition, spent, queries, repeats, refused, invalid, seconds };
          const result = absent(entrant, world) ? { ...job, status: "not-applicable" as const, failure: "no" } : scored;
          columns.add(result, { entrant, world, repetition });
        }
    return columns;
  };

  it("is named and not ranked, and costs the others no cell", () => {
    const { standings, cells, notApplicable, failures, profiles, worlds } = analysisOf(
      absentFrom((entrant, world) => entrant === 1 && world < 3),
    );
    expect(standings.map(({ name }) => name).sort()).toEqual(["failing", "good"]);
    expect(notApplicable).toEqual([{ strategy: "bad", worlds: 3, reason: "no" }]);
    expect(cells).toEqual({ complete: 16, planned: 16 });
    expect(failures).toEqual([]);
    expect(profiles.strategies.map(({ strategy }) => strategy)).toEqual(["good", "failing"]);
    expect(worlds.every(({ regret }) => !("bad" in regret))).toBe(true);
  });

  it("leaves nothing to compare when no strategy applies", () => {
    expect(() => analysisOf(absentFrom((entrant) => entrant < 3))).toThrow(/no strategy that was entered applies/);
  });
});

describe("two identical strategies", () => {
  /** A field of two whose regrets come from one distribution, each with its own draws. */
  function alike(rng: Rng) {
    const effects = Array.from({ length: 20 }, () => -3 + standardNormal(rng));
    const regret = (_: number, world: number) => Math.exp((effects[world] as number) + 0.7 * standardNormal(rng));
    return fieldOf(columnsOf(regret, { names: ["a", "b"], worlds: 20 }), [0, 1]);
  }

  it("differ significantly no more often than the level says", () => {
    const trials = 200;
    let apart = 0;
    for (let trial = 0; trial < trials; trial++) {
      const [pair] = pairsOf(alike(randomStream(`alike ${trial}`)), ["a", "b"], trial);
      if ((pair?.p ?? 1) < 0.05) apart++;
    }
    // Binomial(200, 0.05) has mean 10 and standard deviation 3.1.
    expect(apart).toBeLessThanOrEqual(10 + 3 * 3.1);
  });

  it("with the same answers are tied in every pair", () => {
    const same = columnsOf((_, world) => 0.01 * (world + 1), { names: ["a", "b"] });
    const [pair] = pairsOf(fieldOf(same, [0, 1]), ["a", "b"], 0);
    expect(pair).toMatchObject({ probability: 0.5, interval: [0.5, 0.5], newWorlds: [0.5, 0.5], p: 1 });
  });
});

describe("strategies that do not differ", () => {
  const pair = (better: string, worse: string, p: number) => ({ better, worse, p }) as Pair;

  it("are runs without a significant pair, none within another", () => {
    const pairs = [pair("a", "b", 0.3), pair("a", "c", 0.01), pair("b", "c", 0.2), pair("d", "a", 0.001)];
    expect(alikeRuns(["a", "b", "c"], pairs)).toEqual([
      [0, 1],
      [1, 2],
    ]);
    expect(alikeRuns(["a", "b"], [pair("b", "a", 0.9)])).toEqual([[0, 1]]);
    expect(alikeRuns(["a", "d"], pairs)).toEqual([]);
  });
});
