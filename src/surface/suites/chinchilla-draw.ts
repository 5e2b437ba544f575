import { chinchillaSize } from "../../law/chinchilla.ts";
import { UNTRAINED_LOSS } from "../../law/stanford-2025.ts";
import { randomStream } from "../../task/random.ts";
import type { WorldDocument } from "../world-document.ts";
import { type Draw, digits, drawer, learningRate, noise, ordinaryLayers, twoTerms } from "./drawing.ts";

/**
 * Draw `index` of `count` of the parametric Chinchilla surface with its effects: best sizes of the draws are spread from
 * 0.3 to 3 times √(C/120) at the target.
 *
 * @param stream prefix of the stream's name: another one, other draws.
 */
export function chinchillaDraw(stream: string, index: number, count: number): Pick<WorldDocument, "surface" | "noise"> {
  const draw = drawer(randomStream(`${stream}/${index}`));
  const share = (index + draw.between(0, 1)) / count;
  return chinchillaWorld(draw, chinchillaSize(1e19) * 0.3 * Math.exp(share * Math.log(10)));
}

/** A draw whose best size at the target is `parameters`. */
export function chinchillaWorld(draw: Draw, parameters: number): Pick<WorldDocument, "surface" | "noise"> {
  const exponents = {
    E: digits(draw.between(1.5, 2.2)),
    alpha: digits(draw.between(0.27, 0.45)),
    beta: digits(draw.between(0.27, 0.45)),
  };
  const base = twoTerms(exponents, { flops: 1e19, parameters, reducible: draw.logBetween(0.7, 1.4) });
  const { batch, rest } = ordinaryLayers(draw);
  const rate = learningRate(draw, draw.logBetween(2.5e-4, 9e-4));
  return {
    surface: { base, layers: [batch, rate, ...rest], untrainedLoss: UNTRAINED_LOSS },
    noise: noise(digits(draw.logBetween(0.5, 2))),
  };
}
