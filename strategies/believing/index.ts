/**
 * What follows from the runs and the literature together: laws, their priors and posteriors, and the submission.
 *
 *     recommend(runs, task) {
 *       if (runs.length === 0) return literatureSubmission(task);     // N = √(C/120), Chinchilla's loss
 *       const law = fitChinchilla(comparable(runs));                  // E + A/N^alpha + B/D^beta, priors where needed
 *       const { N, loss } = allocate(law, task.target, task);               // the best size at the target
 *       const frontier = forecastFrontier(optima, task.target, task);       // or the loss from L*(C) alone, floor integrated out
 *       const size = extrapolateSize(levels, task.target, task);            // or N* from levels, literature as prior
 *       const posterior = fitFamily(family, runs, testedNoise(family, runs)); // or a whole posterior, to design by
 *       return toSubmission({ N, loss, learningRate }, task);         // clamped to what may be submitted
 *     }
 */
export {
  allocate,
  bootstrapInterval,
  describeLaw,
  fitChinchilla,
  fitChinchillaWithPriors,
} from "./chinchilla-fit.ts";
export { drawEach, draws, particles } from "./draws.ts";
export { forecastOf, keepingTime } from "./in-time.ts";
export { gradientAt, type NormalPrior, type Posterior, robustLaplace } from "./laplace.ts";
export { FAMILIES, fitFamily, type LawFamily, logScalesOf, type Noise, noiseAt, testedNoise } from "./law-families.ts";
export { forecastFrontier } from "./loss-frontier.ts";
export { clampSize, literatureSubmission, scaledBest, toSubmission } from "./submission.ts";
export { extrapolateSize, lowestSize, targetLosses, targetSizes } from "./target-size.ts";
