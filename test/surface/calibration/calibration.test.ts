import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sharedData } from "../../../benchmarks/shared-data.ts";
import { chinchillaLoss } from "../../../src/law/chinchilla.ts";
import { buildWorld } from "../../../src/surface/build-world.ts";
import { type Answer, readAnswerTable } from "../../../src/surface/calibration/answer-table.ts";
import { taskOfRuns } from "../../../src/surface/calibration/derived-task.ts";
import { calibrateAnswers, calibrateRuns } from "../../../src/surface/calibration/family.ts";
import { fidelityOf } from "../../../src/surface/calibration/fidelity.ts";
import { fitLaw } from "../../../src/surface/calibration/fit-law.ts";
import { calibratedLaw } from "../../../src/surface/calibration/laws/index.ts";
import { residualGroups, rootMeanSquare } from "../../../src/surface/calibration/residuals.ts";
import { apiSamples, lawSamples } from "../../../src/surface/calibration/sample.ts";
import { presetDocument } from "../../../src/surface/presets.ts";
import { optimumOf } from "../../../src/surface/truth.ts";
import { parseWorld } from "../../../src/surface/world-document.ts";
import { nonEmbeddingParameters } from "../../../src/task/accounting.ts";
import { requiresData } from "../../requires.ts";

const runsOf = (scatter: (i: number) => number) =>
  Array.from({ length: 60 }, (_, i) => {
    const C = [1e18, 1e19, 1e20, 1e21][i % 4] as number;
    const N = Math.sqrt(C / 120) * 10 ** (((i >> 2) % 15) / 7.5 - 1);
    const D = C / (6 * N);
    const loss = (1.8 + 480 / N ** 0.35 + 2000 / D ** 0.37) * Math.exp(scatter(i));
    return { N, D, C, loss };
  });

