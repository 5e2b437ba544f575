import { UNTRAINED_LOSS } from "../../../law/stanford-2025.ts";
import type { Mechanistic } from "../../laws/mechanistic.ts";
import { type CalibratedLaw, free, held } from "../calibrated-law.ts";
import { CENTRAL_BEYOND, evenFloor, withBeyond } from "../undetermined.ts";

/** The mechanistic surface for answers of the training API (docs/surface.md, "The annealed surface"). */
export const mechanistic: CalibratedLaw = {
  name: "mechanistic",
  table: "answers",
  scale: 0.02,
  parameters: [
    held("E", 0, 0, 5),
    free("alpha", 0.106, 0.01, 1),
    free("logA", 1.35, -5, 10),
    free("logK", 1.56, -5, 10),
    free("beta", 0.39, 0.01, 3),
    free("g0", 0.74, -3, 5),
    free("g1", -0.15, -2, 2),
    free("p", 1.33, 0.1, 10),
    free("w", 0.46, -3, 5),
    free("v", -0.04, -3, 3),
    free("b", 0.24, -3, 3),
    free("logSlowSteps", -2, -12, 8),
    free("m", 0.44, -3, 3),
    free("untrainedLoss", UNTRAINED_LOSS, 10.3, 11),
  ],
  surface: ({ untrainedLoss, ...constants }) => ({
    base: { law: "mechanistic", ...(constants as Omit<Mechanistic, "law" | "beyond">), beyond: CENTRAL_BEYOND },
    layers: [],
    untrainedLoss: untrainedLoss as number,
  }),
  heldFor: (index, count) => ({ E: evenFloor(index, count) }),
  withBeyond,
};
