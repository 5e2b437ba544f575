import { buildWorld } from "../../../src/surface/build-world.ts";
import { presetDocument } from "../../../src/surface/presets.ts";
import { sealedWorld } from "../../../src/surface/suites/sealed.ts";
import type { World } from "../../../src/surface/world.ts";
import type { AnsweredRun } from "../../../src/task/configuration.ts";
import { UserError } from "../../../src/task/errors.ts";
import type { Task } from "../../../src/task/task.ts";
import { simulatedApi } from "../../../src/training-api/simulated.ts";
import type { TrainingApi } from "../../../src/training-api/training-api.ts";
import type { OpenWorld, Position } from "./calls.ts";

/**
 * A world with the API of one player: the ledger and the refusals of `isoflop serve`, and its noise with `--seed 0`, which
 * is the same for every key.
 */
export interface Game {
  readonly world: World;
  readonly api: TrainingApi;
}

const SEALED = /^sealed\/(\d{1,9})$/;

/**
 * The game at a position: its runs are bought in order, and what the API refuses is left out.
 *
 * @throws UserError for a world that there is not.
 */
export async function gameAt({ world: name, runs }: Position): Promise<Game> {
  const world = worldNamed(name);
  const api = simulatedApi(world);
  for (const run of runs) await api.loss(run);
  return { world, api };
}

export function worldNamed(name: string): World {
  const seed = SEALED.exec(name)?.[1];
  if (seed === undefined && name.startsWith("sealed/"))
    throw new UserError(`world "${name}": a sealed world has a number of at most nine digits, such as sealed/7`);
  return buildWorld(seed === undefined ? presetDocument(name) : sealedWorld(Number(seed)));
}

/** A world without what a player of a sealed one may not know yet. */
export function asPlayed({ document, task }: World): OpenWorld {
  const { name, description, accounting } = document;
  const sealed = SEALED.exec(name)?.[1];
  return {
    name,
    description:
      sealed === undefined ? description : `Drawn from seed ${sealed}. What it is shows when you are graded.`,
    accounting,
    task,
  };
}

/** The task that is left to someone who takes over: what is bought is known, and the rest of the cap may be spent. */
export function taskAfter(task: Task, runs: readonly AnsweredRun[]): Task {
  if (runs.length === 0) return task;
  const spent = runs.reduce((sum, { trainFlops }) => sum + trainFlops, 0);
  return { ...task, cap: task.cap - spent, history: [...(task.history ?? []), ...runs] };
}