describe("calibrating runs known by N, D and C", () => {
  const options = { law: calibratedLaw("runs"), draws: 0, seed: 0, name: "mine" };

  it("costs its worlds' runs by the table's own C/(N·D)", () => {
    const law = { E: 1.9, A: 420, B: 1900, alpha: 0.33, beta: 0.36 };
    const runs = [1e17, 3e17, 1e18, 3e18, 1e19].flatMap((C) =>
      [1, 2, 4, 8, 16].map((factor) => {
        const N = factor * Math.sqrt(C / 3000);
        const D = C / (18 * N);
        return { N, D, C, loss: chinchillaLoss(law, N, D) };
      }),
    );
    const { family } = calibrateRuns(runs, { ...options, target: 1e21, batch: [256] });
    const optimum = optimumOf(buildWorld(family.worlds[0]!), 1e21);
    // 18·N·D = 1e21: 1.98 billion parameters on 28.0 billion tokens.
    expect(optimum.loss).toBeCloseTo(2.5884, 3);
    expect(nonEmbeddingParameters(optimum.config) / 1.98e9).toBeCloseTo(1, 1);
    const scattered = runs.map((run, i) => ({ ...run, C: run.C * [1, 3, 9, 1 / 3, 1 / 9][(i * 7) % 5]! }));
    expect(() => calibrateRuns(scattered, options)).toThrow(/what a run costs cannot be predicted/);
  });

  it("recovers the law that made them", () => {
    const { family, fit } = calibrateRuns(
      runsOf(() => 0),
      options,
    );
    expect(fit.agreeing).toBeGreaterThan(6);
    const { E, alpha, beta, logA, logB } = family.parameters;
    expect(E).toBeCloseTo(1.8, 5);
    expect(alpha).toBeCloseTo(0.35, 5);
    expect(beta).toBeCloseTo(0.37, 5);
    expect(logA).toBeCloseTo(Math.log(480), 3);
    expect(logB).toBeCloseTo(Math.log(2000), 3);
    expect(family.rms).toBeLessThan(1e-6);
  });

  it("moves little for a few outliers", () => {
    const { family } = calibrateRuns(
      runsOf((i) => (i % 20 === 7 ? 0.3 : 0)),
      options,
    );
    expect(family.parameters.E).toBeCloseTo(1.8, 1);
    expect(family.parameters.alpha).toBeCloseTo(0.35, 1);
  });

  it("holds fixed parameters at their values", () => {
    const { family } = calibrateRuns(
      runsOf(() => 0),
      { ...options, fixed: { E: 1.7 } },
    );
    expect(family.parameters.E).toBe(1.7);
    expect(family.rms).toBeGreaterThan(1e-4);
  });

  it("derives a task from the table, takes what the user sets, and makes worlds that pass the schema", () => {
    const { family } = calibrateRuns(
      runsOf((i) => 0.002 * Math.sin(i)),
      { ...options, draws: 3, target: 1e23, batch: [64] },
    );
    expect(family.worlds.map(({ name }) => name)).toEqual(["mine/central", "mine/01", "mine/02", "mine/03"]);
    for (const world of family.worlds) {
      expect(parseWorld(JSON.parse(JSON.stringify(world)), "mine")).toBeTruthy();
      const { task } = buildWorld(world);
      expect(task.target).toBe(1e23);
      expect(task.cap).toBe(2e21);
      expect(task.searchSpace.batchSize).toEqual({ kind: "choice", values: [64] });
    }
    const floors = family.worlds.map(({ surface }) =>
      surface.base.law === "chinchilla" ? surface.base.E : Number.NaN,
    );
    expect(new Set(floors).size).toBe(4);
    for (const floor of floors) expect(Math.abs(floor - 1.8)).toBeLessThan(0.1);
  });

  it("derives budgets from runs of as many lengths, none near 1, 3 or 6 times a power of ten", () => {
    const runs = runsOf(() => 0).map((run, i) => ({ ...run, C: 3.1e18 * Math.exp((0.64 * i) / 59) }));
    const { searchSpace, target } = taskOfRuns(runs, {});
    expect(searchSpace.trainFlops).toMatchObject({ values: [3.1e18, expect.closeTo(5.88e18, -17)] });
    expect(target).toBeCloseTo(5.88e19, -18);
  });

  it("refuses too few runs and says how many the law needs", () => {
    expect(() => calibrateRuns(runsOf(() => 0).slice(0, 5), options)).toThrow(
      'the law "chinchilla" has 5 free parameters: it needs at least 6 distinct runs, got 5',
    );
  });

  it("names an unknown parameter and an unknown law", () => {
    expect(() =>
      calibrateRuns(
        runsOf(() => 0),
        { ...options, fixed: { alfa: 1 } },
      ),
    ).toThrow(/unknown parameter of the law "chinchilla" "alfa"; did you mean "alpha"/);
    expect(() => calibratedLaw("runs", "gatd")).toThrow(/unknown law for runs known by N, D and C "gatd"/);
  });

  it("gives the same family for the same seed", () => {
    const family = () =>
      calibrateRuns(
        runsOf((i) => 0.003 * Math.cos(5 * i)),
        { ...options, draws: 2, seed: 4 },
      ).family;
    expect(family()).toEqual(family());
  });
});

describe("calibrating answers of a training API", () => {
  /** Answers of a calibrated world without noise, on the grid and off it. */
  const world = buildWorld(presetDocument("stanford-2025/09"));
  const answers: Answer[] = [64, 128, 512, 1024, 300].flatMap((dModel) =>
    [2, 24].flatMap((numLayers) =>
      [1e-4, 5e-4, 1e-3].flatMap((learningRate) =>
        [128, 256].flatMap((batchSize) =>
          [1e13, 1e14, 1e15, 1e16, 1e17].map((trainFlops, row) => {
            const config = { dModel, numLayers, numHeads: 4, batchSize, learningRate, trainFlops };
            return { config, loss: world.quantizedLoss(config), row };
          }),
        ),
      ),
    ),
  );
  const { base } = world.document.surface;
  if (base.law !== "annealed") throw new Error("expected the annealed surface");

  it("recovers the constants of the surface that made them, given its floor", () => {
    const law = calibratedLaw("answers");
    const { family } = calibrateAnswers(answers, {
      law,
      fixed: {
        E: base.E,
        alpha: base.alpha,
        criticalExponent: base.criticalExponent,
        bestRate: base.beyond.bestRate,
        rateCost: base.beyond.rateCost,
      },
      draws: 0,
      seed: 0,
      name: "mine",
    });
    for (const name of [
      "logA",
      "logK",
      "beta",
      "g0",
      "g1",
      "w",
      "v",
      "b",
      "firstPhaseLoss",
      "logCriticalRate",
    ] as const)
      expect(family.parameters[name], name).toBeCloseTo(base[name], 3);
    expect(family.rms).toBeLessThan(1e-5);
    expect(family.worlds[0]?.task).toBe("stanford-2025");
  });

  it("limits the weight of a budget with many rows, and averages over heads", () => {
    const withHeads = answers.flatMap((answer) =>
      [2, 4, 8].map((numHeads) => ({ ...answer, config: { ...answer.config, numHeads } })),
    );
    const samples = apiSamples(withHeads, "stanford-2025");
    const onGrid = samples.filter(({ point }) => point.dModel === 512);
    expect(onGrid).toHaveLength(2 * 3 * 2 * 5);
    const total = (flops: number) =>
      samples.filter(({ point }) => point.trainFlops === flops).reduce((sum, { weight }) => sum + weight, 0);
    expect(total(1e16) / total(1e14)).toBeCloseTo(4, 6);
    expect(samples.reduce((sum, { weight }) => sum + weight, 0) / samples.length).toBeCloseTo(1, 9);
  });
});

