import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharedData } from "../../../benchmarks/shared-data.ts";
import { drive } from "../../../src/experiment/drive.ts";
import { scoreSubmission } from "../../../src/experiment/score.ts";
import { buildWorld } from "../../../src/surface/build-world.ts";
import { replaySuite } from "../../../src/surface/replay/replay-suite.ts";
import { readFinishedRuns } from "../../../src/surface/replay/replay-table.ts";
import { optimumOf } from "../../../src/surface/truth.ts";
import { parseWorld } from "../../../src/surface/world-document.ts";
import { nonEmbeddingParameters } from "../../../src/task/accounting.ts";
import { play } from "../../../src/tournament/play.ts";
import { simulatedApi } from "../../../src/training-api/simulated.ts";
import { STRATEGIES } from "../../../strategies/index.ts";
import { requiresData } from "../../requires.ts";

/** Three isoFLOP curves of made-up runs, their best sizes growing. */
const TABLE = [
  "width,depth,lr,batch_size,flops,loss",
  ...[1e16, 1e17, 1e18].flatMap((C, level) =>
    [256, 384, 512, 640, 768, 1024].map(
      (width, i) => `${width},${width / 64},0.001,128,${C},${4 - 0.5 * level + 0.05 * (i - 1 - level) ** 2}`,
    ),
  ),
].join("\n");
const withN = TABLE.split("\n")
  .map((line, i) => {
    const [width = "", depth = ""] = line.split(",");
    return i === 0 ? `params,${line}` : `${12 * Number(depth) * Number(width) ** 2},${line}`;
  })
  .join("\n");
const worldOf = (text: string) => buildWorld(replaySuite(text, "mine.csv")[0] ?? expect.unreachable());

