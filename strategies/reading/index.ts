/**
 * What the runs say by themselves: which of them compare, where a budget's best size and the best learning rate lie.
 *
 *     recommend(runs, task) {
 *       const known = comparable(runs);                       // one recipe per budget, one run per size
 *       const lowest = lowestOf(known);                       // the run with the lowest loss
 *       const levels = levelVertices(runs);                   // per budget: best ln N, its sd, the loss there
 *       const optima = levels.map(({ C, logN, loss }) => ({ C, N: Math.exp(logN), loss }));
 *       const { N, loss, law } = extrapolateOptima(optima, task.target, "log");
 *       const learningRate = learningRateAt(task.target, runs, task);
 *       return toSubmission({ N, loss, learningRate, law }, task);
 *     }
 */
export { comparable, lowestOf } from "./comparable.ts";
export { highestLearningRate, learningRateAt, recipeAt, tunedRate } from "./learning-rate.ts";
export { extrapolateOptima, type LowestRun, levelVertices, vertexOf } from "./optima.ts";
export { batchAt, literatureRateFor, otherBatches } from "./recipe.ts";
