import { describe, expect, it } from "vitest";
import { randomStream, standardNormal } from "../../src/task/random.ts";
import { transferOf, type WorldRegrets } from "../../src/tournament/transfer.ts";

const rng = randomStream("transfer test");
/** Worlds in which strategy s has a regret of about s, or of the opposite order, with noise. */
function worlds(count: number, noise: number, reversed = false): WorldRegrets[] {
  return Array.from({ length: count }, () => ({
    tie: 0,
    regrets: Array.from({ length: 10 }, (_, s) => (reversed ? 9 - s : s) + noise * standardNormal(rng)),
  }));
}
const family = (name: string, noise: number) => ({ name, replay: worlds(8, noise), calibrated: worlds(8, noise) });

describe("the transfer of an order", () => {
  it("is 1 for every predictor that has the same order, and −1 for one that has the opposite", () => {
    const { families, mean } = transferOf([family("a", 0), family("b", 0)], worlds(5, 0, true), worlds(5, 0));
    expect(families[0]?.tau).toEqual({ shipped: -1, shippedTable: 1, calibrated: 1, replay: 1 });
    expect(families[0]?.ceiling).toBeCloseTo(1, 9);
    expect(mean.tau.shipped).toEqual({ value: -1, interval: [-1, -1] });
  });

  it("has a ceiling that falls with the noise between worlds, and variance where the noise is", () => {
    const quiet = transferOf([family("a", 0.5), family("b", 0.5)], worlds(5, 0), worlds(5, 0));
    const loud = transferOf([family("a", 20), family("b", 20)], worlds(5, 0), worlds(5, 0));
    expect(loud.mean.ceiling).toBeLessThan(quiet.mean.ceiling);
    expect(quiet.variance.strategy).toBeGreaterThan(quiet.variance.world);
    expect(loud.variance.world).toBeGreaterThan(loud.variance.strategy);
  });

  it("leaves a predictor that has not seen a family the less, the more families differ", () => {
    const alike = transferOf([family("a", 1), family("b", 1)], worlds(5, 0), worlds(5, 0));
    const opposed = { name: "c", replay: worlds(8, 1, true), calibrated: worlds(8, 1, true) };
    const apart = transferOf([family("a", 1), family("b", 1), opposed], worlds(5, 0), worlds(5, 0));
    expect(alike.mean.ceilingUnseen).toBeGreaterThan(0.8);
    expect(apart.mean.ceilingUnseen).toBeLessThan(0.5);
  });
});
