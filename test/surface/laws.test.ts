import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UNTRAINED_LOSS } from "../../src/law/stanford-2025.ts";
import { bounded } from "../../src/surface/laws/bounded.ts";
import { broken } from "../../src/surface/laws/broken.ts";
import { chinchilla } from "../../src/surface/laws/chinchilla.ts";
import { farseer } from "../../src/surface/laws/farseer.ts";
import { kaplan } from "../../src/surface/laws/kaplan.ts";
import type { Law } from "../../src/surface/laws/law.ts";
import { threeTerm } from "../../src/surface/laws/three-term.ts";
import { lossOf, pointAt } from "./points.ts";

const build = <T extends { readonly law: string }>(law: Law<T>, constants: Omit<T, "law">, untrainedLoss: number) =>
  lossOf(law.build(constants, untrainedLoss));
const HOFFMANN = { E: 1.69, A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28 };
const sizes = fc.double({ min: 5, max: 11, noNaN: true }).map((x) => 10 ** x);

describe("chinchilla", () => {
  it("gives the published loss of Chinchilla: 70B parameters, 1.4T tokens", () => {
    expect(build(chinchilla, HOFFMANN, UNTRAINED_LOSS)(pointAt(70e9, 1.4e12))).toBeCloseTo(1.69 + 0.0835 + 0.1633, 3);
  });

  it("has its best size at 1e19 FLOPs where the closed form has it", () => {
    const { A, B, alpha, beta } = HOFFMANN;
    const best = ((alpha * A) / (beta * B)) ** (1 / (alpha + beta)) * (1e19 / 6) ** (beta / (alpha + beta));
    const law = build(chinchilla, HOFFMANN, UNTRAINED_LOSS);
    const lossAt = (N: number) => law(pointAt(N, 1e19 / (6 * N)));
    expect(lossAt(best)).toBeLessThan(lossAt(best * 1.01));
    expect(lossAt(best)).toBeLessThan(lossAt(best / 1.01));
  });

  it("loses .002, .034 and .14 nats at 1.2, 2 and 4 times the best size", () => {
    const law = build(chinchilla, { E: 1.8172, A: 482.01, B: 2085.43, alpha: 0.3478, beta: 0.3658 }, UNTRAINED_LOSS);
    const lossAt = (N: number) => law(pointAt(N, 1e19 / (6 * N)));
    const best =
      10 **
      Array.from({ length: 4000 }, (_, i) => 8 + i / 4000).reduce((a, b) =>
        lossAt(10 ** a) < lossAt(10 ** b) ? a : b,
      );
    expect(lossAt(1.2 * best) - lossAt(best)).toBeCloseTo(0.002, 3);
    expect(lossAt(2 * best) - lossAt(best)).toBeCloseTo(0.034, 2);
    expect(lossAt(4 * best) - lossAt(best)).toBeCloseTo(0.14, 1);
  });
});

describe("kaplan", () => {
  const constants = {
    criticalParameters: 6.5e13,
    alphaN: 0.077,
    criticalSteps: 2100,
    alphaS: 0.76,
    criticalTokens: 2e8,
    alphaB: 0.21,
  };

  it("is equation 1.6 at the minimal steps that equation 5.4 gives for the loss it comes to", () => {
    const [N, D] = [1e8, 1e5 * 256 * 512];
    const loss = build(kaplan, constants, UNTRAINED_LOSS)(pointAt(N, D, { batchSize: 256 }));
    const minimal = D / (256 * 512 + 2e8 * loss ** (-1 / 0.21));
    expect(loss).toBeCloseTo((6.5e13 / N) ** 0.077 + (2100 / minimal) ** 0.76, 10);
  });

  it("gives a lower loss for the same tokens with a smaller batch", () => {
    const law = build(kaplan, constants, UNTRAINED_LOSS);
    expect(law(pointAt(1e8, 1e9, { batchSize: 128 }))).toBeLessThan(law(pointAt(1e8, 1e9, { batchSize: 256 })));
  });
});

describe("three-term", () => {
  it("adds a term each for size, tokens and steps", () => {
    const law = build(threeTerm, { E: 1.7, A: 300, alpha: 0.33, B: 700, beta: 0.34, F: 25, phi: 0.38 }, UNTRAINED_LOSS);
    const expected = 1.7 + 300 / 1e8 ** 0.33 + 700 / 1e9 ** 0.34 + 25 / (1e9 / (256 * 512)) ** 0.38;
    expect(law(pointAt(1e8, 1e9, { batchSize: 256 }))).toBeCloseTo(expected, 10);
  });
});

describe("farseer", () => {
  it("is e^s(N) + e^k(N)·D^(-e^r(N))", () => {
    const law = build(
      farseer,
      {
        floor: { slope: -0.8, power: 0.05, constant: 3.1 },
        coefficient: { slope: 15.3, power: -0.1, constant: 5.46 },
        exponent: { slope: -0.05, power: 0.123, constant: -0.45 },
      },
      UNTRAINED_LOSS,
    );
    const [N, D] = [3e8, 5e9];
    const floor = Math.exp(-0.8 * N ** 0.05 + 3.1);
    const data = Math.exp(15.3 * N ** -0.1 + 5.46) * D ** -Math.exp(-0.05 * N ** 0.123 - 0.45);
    expect(law(pointAt(N, D))).toBeCloseTo(floor + data, 10);
  });
});

describe("bounded", () => {
  const constants = { E: 1.6, A: 900, B: 3200, alpha: 0.36, beta: 0.37 };

  it("is Chinchilla's law where little is left to gain", () => {
    const [N, D] = [1e14, 1e16];
    const law = build(bounded, constants, UNTRAINED_LOSS);
    const plain = build(chinchilla, constants, UNTRAINED_LOSS);
    const reducible = plain(pointAt(N, D)) - 1.6;
    expect(law(pointAt(N, D)) - 1.6).toBeCloseTo(reducible, 3);
  });

  it("stays between its floor and the untrained loss", () => {
    const law = build(bounded, constants, UNTRAINED_LOSS);
    fc.assert(
      fc.property(sizes, sizes, (N, D) => {
        const loss = law(pointAt(N, D));
        expect(loss).toBeGreaterThan(1.6);
        expect(loss).toBeLessThan(10.54);
      }),
    );
    expect(law(pointAt(1e6, 0))).toBeCloseTo(10.54, 12);
  });
});

describe("broken", () => {
  const term = { coefficient: 900, exponent: 0.38, breakAt: 5e7, change: -0.16, width: 0.4 };
  const flat = { coefficient: 1e-9, exponent: 0.3, breakAt: 1e9, change: 0, width: 1 };
  const slope = (N: number) => {
    const law = build(broken, { E: 0, size: term, data: flat }, UNTRAINED_LOSS);
    const [low, high] = [law(pointAt(N, 1e20)), law(pointAt(N * 1.001, 1e20))];
    return Math.log(high / low) / Math.log(1.001);
  };

  it("falls with one exponent below its break, with another above, and with their mean at it", () => {
    expect(slope(1e4)).toBeCloseTo(-0.38, 4);
    expect(slope(1e12)).toBeCloseTo(-0.22, 4);
    expect(slope(5e7)).toBeCloseTo(-0.3, 3);
  });
});
