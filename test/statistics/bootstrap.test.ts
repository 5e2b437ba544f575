import { describe, expect, it } from "vitest";
import {
  percentileIntervals,
  type Resample,
  type Strata,
  wholeStrata,
  withinStrata,
} from "../../src/statistics/bootstrap.ts";
import { OrderedSample, onceEach } from "../../src/statistics/ordered-sample.ts";
import { type Rng, randomStream, standardNormal } from "../../src/task/random.ts";

const WORLDS = 24;
const REPETITIONS = 3;
const strata: Strata = Array.from({ length: WORLDS }, (_, world) =>
  Array.from({ length: REPETITIONS }, (_, repetition) => world * REPETITIONS + repetition),
);

/** A field of regrets: worlds differ, and so do the repetitions of a world. */
function regrets(worldEffects: readonly number[], rng: Rng): number[] {
  return worldEffects.flatMap((effect) =>
    Array.from({ length: REPETITIONS }, () => Math.exp(effect + 0.5 * standardNormal(rng))),
  );
}

function effects(rng: Rng): number[] {
  return Array.from({ length: WORLDS }, () => -3 + standardNormal(rng));
}

function iqmOf(values: readonly number[]): number {
  return new OrderedSample(values).interquartileMean(onceEach(values.length));
}

/** How often a 90 % interval holds the truth, over so many tournaments. */
function coverage(
  trials: number,
  resample: Resample,
  tournament: (rng: Rng) => { values: number[]; truth: number },
): number {
  let held = 0;
  for (let trial = 0; trial < trials; trial++) {
    const rng = randomStream(`trial ${trial}`);
    const { values, truth } = tournament(rng);
    const sample = new OrderedSample(values);
    const [[low, high]] = percentileIntervals(values.length, resample, [(counts) => sample.interquartileMean(counts)], {
      level: 0.9,
      resamples: 200,
      rng,
    }) as [[number, number]];
    if (low <= truth && truth <= high) held++;
  }
  return held / trials;
}

describe("intervals of the interquartile mean", () => {
  it("cover the results under other noise on this suite, with three repetitions", () => {
    const fixed = effects(randomStream("this suite"));
    const many = Array.from({ length: 400 }, (_, i) => iqmOf(regrets(fixed, randomStream(`noise ${i}`))));
    const truth = many.reduce((a, b) => a + b, 0) / many.length;
    const rate = coverage(300, withinStrata(strata), (rng) => ({ values: regrets(fixed, rng), truth }));
    // Binomial(300, 0.9) has standard deviation 0.017.
    expect(rate).toBeGreaterThan(0.84);
    expect(rate).toBeLessThan(0.97);
  });

  it("cover the results on new worlds from the same generator", () => {
    const rng = randomStream("population");
    const truth = iqmOf(
      Array.from({ length: 4000 }, () => regrets(effects(rng), rng))
        .flat()
        .slice(0, 200_000),
    );
    const rate = coverage(300, wholeStrata(strata), (stream) => ({ values: regrets(effects(stream), stream), truth }));
    expect(rate).toBeGreaterThan(0.84);
    expect(rate).toBeLessThan(0.97);
  });

  it("from resampling within worlds do not cover new worlds", () => {
    const rng = randomStream("population");
    const truth = iqmOf(Array.from({ length: 400 }, () => regrets(effects(rng), rng)).flat());
    const rate = coverage(200, withinStrata(strata), (stream) => ({ values: regrets(effects(stream), stream), truth }));
    expect(rate).toBeLessThan(0.75);
  });

  it("have no width with one repetition", () => {
    const single = Array.from({ length: 5 }, (_, i) => [i]);
    const sample = new OrderedSample([1, 2, 3, 4, 5]);
    const [interval] = percentileIntervals(5, withinStrata(single), [(counts) => sample.mean(counts)], {
      level: 0.95,
      resamples: 50,
      rng: randomStream("one"),
    });
    expect(interval).toEqual([3, 3]);
  });
});
