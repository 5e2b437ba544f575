import { contentHash } from "../experiment/content-hash.ts";
import type { AnyWorldDocument } from "../surface/world.ts";
import { canonicalJson } from "../task/canonical-json.ts";
import type { Block, BlockJob } from "./block.ts";
import { engineVersion } from "./engine.ts";
import type { Entrant } from "./entrant.ts";

/** A tournament: every entrant on every world in every repetition, from one seed. */
export interface TournamentPlan {
  readonly entrants: readonly Entrant[];
  readonly worlds: readonly AnyWorldDocument[];
  /** Frozen draws of the noise per world. */
  readonly repetitions: number;
  readonly seed: number;
  readonly thinkingSeconds: number;
  /** The engine whose results count. @defaultValue this engine's version */
  readonly engine?: string;
}

/** Where a job stands in its plan: indices of its entrant and its world, and its repetition. */
export interface Place {
  readonly entrant: number;
  readonly world: number;
  readonly repetition: number;
}

/**
 * The jobs of a plan by their keys: hashes of everything a result depends on, so that a result is looked up by content,
 * and changing any of it (a strategy's source, a world, a cap, the engine) makes another job.
 */
export function jobsOf({
  entrants,
  worlds,
  repetitions,
  seed,
  thinkingSeconds,
  engine,
}: TournamentPlan): Map<string, Place> {
  const version = engine ?? engineVersion();
  const jobs = new Map<string, Place>();
  for (const [world, document] of worlds.entries()) {
    const worldHash = contentHash(canonicalJson(document));
    for (let repetition = 0; repetition < repetitions; repetition++)
      for (const [entrant, { name, hash }] of entrants.entries()) {
        const parts = [version, name, hash, worldHash, repetition, seed, thinkingSeconds];
        jobs.set(contentHash(JSON.stringify(parts)), { entrant, world, repetition });
      }
  }
  return jobs;
}

/** Blocks per worker there should be, so that the last ones end at about the same time. */
const BLOCKS_PER_WORKER = 12;

/** The jobs still to be played, in blocks of one world; large, so that handing them out costs next to nothing. */
export function blocksOf(plan: TournamentPlan, missing: ReadonlyMap<string, Place>, workers: number): Block[] {
  const { entrants, worlds, seed, thinkingSeconds } = plan;
  const atMost = Math.max(entrants.length, Math.ceil(missing.size / (workers * BLOCKS_PER_WORKER)));
  const byWorld = Map.groupBy(missing, ([, { world }]) => world);
  return [...byWorld].flatMap(([world, jobs]) => {
    const parts = Math.ceil(jobs.length / atMost);
    const size = Math.ceil(jobs.length / parts);
    return Array.from({ length: parts }, (_, part) => ({
      world: worlds[world] as AnyWorldDocument,
      entrants,
      jobs: jobs
        .slice(part * size, (part + 1) * size)
        .map(([key, { entrant, repetition }]): BlockJob => ({ entrant, repetition, key })),
      seed,
      thinkingSeconds,
    }));
  });
}
