// How fast worlds answer against an earlier commit, alone: node --import tsx benchmarks/speed/earlier-surface.ts
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { withEarlier } from "./earlier-commit.ts";
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

/** What both commits have. */
interface AnsweringWorld {
  answer(config: RunConfig, repetition: number): number;
  expectedLoss(config: RunConfig): number;
}

/** Prints the speeds of both, measured in turn in one run, and their ratios. */
export async function reportEarlierSurface(): Promise<void> {
  await withEarlier(EARLIER, async (from) => {
    const [world, presets] = [await from("src/surface/build-world.ts"), await from("src/surface/presets.ts")];
    console.log(
      `nanoseconds an answer, noise included, and a loss without it, at commit ${EARLIER}; one by one and all in one call now, and how many times as fast`,
    );
    for (const name of WORLDS) {
      const now = buildWorld(presetDocument(name));
      const before: AnsweringWorld = world.buildWorld(presets.presetDocument(name));
      const answers = fastest([
        (configs, round) => sum(configs, (config) => before.answer(config, round)),
        (configs, round) => sum(configs, (config) => now.answer(config, round)),
        (configs, round) => now.answers(configs, round).reduce((a, b) => a + b),
      ]);
      const losses = fastest([
        (configs) => sum(configs, (config) => before.expectedLoss(config)),
        (configs) => sum(configs, (config) => now.expectedLoss(config)),
        (configs) => now.expectedLosses(configs).reduce((a, b) => a + b),
      ]);
      console.log(`  ${name.padEnd(24)} answer ${shown(answers)}   loss ${shown(losses)}`);
    }
  });
}

function shown([before, ...now]: readonly number[]): string {
  const each = now.map((nanoseconds) => `${nanoseconds.toFixed(0)} (${(before! / nanoseconds).toFixed(2)})`);
  return `${before!.toFixed(0)}, now ${each.join(" and ")}`;
}

function sum(configs: readonly RunConfig[], lossOf: (config: RunConfig) => number): number {
  let total = 0;
  for (const config of configs) total += lossOf(config);
  return total;
}

/** Nanoseconds a configuration of each contender in its fastest round. */
function fastest(contenders: readonly ((configs: readonly RunConfig[], round: number) => number)[]): number[] {
  const configs = configurations(1024);
  const least = contenders.map(() => Number.POSITIVE_INFINITY);
  let total = 0;
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, contender] of contenders.entries()) {
      const started = process.hrtime.bigint();
      total += contender(configs, round);
      least[i] = Math.min(least[i]!, Number(process.hrtime.bigint() - started) / configs.length);
    }
  if (!Number.isFinite(total)) throw new Error("a world answered with a loss that is not finite");
  return least;
}

if (import.meta.main) await reportEarlierSurface();
