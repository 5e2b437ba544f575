import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnsweredRun, Run, RunConfig } from "../../src/task/configuration.ts";
import { randomStream } from "../../src/task/random.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import type { Query } from "../../src/task/strategy.ts";
import { Budget } from "../../strategies/asking/budget.ts";
import { anyRate, trainedRates } from "../../strategies/asking/rates.ts";
import { customaryShapes, sizesAround } from "../../strategies/asking/shapes.ts";
import { particles } from "../../strategies/believing/draws.ts";
import { laplace } from "../../strategies/believing/laplace.ts";
import { forecastFrontier } from "../../strategies/believing/loss-frontier.ts";
import { extrapolateSize } from "../../strategies/believing/target-size.ts";
import { comparable } from "../../strategies/reading/comparable.ts";
import { learningRateAt } from "../../strategies/reading/learning-rate.ts";
import { vertexOf } from "../../strategies/reading/optima.ts";
import { parzenDensity } from "../../strategies/tpe.ts";

const TASK = STANFORD_2025_TASK;
const BASE: RunConfig = {
  ...{ dModel: 512, numLayers: 8, numHeads: 8 },
  ...{ batchSize: 128, learningRate: 1e-3, trainFlops: 1e17 },
};

function answeredRun(changes: Partial<RunConfig>, loss: number): AnsweredRun {
  return { ...BASE, ...changes, status: "ok", loss };
}

describe("Budget", () => {
  const answerAll = (queries: readonly Query[], status: Run["status"] = "ok"): Run[] =>
    queries.map(({ reason, ...config }) => (status === "ok" ? { ...config, status, loss: 4 } : { ...config, status }));
  const query = (trainFlops: number, learningRate = 1e-3) => ({ ...BASE, trainFlops, learningRate });

  it("skips what is known or too expensive, and returns every known answer", () => {
    const budget = new Budget({ ...TASK, cap: 2.5e17 });
    const first = budget.buy([query(1e17), query(1e18), query(1e17)]);
    const asked = first.next().value as readonly Query[];
    expect(asked).toEqual([query(1e17)]);
    expect(first.next(answerAll(asked))).toMatchObject({ done: true, value: [{ loss: 4 }, { loss: 4 }] });
    const second = budget.buy([query(1e17)]);
    expect(second.next()).toMatchObject({ done: true, value: [{ loss: 4 }] });
    expect(budget.left()).toBe(1.5e17);
  });

  it("does not charge rejections, and after a refusal lowers what is left", () => {
    const budget = new Budget({ ...TASK, cap: 1e18 });
    const invalid = budget.buy([query(3e17)]);
    invalid.next(answerAll(invalid.next().value as readonly Query[]));
    const [rejected, refused] = [budget.buy([query(3e17, 5e-4)]), budget.buy([query(6e17, 4e-4)])];
    rejected.next();
    rejected.next(answerAll([query(3e17, 5e-4)], "invalid"));
    expect(budget.left()).toBe(7e17);
    refused.next();
    refused.next(answerAll([query(6e17, 4e-4)], "refused"));
    expect(budget.left()).toBeLessThan(6e17);
  });
});

describe("learning rate", () => {
  it("places the optimum of a bowl of the published curvature, and lowers it with compute", () => {
    fc.assert(
      fc.property(fc.double({ min: 2.2e-4, max: 9e-4, noNaN: true }), (optimum) => {
        const loss = (rate: number) => 4 + 0.0183 * Math.log(rate / optimum) ** 2;
        const runs = anyRate.probes(TASK).map((rate) => answeredRun({ learningRate: rate }, loss(rate)));
        expect(learningRateAt(1e17, runs, TASK)).toBeCloseTo(optimum, 10);
        expect(learningRateAt(1e19, runs, TASK)).toBeCloseTo(optimum * 100 ** -0.16, 10);
      }),
    );
  });

  it("stays at the highest rate allowed where that wins by far, and while nothing was compared", () => {
    const runs = anyRate.probes(TASK).map((rate) => answeredRun({ learningRate: rate }, 5 - Math.log(rate / 1e-4)));
    expect(learningRateAt(3e17, runs, TASK)).toBe(1e-3);
    expect(learningRateAt(3e17, [answeredRun({}, 4)], TASK)).toBe(1e-3);
  });

  it("trainedRates uses only rates of the trained grid where the task allows them, else any rate", () => {
    expect(trainedRates.probes(TASK)).toEqual([1e-4, 5e-4, 1e-3]);
    expect([3e-4, 8e-4].map((rate) => trainedRates.nearest(rate, TASK))).toEqual([5e-4, 1e-3]);
    expect(trainedRates.lower(1e-4, TASK)).toBe(1e-4);
    const learningRate = { kind: "choice", values: [2e-4, 7e-4] } as const;
    const other = { ...TASK, searchSpace: { ...TASK.searchSpace, learningRate } };
    expect(trainedRates.probes(other)).toEqual([2e-4, 7e-4]);
    expect(trainedRates.lower(7e-4, other)).toBe(2e-4);
  });

  it("is not raised by a diverged run", () => {
    const losses = [4.2, 4.1, 4.15, 6.5];
    const runs = anyRate.probes(TASK).map((rate, i) => answeredRun({ learningRate: rate }, losses[i] as number));
    const rate = learningRateAt(1e17, runs, TASK);
    expect(rate).toBeGreaterThan(1.4e-4);
    expect(rate).toBeLessThan(3.2e-4);
  });
});

