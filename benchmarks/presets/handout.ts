import handoutSmooth from "../../src/surface/presets/handout-smooth.json" with { type: "json" };
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { randomStream } from "../../src/task/random.ts";
import { COMMON, digits, drawer, learningRate, noise, ordinaryLayers, twoTerms, UNTRAINED_LOSS } from "./drawing.ts";

const DRAWS = 16;

/** Chinchilla worlds: the fixed one, and draws whose best size spans 0.3 to 3 times √(C/120) at the target. */
export function handout(): WorldDocument[] {
  return [
    handoutSmooth as unknown as WorldDocument,
    ...Array.from({ length: DRAWS }, (_, index) => {
      const draw = drawer(randomStream(`presets/handout/${index}`));
      const share = (index + draw.between(0, 1)) / DRAWS;
      const parameters = Math.sqrt(1e19 / 120) * 0.3 * Math.exp(share * Math.log(10));
      const exponents = {
        E: digits(draw.between(1.5, 2.2)),
        alpha: digits(draw.between(0.27, 0.45)),
        beta: digits(draw.between(0.27, 0.45)),
      };
      const base = twoTerms(exponents, { flops: 1e19, parameters, reducible: draw.logBetween(0.7, 1.4) });
      const { batch, rest } = ordinaryLayers(draw);
      const rate = learningRate(draw, draw.logBetween(2.5e-4, 9e-4));
      return {
        ...COMMON,
        name: `handout/${String(index + 1).padStart(2, "0")}`,
        description: `Draw ${index + 1} of ${DRAWS} of the parametric Chinchilla surface with its effects.`,
        tags: ["handout", "chinchilla", "smooth", "draw"],
        seed: 3000 + index,
        surface: { base, layers: [batch, rate, ...rest], untrainedLoss: UNTRAINED_LOSS },
        noise: noise(digits(draw.logBetween(0.5, 2))),
      };
    }),
  ];
}
