import { randomStream } from "../../task/random.ts";
import { DEFAULT_JOB_WORLD, jobPresetDocument, jobPresetNames } from "../stanford-2026/presets.ts";
import type { JobWorldDocument } from "../stanford-2026/world-document.ts";

/** Suites of worlds of jobs: the worlds that come with the package, and a thousand more. */
export const JOB_SUITES = ["stanford-2026", "stanford-2026-drawn"] as const;
export type JobSuite = (typeof JOB_SUITES)[number];

/** Worlds that `stanford-2026` has besides those of the package, and worlds of `stanford-2026-drawn`. */
const DRAWN = { few: 31, many: 1000 };
/** The last draws of the package were never looked at while strategies were written: the worlds drawn here are made of them. */
const HELD_APART = 16;

export function isJobSuite(name: string): name is JobSuite {
  return (JOB_SUITES as readonly string[]).includes(name);
}

/** The worlds of a suite, as data. */
export function jobSuiteNamed(name: JobSuite): JobWorldDocument[] {
  if (name === "stanford-2026-drawn") return drawnJobWorlds(DRAWN.many);
  return [...jobPresetNames().map(jobPresetDocument), ...drawnJobWorlds(DRAWN.few)];
}

/**
 * Worlds that do not come with the package: how losses behave as in one of its held-apart draws, how long runs take and
 * what untested settings do as in others. Each part by itself agrees with the public jobs.
 */
export function drawnJobWorlds(count: number): JobWorldDocument[] {
  const draws = jobPresetNames()
    .filter((name) => name !== DEFAULT_JOB_WORLD)
    .slice(-HELD_APART)
    .map(jobPresetDocument);
  return Array.from({ length: count }, (_, i) => {
    const rng = randomStream(`stanford-2026/drawn/${i}`);
    const pick = () => draws[Math.floor(rng() * draws.length)] as JobWorldDocument;
    const [loss, runtime, untested] = [pick(), pick(), pick()] as const;
    return {
      ...loss,
      name: `stanford-2026-drawn/${String(i + 1).padStart(4, "0")}`,
      description: `Losses of ${loss.name}, runtimes of ${runtime.name}, untested settings of ${untested.name}.`,
      tags: ["stanford", "2026", "held apart"],
      seed: Math.floor(rng() * 2_147_483_648),
      layers: { ...loss.layers, runtime: runtime.layers.runtime, untested: untested.layers.untested },
    };
  });
}
