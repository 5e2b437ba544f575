import { fitParabola } from "../../src/fit/methods/parabola.ts";
import { fitPowerLaw, powerLawAt } from "../../src/fit/power-law.ts";
import { type ChinchillaLaw, chinchillaLoss, chinchillaOptimum } from "../../src/law/chinchilla.ts";

/** Laws the bias is shown on; the asymmetric one has alpha three times beta, A and B are Hoffmann's. */
export const SURFACES: Readonly<Record<string, ChinchillaLaw>> = {
  symmetric: { E: 1.69, A: 400, B: 400, alpha: 0.31, beta: 0.31 },
  Chinchilla: { E: 1.69, A: 406.4, B: 410.7, alpha: 0.34, beta: 0.28 },
  asymmetric: { E: 1.69, A: 406.4, B: 410.7, alpha: 0.465, beta: 0.155 },
};

/** How far a grid reaches either way of its center. */
export const WIDTHS: readonly number[] = [2, 4, 8, 16];

/** Where the grid's center lies, as a factor of the true optimal D, at the lowest and at the highest budget. */
export const CENTERINGS: Readonly<Record<string, readonly [number, number]>> = {
  centerd: [1, 1],
  "3× off": [3, 3],
  "drift to 3×": [1, 3],
};

const BUDGETS = [1e17, 1e18, 1e19, 1e20, 1e21];
const POINTS = 15;
const TARGET = 1e24;

/**
 * The relative error of approach 2's optimal D at 1e24 FLOPs on noise-free runs of a law: five budgets from 1e17 to
 * 1e21, fifteen points each, log-spaced in D, a parabola over ln D, a power law through the vertices. Nothing is
 * random: the error is the method's own. A drifting center moves log-linearly with the budget.
 */
export function parabolaBias(law: ChinchillaLaw, width: number, [first, last]: readonly [number, number]): number {
  const vertices = BUDGETS.map((C, k) => {
    const shift = Math.log(first) + (Math.log(last / first) * k) / (BUDGETS.length - 1);
    const center = Math.log(chinchillaOptimum(law, C).D) + shift;
    const points = Array.from({ length: POINTS }, (_, i) => {
      const D = Math.exp(center + Math.log(width) * ((2 * i) / (POINTS - 1) - 1));
      return { x: D, y: chinchillaLoss(law, C / (6 * D), D) };
    });
    return { x: C, y: fitParabola(points)!.vertex };
  });
  return powerLawAt(fitPowerLaw(vertices)!, TARGET) / chinchillaOptimum(law, TARGET).D - 1;
}
