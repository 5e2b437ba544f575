import { strategyNamed } from "../../strategies/index.ts";
import { importGuarded } from "../experiment/module-guard.ts";
import { parseStrategy } from "../experiment/strategy-contract.ts";
import { buildAnyWorld } from "../surface/any-world.ts";
import type { AnyWorld, AnyWorldDocument } from "../surface/world.ts";
import type { Strategy } from "../task/strategy.ts";
import { type Entrant, ORACLE, oracleOf } from "./entrant.ts";
import { play } from "./play.ts";
import { resultLine } from "./result.ts";
import type { Beacon } from "./thinking-clock.ts";

/** One job of a block: which of its entrants, which repetition, and the key its result is filed under. */
export interface BlockJob {
  readonly entrant: number;
  readonly repetition: number;
  readonly key: string;
}

/** Jobs that share a world, so that it is built once: what a thread or another machine is sent. Plain JSON. */
export interface Block {
  readonly world: AnyWorldDocument;
  readonly entrants: readonly Entrant[];
  readonly jobs: readonly BlockJob[];
  readonly seed: number;
  readonly thinkingSeconds: number;
}

/** Plays the jobs of a block in this thread, in their order; `onLine` gets each result as it is to be stored. */
export async function playBlock(block: Block, onLine: (line: string) => void, beacon?: Beacon): Promise<void> {
  const world = buildAnyWorld(block.world);
  deepFreeze(world.task);
  const strategies = new Map<number, Strategy>();
  for (const entrant of new Set(block.jobs.map((job) => job.entrant)))
    strategies.set(entrant, await strategyOf(block.entrants[entrant] as Entrant, world));
  for (const [i, { entrant, repetition, key }] of block.jobs.entries()) {
    if (beacon) beacon.job = i + 1;
    const strategy = strategies.get(entrant) as Strategy;
    const { seed, thinkingSeconds } = block;
    const result = await play(strategy, world, repetition, seed, {
      thinkingSeconds,
      anytime: repetition === 0,
      ...(beacon ? { beacon } : {}),
    });
    onLine(resultLine(key, result));
  }
}

async function strategyOf(entrant: Entrant, world: AnyWorld): Promise<Strategy> {
  switch (entrant.kind) {
    case "shipped":
      return entrant.name === ORACLE ? oracleOf(world) : strategyNamed(entrant.name);
    case "module":
      return parseStrategy((await importGuarded(entrant.path)).module.default, entrant.path);
    case "program":
      throw new TypeError(`"${entrant.name}" is a program: it is played by the process, not in a block`);
  }
}

/** All strategies share the task object, so none may change it. */
function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
}