describe("comparable", () => {
  it("keeps a level's common recipe, the best of a size, and the smallest of exact ties", () => {
    const runs = [
      answeredRun({ dModel: 256 }, 4.3),
      answeredRun({ dModel: 512 }, 4.1),
      answeredRun({ dModel: 512, numHeads: 4 }, 4.15),
      answeredRun({ dModel: 576 }, 4.1),
      answeredRun({ dModel: 512, learningRate: 1e-4 }, 4.9),
      answeredRun({ dModel: 512, batchSize: 256 }, 4.05),
    ];
    expect(comparable(runs).map(({ dModel, loss }) => [dModel, loss])).toEqual([
      [256, 4.3],
      [512, 4.1],
    ]);
  });
});

describe("vertexOf", () => {
  it("finds the bottom of a parabola, with a larger sd where it is flatter", () => {
    const tried = [1e7, 2e7, 4e7].map((N) => ({ N, loss: 4 + 0.07 * Math.log(N / 1.7e7) ** 2 }));
    const vertex = vertexOf(tried);
    expect(vertex.logN).toBeCloseTo(Math.log(1.7e7), 9);
    expect(vertex.bracketed).toBe(true);
    const flatter = tried.map(({ N, loss }) => ({ N, loss: 4 + (loss - 4) / 10 }));
    expect(vertexOf(flatter).sd).toBeGreaterThan(3 * vertex.sd);
  });

  it("takes the lowest run where the losses have no bottom among the sizes", () => {
    const vertex = vertexOf([1e7, 2e7, 4e7].map((N) => ({ N, loss: 6 - 0.1 * Math.log(N / 1e7) })));
    expect(Math.exp(vertex.logN)).toBeCloseTo(4e7, 0);
    expect(vertex.bracketed).toBe(false);
  });
});

describe("extrapolation", () => {
  it("follows certain levels, and the literature where levels are uncertain", () => {
    const levels = (sd: number) =>
      [1e15, 1e16, 1e17].map((C) => ({ C, logN: Math.log(2e7) + 0.6 * Math.log(C / 1e17), sd }));
    expect(extrapolateSize(levels(0.001), 1e19).a).toBeGreaterThan(0.55);
    expect(extrapolateSize(levels(3), 1e19).a).toBeCloseTo(0.5, 2);
  });

  it("forecasts a typical frontier within 0.03 nats, with a spread that shrinks with data", () => {
    const frontier = (C: number) => 1.75 + 2 * (C / 3e17) ** -0.165;
    const bests = [1e16, 3e16, 1e17, 3e17].map((C) => ({ C, loss: frontier(C) }));
    const [four, one] = [forecastFrontier(bests, 1e19), forecastFrontier(bests.slice(-1), 1e19)];
    expect(Math.abs(four.loss - frontier(1e19))).toBeLessThan(0.03);
    const spread = (forecast: typeof four) => forecast.quantile(0.9) - forecast.quantile(0.1);
    expect(spread(four)).toBeLessThan(spread(one));
    expect(four.quantile(0.1)).toBeLessThan(four.loss);
  });
});

describe("shapes", () => {
  it("gives a level distinct sizes that the task allows", () => {
    fc.assert(
      fc.property(fc.double({ min: 2e6, max: 1e8, noNaN: true }), fc.integer({ min: 3, max: 7 }), (center, count) => {
        const shapes = sizesAround(center, count, TASK);
        expect(new Set(shapes.map(({ dModel, numLayers }) => `${dModel}/${numLayers}`)).size).toBe(shapes.length);
        expect(shapes.length).toBeGreaterThanOrEqual(Math.min(3, count));
      }),
    );
    expect(customaryShapes(TASK).every(({ dModel, numLayers }) => dModel <= 1024 && numLayers <= 24)).toBe(true);
  });
});

describe("laplace", () => {
  it("is exact for a linear law: posterior mean, covariance and evidence in closed form", () => {
    // y = x with prior N(1, 2²) and two looks of sd 1 at 3 and 5: precision 1/4 + 2, mean (1/4 + 8)/(9/4).
    const posterior = laplace(
      { mean: [1], sd: [2] },
      {
        observed: Float64Array.of(3, 5),
        sd: Float64Array.of(1, 1),
        predict: ([x], predicted) => predicted.fill(x as number),
      },
    );
    expect(posterior?.mode[0]).toBeCloseTo(8.25 / 2.25, 6);
    expect(posterior?.covariance[0]).toBeCloseTo(1 / 2.25, 6);
    const drawn = particles(posterior as NonNullable<typeof posterior>, 4000, randomStream("particles"));
    const mean = drawn.reduce((sum, { x, weight }) => sum + weight * (x[0] as number), 0);
    expect(mean).toBeCloseTo(8.25 / 2.25, 1);
    expect(drawn.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 9);
  });
});

describe("parzenDensity", () => {
  it("draws inside its dimension, mostly near its points", () => {
    const rng = randomStream("parzen");
    const estimate = parzenDensity([0.2, 0.21, 0.22, 0.23], { kind: "interval", low: 0, high: 10 });
    const drawn = Array.from({ length: 500 }, () => estimate.draw(rng));
    expect(drawn.every((x) => x >= 0 && x <= 10)).toBe(true);
    expect(estimate.logDensity(0.21)).toBeGreaterThan(estimate.logDensity(8));
    const choices = parzenDensity([2, 2, 2], { kind: "choices", count: 3 });
    expect(choices.logDensity(2)).toBeGreaterThan(choices.logDensity(0));
  });
});
