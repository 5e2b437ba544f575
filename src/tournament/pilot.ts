import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localExecutor } from "./local-executor.ts";
import type { TournamentPlan } from "./plan.ts";
import { playTournament } from "./tournament.ts";

/** Worlds a pilot looks at, spread evenly over the suite. */
const PILOT_WORLDS = 6;

/**
 * Seconds a tournament will take with these workers, from one repetition on a few of its worlds. Programs are not in
 * it. Threads start once, however many worlds follow: what passes before the first result is not multiplied.
 */
export async function pilotSeconds(plan: TournamentPlan, workers: number): Promise<number> {
  const step = Math.max(1, Math.floor(plan.worlds.length / PILOT_WORLDS));
  const worlds = plan.worlds.filter((_, i) => i % step === 0).slice(0, PILOT_WORLDS);
  const entrants = plan.entrants.filter(({ kind }) => kind !== "program");
  const folder = mkdtempSync(join(tmpdir(), "isoflop-pilot-"));
  const arrivals = [performance.now()];
  try {
    await playTournament({
      plan: { ...plan, worlds, entrants, repetitions: 1 },
      file: join(folder, "results.jsonl"),
      executor: localExecutor(workers),
      workers,
      signal: new AbortController().signal,
      onResult: () => arrivals.push(performance.now()),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return secondsFor(entrants.length * plan.worlds.length * plan.repetitions, arrivals);
}

/** Seconds so many results take, when a start and the first few results came at these times, in milliseconds. */
export function secondsFor(results: number, [start, first, ...others]: readonly number[]): number {
  if (start === undefined || first === undefined) return 0;
  const each = others.length > 0 ? ((others.at(-1) as number) - first) / others.length : first - start;
  return (first - start + each * (results - 1)) / 1000;
}
