import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderedSample, onceEach } from "../../src/statistics/ordered-sample.ts";
import { median, quantile } from "../../src/statistics/quantile.ts";

const sample = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 40 });

/** What the weights stand for: each value as often as its count says. */
const expanded = (values: readonly number[], counts: readonly number[]) =>
  values.flatMap((value, i) => Array.from({ length: counts[i] as number }, () => value));

const withCounts = fc
  .array(fc.tuple(fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.nat(4)), { minLength: 1, maxLength: 30 })
  .filter((pairs) => pairs.some(([, count]) => count > 0));

describe("quantiles", () => {
  it("are R's type 7", () => {
    // quantile(c(1, 2, 3, 4, 10), c(0.1, 0.5, 0.9)) in R: 1.4, 3, 7.6
    expect(quantile([10, 1, 3, 2, 4], 0.1)).toBeCloseTo(1.4, 12);
    expect(median([10, 1, 3, 2, 4])).toBe(3);
    expect(quantile([10, 1, 3, 2, 4], 0.9)).toBeCloseTo(7.6, 12);
    expect(quantile([], 0.5)).toBeNaN();
  });
});

describe("an ordered sample", () => {
  it("has the quantiles of the values themselves", () => {
    fc.assert(
      fc.property(sample, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
        const ordered = new OrderedSample(values);
        expect(ordered.quantile(onceEach(values.length), p)).toBeCloseTo(quantile(values, p), 9);
      }),
    );
  });

  it("takes a count for so many equal values", () => {
    fc.assert(
      fc.property(withCounts, fc.double({ min: 0, max: 1, noNaN: true }), (pairs, p) => {
        const values = pairs.map(([value]) => value);
        const counts = pairs.map(([, count]) => count);
        const ordered = new OrderedSample(values);
        const all = expanded(values, counts);
        const whole = new OrderedSample(all);
        const weights = Float64Array.from(counts);
        expect(ordered.quantile(weights, p)).toBeCloseTo(quantile(all, p), 9);
        expect(ordered.interquartileMean(weights)).toBeCloseTo(whole.interquartileMean(onceEach(all.length)), 9);
        expect(ordered.mean(weights)).toBeCloseTo(all.reduce((a, b) => a + b, 0) / all.length, 9);
      }),
    );
  });

  it("has the same quantiles from above as from below, of fractional counts too", () => {
    // Two drawn of three repetitions count one and a half each: 1 holds positions 0 to 0.5, 2 1.5 to 2, 4 3 to 3.5.
    const drawn = new OrderedSample([1, 2, 4]);
    const weights = Float64Array.of(1.5, 1.5, 1.5);
    expect(drawn.quantile(weights, 0.5)).toBe(2);
    expect(drawn.quantile(weights, 1 / 3.5)).toBeCloseTo(1.5, 12);
    fc.assert(
      fc.property(
        withCounts,
        fc.double({ min: 1, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (pairs, unit, p) => {
          const values = pairs.map(([value]) => value);
          const counts = Float64Array.from(pairs, ([, count]) => unit * count);
          const mirrored = new OrderedSample(values.map((value) => -value));
          expect(new OrderedSample(values).quantile(counts, p)).toBeCloseTo(-mirrored.quantile(counts, 1 - p), 6);
        },
      ),
    );
  });

  it("cuts a quarter from each end for the interquartile mean, in part where it is not whole", () => {
    const iqm = (values: number[]) => new OrderedSample(values).interquartileMean(onceEach(values.length));
    // Twelve values: three cut from each end. scipy.stats.trim_mean(range(12), 0.25) is 5.5.
    expect(iqm([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1000])).toBe(5.5);
    // The worked example of five: 1, 3, 4, 5, 6 leave 0.75 of 3, all of 4 and 0.75 of 5, over 2.5.
    expect(iqm([6, 1, 4, 3, 5])).toBeCloseTo((0.75 * 3 + 4 + 0.75 * 5) / 2.5, 12);
    expect(iqm([7])).toBe(7);
  });
});
