import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localExecutor } from "../../../benchmarks/tournament/local-executor.ts";
import type { Plan } from "../../../benchmarks/tournament/plan.ts";
import { playTournament } from "../../../benchmarks/tournament/tournament.ts";

/** Worlds a pilot looks at, spread evenly over the suite. */
const PILOT_WORLDS = 6;

/** Seconds a tournament will take with these workers, from one repetition on a few of its worlds. Programs are not in it. */
export async function pilotSeconds(plan: Plan, workers: number): Promise<number> {
  const step = Math.max(1, Math.floor(plan.worlds.length / PILOT_WORLDS));
  const worlds = plan.worlds.filter((_, i) => i % step === 0).slice(0, PILOT_WORLDS);
  const entrants = plan.entrants.filter(({ kind }) => kind !== "program");
  const folder = mkdtempSync(join(tmpdir(), "isoflop-pilot-"));
  const started = performance.now();
  try {
    await playTournament({
      plan: { ...plan, worlds, entrants, repetitions: 1 },
      file: join(folder, "results.jsonl"),
      executor: localExecutor(workers),
      workers,
      signal: new AbortController().signal,
      onResult: () => undefined,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const share = (plan.worlds.length * plan.repetitions) / worlds.length;
  return (share * (performance.now() - started)) / 1000;
}
