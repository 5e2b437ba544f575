import { chinchillaSize } from "../../src/law/chinchilla.ts";
import { chinchillaWithOptimum, type Draw, digits } from "../../src/surface/suites/drawing.ts";
import type { BaseDocument } from "../../src/surface/surface.ts";

export type LawName =
  | "kaplan"
  | "farseer"
  | "bounded"
  | "broken-size"
  | "symmetric"
  | "small-alpha"
  | "large-alpha"
  | "three-term"
  | "broken-data";

/** A law with its constants drawn around those of the suite `misspecified` (docs/surface.md, "Base laws"). */
export function drawLaw(name: LawName, draw: Draw): BaseDocument {
  const near = (value: number, spread: number) => digits(value * draw.logBetween(1 / (1 + spread), 1 + spread));
  const chinchilla = (alpha: number, beta: number, multiple: number) =>
    chinchillaWithOptimum(
      { E: near(1.7, 0.15), alpha: near(alpha, 0.1), beta: near(beta, 0.1) },
      { flops: 1e19, parameters: near(multiple, 0.4) * chinchillaSize(1e19), reducible: draw.between(0.9, 1.4) },
    );
  switch (name) {
    case "kaplan":
      return {
        law: "kaplan",
        criticalParameters: near(6.5e13, 0.5),
        alphaN: near(0.077, 0.06),
        criticalSteps: near(2100, 0.2),
        alphaS: near(0.76, 0.06),
        criticalTokens: near(2e8, 0.3),
        alphaB: 0.21,
      };
    case "farseer":
      return {
        law: "farseer",
        floor: { slope: near(-0.8, 0.05), power: 0.05, constant: near(3.1, 0.02) },
        coefficient: { slope: near(15.3, 0.02), power: -0.1, constant: near(5.46, 0.02) },
        exponent: { slope: -0.05, power: near(0.123, 0.03), constant: -0.45 },
      };
    case "bounded":
      return {
        law: "bounded",
        E: near(1.6, 0.1),
        A: near(1150, 0.3),
        B: near(2600, 0.3),
        alpha: near(0.36, 0.05),
        beta: near(0.37, 0.05),
      };
    case "broken-size":
      return {
        law: "broken",
        E: near(1.7, 0.1),
        size: {
          coefficient: near(900, 0.2),
          exponent: near(0.38, 0.05),
          breakAt: near(5e7, 0.5),
          change: near(-0.16, 0.2),
          width: 0.4,
        },
        data: { coefficient: near(2000, 0.2), exponent: near(0.36, 0.05), breakAt: 1e12, change: 0.001, width: 0.5 },
      };
    case "broken-data":
      return {
        law: "broken",
        E: near(1.7, 0.1),
        size: { coefficient: near(480, 0.2), exponent: near(0.34, 0.05), breakAt: 1e13, change: 0.001, width: 0.5 },
        data: {
          coefficient: near(500, 0.2),
          exponent: near(0.28, 0.05),
          breakAt: near(1e9, 0.5),
          change: near(0.16, 0.2),
          width: 0.5,
        },
      };
    case "three-term":
      return {
        law: "three-term",
        E: near(1.7, 0.1),
        A: near(300, 0.2),
        alpha: near(0.33, 0.05),
        B: near(700, 0.2),
        beta: near(0.34, 0.05),
        F: near(25, 0.2),
        phi: near(0.38, 0.05),
      };
    case "symmetric": {
      const exponent = near(0.35, 0.1);
      return chinchillaWithOptimum(
        { E: near(1.8, 0.15), alpha: exponent, beta: exponent },
        {
          flops: 1e19,
          parameters: draw.logBetween(0.4, 2.5) * chinchillaSize(1e19),
          reducible: draw.between(0.8, 1.3),
        },
      );
    }
    case "small-alpha":
      return chinchilla(0.16, 0.48, 1.5);
    case "large-alpha":
      return chinchilla(0.48, 0.16, 0.45);
  }
}