const FILES = ["training-api/answers.json", "training-api/answers-top.json"] as const;
const data = requiresData(FILES[1]);
describe.skipIf(data.skip)(`on the real answers${data.note}`, () => {
  const answers = data.skip
    ? []
    : readAnswerTable(...FILES.map((file) => readFileSync(sharedData(file), "utf8"))).answers;

  const central = presetDocument("stanford-2025/central");

  it("reaches one fit from most starts, also of every fourth answer", () => {
    const { fit } = calibrateAnswers(
      answers.filter((_, i) => i % 4 === 0),
      { law: calibratedLaw("answers"), draws: 0, seed: 0, name: "stanford-2025" },
    );
    expect(fit.agreeing).toBeGreaterThanOrEqual(6);
  });

  it("misses by at most .009 on the grid and .020 off it from 1e15 FLOPs up, by .012 and .031 from 3e16 up", () => {
    const { recordedAnswers, ...document } = central;
    const residuals = fidelityOf(buildWorld(document), answers).compared;
    const rms = (from: number, onGrid: boolean, edition?: number) =>
      rootMeanSquare(
        residuals
          .filter(
            (row) =>
              row.trainFlops >= from && row.onGrid === onGrid && (edition === undefined || row.edition === edition),
          )
          .map(({ error }) => error),
      );
    expect(rms(1e15, true)).toBeLessThan(0.009);
    expect(rms(1e15, false, 2024)).toBeLessThan(0.02);
    expect(rms(3e16, true)).toBeLessThan(0.012);
    expect(rms(3e16, false, 2025)).toBeLessThan(0.018);
    expect(rms(3e16, false, 2024)).toBeLessThan(0.031);
  });

  it("finds the constants of stanford-2025/central", () => {
    const { base } = central.surface;
    const law = calibratedLaw("answers");
    const samples = apiSamples(answers, "stanford-2025");
    const { values } = fitLaw(law, samples, { starts: 1, stream: "test" });
    if (base.law !== "annealed") throw new Error("expected the annealed surface");
    for (const name of ["logA", "logK", "beta", "g0", "g1", "w", "b"] as const)
      expect(values[name], name).toBeCloseTo(base[name], 3);
  });
});

describe("residual groups", () => {
  it("separate budgets, and rows on the grid from those off it", () => {
    const groups = residualGroups([
      { trainFlops: 1e16, onGrid: false, trained: false, error: -0.03 },
      { trainFlops: 1e15, onGrid: true, trained: true, error: 0.01 },
      { trainFlops: 1e16, onGrid: false, trained: false, error: 0.01 },
      { trainFlops: 1e16, onGrid: true, trained: true, error: 0.02 },
    ]);
    expect(groups.map(({ trainFlops, grid, n }) => [trainFlops, grid, n])).toEqual([
      [1e15, "on", 1],
      [1e16, "on", 1],
      [1e16, "off", 2],
    ]);
    expect(groups[2]).toMatchObject({ max: -0.03 });
    expect(groups[2]?.mean).toBeCloseTo(-0.01, 12);
    expect(groups[2]?.rms).toBeCloseTo(Math.sqrt(5e-4), 12);
  });
});

it("runs known by N, D and C are samples of equal weight", () => {
  expect(lawSamples(runsOf(() => 0)).every(({ weight }) => Math.abs(weight - 1) < 1e-12)).toBe(true);
});
