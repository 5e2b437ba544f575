import type { RunConfig } from "../../src/task/configuration.ts";
import type { Rng } from "../../src/task/random.ts";
import type { Domain, SearchSpace } from "../../src/task/search-space.ts";

/** A value of the domain, each as likely as any other. */
export function drawUniform(domain: Domain, rng: Rng): number {
  if (domain.kind === "choice") return pick(domain.values, rng);
  const { minimum, maximum } = domain;
  return domain.integer
    ? Math.ceil(minimum) + Math.floor(rng() * (Math.floor(maximum) - Math.ceil(minimum) + 1))
    : minimum + rng() * (maximum - minimum);
}

/** A value of the domain, uniform in its logarithm. */
export function drawLogUniform(domain: Domain, rng: Rng): number {
  if (domain.kind === "choice") return pick(domain.values, rng);
  const { minimum, maximum, integer } = domain;
  const value = Math.min(Math.max(minimum * Math.exp(rng() * Math.log(maximum / minimum)), minimum), maximum);
  return integer ? Math.min(Math.max(Math.round(value), Math.ceil(minimum)), Math.floor(maximum)) : value;
}

/** A configuration at a budget, uniform over the search space; its learning rate is uniform in ln η. */
export function drawConfiguration(space: SearchSpace, trainFlops: number, rng: Rng): RunConfig {
  return {
    dModel: drawUniform(space.dModel, rng),
    numLayers: drawUniform(space.numLayers, rng),
    numHeads: drawUniform(space.numHeads, rng),
    batchSize: drawUniform(space.batchSize, rng),
    learningRate: drawLogUniform(space.learningRate, rng),
    trainFlops,
  };
}

/** One item of a list, which must not be empty. */
export function pick<Item>(items: readonly Item[], rng: Rng): Item {
  return items[Math.min(items.length - 1, Math.floor(rng() * items.length))] as Item;
}