describe("a replay", () => {
  const world = worldOf(withN);

  it("hides the rows of the top budget and offers the cheaper ones", () => {
    expect(world.task.target).toBe(1e18);
    expect(world.task.candidates).toHaveLength(12);
    expect(world.task.candidates?.every(({ trainFlops }) => trainFlops < 1e18)).toBe(true);
    expect(world.task.searchSpace.trainFlops).toEqual({ kind: "choice", values: [1e16, 1e17] });
  });

  it("takes the best hidden row as the optimum and scores a submission by the nearest hidden row", () => {
    expect(optimumOf(world)).toMatchObject({ loss: 3, config: { dModel: 640, numLayers: 10 } });
    const config = { dModel: 1088, numLayers: 16, numHeads: 17, batchSize: 128, learningRate: 1e-3, trainFlops: 1e18 };
    expect(world.expectedLoss(config)).toBeCloseTo(3.2, 12);
    const score = scoreSubmission(world, { config, predictedLoss: 3.2 });
    expect(score.regret).toBeCloseTo(0.2, 12);
    expect(score.nearestRun).toMatchObject({ config: { dModel: 1024, numLayers: 16 } });
    expect(score.nearestRun?.distance).toBeCloseTo(Math.log((1088 / 1024) ** 2) + 0.05 * Math.log(1088 / 1024), 9);
  });

  it("answers with the nearest row, says so, and charges it once", async () => {
    const api = simulatedApi(world);
    const asked = { dModel: 500, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e17 };
    const answer = await api.loss(asked);
    expect(answer).toMatchObject({
      status: "ok",
      source: "replay",
      totalFlopsUsed: 1e17,
      substitute: { dModel: 512, numLayers: 8 },
    });
    expect(await api.loss({ ...asked, dModel: 512 })).toMatchObject({ status: "ok", totalFlopsUsed: 1e17 });
    expect(await api.loss({ ...asked, trainFlops: 3e17 })).toMatchObject({
      status: "invalid",
      message: expect.stringContaining("train_flops"),
    });
    expect((await api.previousRuns()).map(({ dModel }) => dModel)).toEqual([512]);
  });

  it("shows a strategy the row that answered and what was asked", async () => {
    const asked = { dModel: 500, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e17 };
    const { runs } = await drive(
      {
        name: "one",
        summary: "asks once",
        *queries() {
          yield [asked];
        },
        recommend: (_, task) => ({ config: { ...asked, trainFlops: task.target }, predictedLoss: 3 }),
      },
      simulatedApi(world),
      world.task,
      { stream: "test" },
    );
    expect(runs).toMatchObject([{ dModel: 512, asked: { dModel: 500 } }]);
  });

  it("does not apply to a strategy with a fixed list of runs, which asks nothing", async () => {
    const played = (name: string) =>
      play(STRATEGIES.find((each) => each.name === name) ?? expect.unreachable(), world, 0, 0);
    expect(await played("two-stage-isoflops")).toMatchObject({ status: "not-applicable", queries: 0, spent: 0 });
    expect(await played("isoflops-parabola")).toMatchObject({ status: "ok" });
  });

  it("is a document that passes the schema and has the same optimum when read back", () => {
    const document = parseWorld(JSON.parse(JSON.stringify(world.document)), "mine");
    expect(optimumOf(buildWorld(document))).toEqual(optimumOf(world));
  });

  it("refuses a table that lacks a column, a budget or a number, and says which", () => {
    expect(() => readFinishedRuns("width,depth,flops\n1,2,3\n")).toThrow(/no column for loss among/);
    expect(() => worldOf("params,flops,loss\n1e6,1e15,4\n2e6,1e15,4\n")).toThrow(
      /mine\.csv: replay needs two budgets or more/,
    );
    expect(() => readFinishedRuns("params,flops,loss\n1e6,1e15,x\n")).toThrow(
      'row 1, column loss: "x" is not a number',
    );
    expect(readFinishedRuns("params,flops,loss\n1e6,1e15,nan\n1e6,1e15,4\n").dropped).toEqual([
      { row: 1, reason: "loss is missing or not finite" },
    ]);
  });

  it("assigns runs of many lengths to levels of 1, 3 and 6 times powers of ten", () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${1e7 * 1.1 ** (i % 10)},${1e16 * 1.1 ** i},${4 - i / 60}`);
    const { task } = worldOf(["params,flops,loss", ...rows].join("\n"));
    expect(task.searchSpace.trainFlops).toEqual({ kind: "choice", values: [1e16, 3e16, 6e16, 1e17, 3e17, 6e17, 1e18] });
    expect(task.target).toBe(3e18);
  });

  it("is a world for each corpus of a table that has several", () => {
    const rows = ["c4", "Red Pajama"].flatMap((corpus) =>
      [1e16, 1e17].flatMap((C) => [1e7, 2e7, 3e7, 4e7].map((N) => `${corpus},${N},${C},3`)),
    );
    const names = replaySuite(["dataset,params,flops,loss", ...rows].join("\n"), "runs.csv").map(({ name }) => name);
    expect(names).toEqual(["replay/runs/c4", "replay/runs/red-pajama"]);
  });
});

const FILES = [
  "marin_isoflop_comma.csv",
  "marin_isoflop_dclm.csv",
  "steplaw-dense.csv",
  "gemstones.jsonl",
  "mlfoundations-104.csv",
];
const needed = requiresData("replay/marin_isoflop_comma.csv");
describe.skipIf(needed.skip)(`of real runs${needed.note}`, () => {
  it.each(FILES)("%s: a strategy that queries the table gets a submission that is scored", async (file) => {
    for (const document of replaySuite(readFileSync(sharedData(`replay/${file}`), "utf8"), file)) {
      const world = buildWorld(document);
      const best = optimumOf(world);
      expect(best.config.trainFlops).toBe(world.task.target);
      for (const name of ["isoflops-minimum", "random-affordable"]) {
        const strategy = STRATEGIES.find((each) => each.name === name) ?? expect.unreachable();
        const { runs, submission } = await drive(strategy, simulatedApi(world), world.task, { stream: "test" });
        expect(
          runs.some(({ status }) => status === "ok"),
          `${name} on ${document.name}`,
        ).toBe(true);
        const score = scoreSubmission(world, submission);
        expect(score.regret).toBeGreaterThanOrEqual(0);
        expect(nonEmbeddingParameters(score.nearestRun?.config ?? expect.unreachable())).toBeGreaterThan(0);
      }
    }
  });
});
