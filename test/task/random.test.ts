import { describe, expect, it } from "vitest";
import { randomStream, standardNormal } from "../../src/task/random.ts";

describe("a stream of random numbers", () => {
  const numbers = (name: string) => Array.from({ length: 3 }, randomStream(name));

  it("is the same under the same name, and another under another", () => {
    expect(numbers("a/1")).toEqual(numbers("a/1"));
    expect(numbers("a/1")).not.toEqual(numbers("a/2"));
  });
});

describe("standard normal draws", () => {
  let drawn: number[] | undefined;
  const draws = () => {
    const rng = randomStream("normal");
    drawn ??= Array.from({ length: 40_000 }, () => standardNormal(rng));
    return drawn;
  };
  const share = (within: (z: number) => boolean) => draws().filter(within).length / draws().length;

  // Shares of 40,000 draws have a standard error of at most 0.0025.
  it.each([
    [-1.96, 0.025],
    [-1, 0.1587],
    [0, 0.5],
    [0.6745, 0.75],
    [1.645, 0.95],
  ])("are below %d as often as the distribution says", (z, probability) => {
    expect(Math.abs(share((draw) => draw < z) - probability)).toBeLessThan(0.01);
  });

  it("are finite where the stream gives 0, and independent of each other", () => {
    expect(standardNormal(() => 0)).toBeCloseTo(0, 12);
    const all = draws();
    const product = all.slice(1).reduce((sum, draw, i) => sum + draw * all[i]!, 0) / all.length;
    expect(Math.abs(product)).toBeLessThan(0.025);
  });
});
