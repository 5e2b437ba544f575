import { unknownName } from "../src/task/errors.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { isoflopsMinimum } from "./isoflops-minimum.ts";
import { twoStageIsoflops } from "./two-stage-isoflops.ts";

/** The strategies that come with the package. */
export const STRATEGIES: readonly Strategy[] = [twoStageIsoflops, isoflopsMinimum("linear")];

/** The shipped strategy of this name; throws a UserError that names the nearest one when there is none. */
export function strategyNamed(name: string): Strategy {
  const strategy = STRATEGIES.find((candidate) => candidate.name === name);
  if (!strategy) {
    throw unknownName(
      "strategy",
      name,
      STRATEGIES.map((candidate) => candidate.name),
    );
  }
  return strategy;
}
