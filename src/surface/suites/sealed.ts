import { chinchillaSize } from "../../law/chinchilla.ts";
import { randomStream } from "../../task/random.ts";
import { presetDocument } from "../presets.ts";
import type { WorldDocument } from "../world-document.ts";
import { chinchillaWorld, drawer } from "./drawing.ts";
import { calibratedBlend, lawModels, withDrawnLayers } from "./full-suite.ts";

/**
 * A world of the course that was never shown: its kind and all its constants are drawn from a seed, which its name says.
 * The description says what it is, so show it only after a submission is graded.
 *
 * @param seed a whole number of 0 or more.
 */
export function sealedWorld(seed: number): WorldDocument {
  const draw = drawer(randomStream(`sealed/${seed}`));
  const drawn = draw.oneOf([chinchilla, otherLaw, calibrated])(draw);
  const noiseSeed = Math.floor(draw.between(0, 0x7fffffff));
  return { ...drawn, name: `sealed/${seed}`, tags: ["sealed"], seed: noiseSeed };
}

type Drawing = (draw: ReturnType<typeof drawer>) => WorldDocument;

/** Best sizes are spread as in `handout`: 0.3 to 3 times √(C/120) at the target. */
const chinchilla: Drawing = (draw) => ({
  ...presetDocument("handout/smooth"),
  ...chinchillaWorld(draw, chinchillaSize(1e19) * draw.logBetween(0.3, 3)),
  description: "Chinchilla's law under ordinary effects, with constants drawn anew.",
});

const otherLaw: Drawing = (draw) => {
  const model = withDrawnLayers(draw.oneOf(lawModels()), draw);
  return { ...model, description: `${model.description} Effects drawn anew.` };
};

const calibrated: Drawing = (draw) => {
  const { world, between } = calibratedBlend(draw, Math.floor(draw.between(0, 1000)));
  return { ...world, description: `Calibrated to real runs of 2025: between ${between.join(" and ")}.` };
};
