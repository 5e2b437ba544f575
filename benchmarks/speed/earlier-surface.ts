// How fast worlds answer against an earlier commit, alone: node --import tsx benchmarks/speed/earlier-surface.ts
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { configurations } from "./surface.ts";

/** The commit with which version 0.2 compares its surfaces; a clone without it has nothing to compare with. */
const EARLIER = "5429700";
const WORLDS = [
  "handout/smooth",
  "misspecified/kaplan",
  "misspecified/bounded",
  "effects/tree",
  "stanford-2025/central",
];
/** Rounds of which the fastest counts: what else the machine does only slows. */
const ROUNDS = 150;

interface AnsweringWorld {
  answer(config: RunConfig, repetition: number): number;
  expectedLoss(config: RunConfig): number;
}

/** Prints both speeds, measured in turn in one run, and their ratio. */
export async function reportEarlierSurface(): Promise<void> {
  // Beside the sources, so that the loader takes it for one of them.
  const folder = mkdtempSync(resolve("earlier-"));
  try {
    const archive = execFileSync("git", ["archive", EARLIER, "src", "package.json"], { maxBuffer: 1e9 });
    execFileSync("tar", ["-x", "-C", folder], { input: archive });
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    const from = (file: string) => import(pathToFileURL(join(folder, "src/surface", file)).href);
    const [world, presets] = [await from("build-world.ts"), await from("presets.ts")];
    console.log(
      `nanoseconds an answer, noise included, and a loss without it; beside commit ${EARLIER} in the same run`,
    );
    for (const name of WORLDS) {
      const [now, before] = [buildWorld(presetDocument(name)), world.buildWorld(presets.presetDocument(name))];
      const answers = fastest(now, before, (each, config, round) => each.answer(config, round));
      const losses = fastest(now, before, (each, config) => each.expectedLoss(config));
      console.log(`  ${name.padEnd(24)} answer ${shown(answers)}   loss ${shown(losses)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function shown([now, before]: readonly [number, number]): string {
  return `${now.toFixed(0)}, before ${before.toFixed(0)}: ${(before / now).toFixed(2)} times as fast`;
}

/** Nanoseconds a configuration in the fastest round, of both. */
function fastest(
  now: AnsweringWorld,
  before: AnsweringWorld,
  ask: (world: AnsweringWorld, config: RunConfig, round: number) => number,
): [number, number] {
  const configs = configurations(1024);
  const least: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let total = 0;
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, world] of [now, before].entries()) {
      const started = process.hrtime.bigint();
      for (const config of configs) total += ask(world, config, round);
      const each = Number(process.hrtime.bigint() - started) / configs.length;
      if (each < least[i]!) least[i] = each;
    }
  if (!Number.isFinite(total)) throw new Error("a world answered with a loss that is not finite");
  return least;
}

if (import.meta.main) await reportEarlierSurface();
