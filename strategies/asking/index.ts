/**
 * Which runs to buy: a budget that pays for nothing twice, and the queries to spend it on.
 *
 *     *queries(task) {
 *       const budget = new Budget(task);                             // the cap, and the answers so far
 *       for (const flops of budgetsOf(task)) {
 *         const shapes = sizesAround(usualSize(flops, task), 5, task); // five sizes that the task allows
 *         const learningRate = learningRateAt(flops, budget.runs(), task);
 *         const queries = shapes.map((shape) =>
 *           nearestQuery(shape, { learningRate, batchSize: 128 }, flops, task, "one of five sizes"));
 *         const runs = yield* budget.buy(queries);                    // skips what is known or too expensive
 *       }
 *       yield* isoflopSweep(budget, task);                            // or a whole procedure at once
 *     }
 */
export { bracketSearch, type Fixed } from "./bracket-search.ts";
export { Budget } from "./budget.ts";
export { buyOpeningRuns, sizeCandidates } from "./candidates.ts";
export { drawConfiguration, drawLogUniform, pick } from "./draw.ts";
export { isoflopLevels, isoflopSweep, sizeQuery } from "./isoflop-sweep.ts";
export { nearestQuery, type Recipe } from "./nearest-query.ts";
export { anyRate, checkLowerRates, compareBatches, trainedRates } from "./rates.ts";
export { modelOfSize, sameSize, sizesAround } from "./shapes.ts";
export { noteOnRest, spendRest } from "./spend-rest.ts";
