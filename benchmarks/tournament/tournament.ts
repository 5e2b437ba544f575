import { buildWorld } from "../../src/surface/build-world.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { play } from "./play.ts";
import type { Result } from "./result.ts";

export interface Tournament {
  readonly strategies: readonly Strategy[];
  readonly worlds: readonly WorldDocument[];
  /** Frozen draws of the noise per world. */
  readonly repetitions: number;
  readonly seed: number;
}

/** Every strategy on every world in every repetition, results as they come: world by world, so that each is built once. */
export async function* playTournament({ strategies, worlds, repetitions, seed }: Tournament): AsyncGenerator<Result> {
  for (const document of worlds) {
    const world = buildWorld(document);
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const strategy of strategies) yield await play(strategy, world, repetition, seed);
    }
  }
}
