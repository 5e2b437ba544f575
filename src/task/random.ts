import seedrandom from "seedrandom";

/** A stream of random numbers, uniform in [0, 1). */
export type Rng = () => number;

/**
 * The stream with this name: the same name gives the same numbers, in any process and any Node version.
 *
 * @example
 * ```ts
 * import { randomStream } from "isoflop";
 * const rng = randomStream("mine");
 * rng(); // 0.2393
 * ```
 */
export function randomStream(name: string): Rng {
  return seedrandom.alea(name);
}

/** A draw from the standard normal distribution (Box and Muller 1958). */
export function standardNormal(rng: Rng): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng());
}
