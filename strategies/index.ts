/**
 * The strategies that come with the package. Each is one file like this one, and two lines here: an import and an entry
 * in the list below.
 *
 *     export const mine: Strategy = {
 *       name: "mine",
 *       summary: "five sizes at the largest budget that buys five runs, the best one grown as √C",
 *       *queries(task) {
 *         const budget = new Budget(task);
 *         const flops = budgetsOf(task).findLast((cost) => cost * 5 <= task.cap);
 *         if (flops === undefined) return;
 *         const recipe = recipeAt(flops, budget.runs(), task);
 *         const shapes = sizesAround(usualSize(flops, task), 5, task);
 *         yield* budget.buy(shapes.map((shape) => nearestQuery(shape, recipe, flops, task, "one of five sizes")));
 *       },
 *       recommend: scaledBest,
 *     };
 *
 * `budgetsOf` is in src/task/task.ts and `usualSize` in src/law/usual-training.ts. asking/ has what to buy (`Budget`,
 * `nearestQuery`, `sizesAround`), reading/ what the runs say (`recipeAt`), believing/ laws, priors and the
 * submission (`scaledBest`).
 */
import { unknownName } from "../src/task/errors.ts";
import type { Strategy } from "../src/task/strategy.ts";
import { keepingTime } from "./believing/index.ts";
import { champion } from "./champion/champion.ts";
import { cheapestFirst } from "./cheapest-first.ts";
import { envelope } from "./envelope.ts";
import { hyperband } from "./hyperband.ts";
import { hyperparametersFirst } from "./hyperparameters-first.ts";
import { isoflopsMinimum } from "./isoflops-minimum.ts";
import { isoflopsParabola } from "./isoflops-parabola.ts";
import { isoflopsParametric } from "./isoflops-parametric.ts";
import { kaplan } from "./kaplan.ts";
import { ladder } from "./ladder.ts";
import { lawEnsemble } from "./law-ensemble.ts";
import { literatureOnly } from "./literature-only.ts";
import { muTransfer } from "./mu-transfer.ts";
import { optimalDesign } from "./optimal-design.ts";
import { progressive } from "./progressive.ts";
import { randomAffordable } from "./random-affordable.ts";
import { tpe } from "./tpe.ts";
import { twoStageIsoflops } from "./two-stage-isoflops.ts";
import { wallClockIsoflops } from "./wall-clock-isoflops.ts";

/**
 * The strategies that come with the package, controls first.
 *
 * @example
 * ```ts
 * import { STRATEGIES } from "isoflop";
 * STRATEGIES.map(({ name }) => name).slice(0, 3); // ["random-affordable", "cheapest-first", "literature-only"]
 * ```
 */
export const STRATEGIES: readonly Strategy[] = [
  randomAffordable,
  cheapestFirst,
  literatureOnly,
  twoStageIsoflops,
  isoflopsMinimum("linear"),
  isoflopsMinimum("log"),
  isoflopsParabola,
  isoflopsParametric,
  envelope,
  kaplan,
  muTransfer,
  ladder,
  hyperparametersFirst,
  hyperband,
  progressive,
  optimalDesign,
  lawEnsemble,
  tpe,
  wallClockIsoflops,
  champion,
].map(keepingTime);

/**
 * The shipped strategy of this name.
 *
 * @throws UserError that names the nearest strategy where there is none of this name.
 *
 * @example
 * ```ts
 * import { strategyNamed } from "isoflop";
 * strategyNamed("kaplan").name; // "kaplan"
 * strategyNamed("caplan"); // throws UserError
 * ```
 */
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
