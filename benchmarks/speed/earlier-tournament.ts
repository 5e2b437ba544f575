// How fast strategies are played against an earlier commit, alone: node --import tsx benchmarks/speed/earlier-tournament.ts
import { suiteNamed } from "../../src/surface/suites/suites.ts";
import type { AnyWorldDocument } from "../../src/surface/world.ts";
import { type Block, playBlock } from "../../src/tournament/block.ts";
import { shippedEntrant } from "../../src/tournament/entrant.ts";
import { STRATEGIES } from "../../strategies/index.ts";
import { withEarlier } from "./earlier-commit.ts";

/** The last commit before strategies and fits were made faster; a clone without it has nothing to compare with. */
const EARLIER = "43dee4d";
/** Strategies named beside the whole field. */
const NAMED = ["champion", "law-ensemble", "isoflops-parametric", "progressive"];
/** Every so many worlds of the default suite. */
const STRIDE = 6;

/** Prints the processor time of a run at both commits, played in turn in one thread, and the ratio. */
export async function reportEarlierTournament(): Promise<void> {
  await withEarlier(EARLIER, async (from) => {
    const [block, suites, strategies] = [
      await from("src/tournament/block.ts"),
      await from("src/surface/suites/suites.ts"),
      await from("strategies/index.ts"),
    ];
    const known = new Set<string>(strategies.STRATEGIES.map(({ name }: { readonly name: string }) => name));
    const names = STRATEGIES.map(({ name }) => name).filter((name) => known.has(name));
    const worlds = suiteNamed("default").filter((_, i) => i % STRIDE === 0);
    const theirs: readonly AnyWorldDocument[] = suites.suiteNamed("default");
    const spent = new Map(names.map((name) => [name, { before: 0, now: 0 }]));
    // The first world warms both up.
    for (const [i, world] of [worlds[0]!, ...worlds].entries())
      for (const [name, times] of spent) {
        const before = await processorSeconds(
          block.playBlock,
          theirs.find((other) => other.name === world.name) ?? world,
          name,
        );
        const now = await processorSeconds(playBlock, world, name);
        if (i > 0) spent.set(name, { before: times.before + before, now: times.now + now });
      }
    console.log(
      `processor seconds a run, on ${worlds.length} worlds of the default suite; beside commit ${EARLIER} in the same run`,
    );
    const all = [...spent.values()];
    const whole = {
      before: all.reduce((sum, { before }) => sum + before, 0) / names.length,
      now: all.reduce((sum, { now }) => sum + now, 0) / names.length,
    };
    for (const [name, { before, now }] of [
      [`all ${names.length} strategies`, whole] as const,
      ...NAMED.map((name) => [name, spent.get(name)!] as const),
    ])
      console.log(
        `  ${name.padEnd(20)} ${(now / worlds.length).toFixed(4)}, before ${(before / worlds.length).toFixed(4)}: ${(before / now).toFixed(1)} times as fast`,
      );
  });
}

async function processorSeconds(play: typeof playBlock, world: AnyWorldDocument, name: string): Promise<number> {
  const jobs: Block["jobs"] = [{ entrant: 0, repetition: 0, key: name }];
  const started = process.cpuUsage();
  await play({ world, entrants: [shippedEntrant(name)], jobs, seed: 0, thinkingSeconds: 60 }, () => undefined);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}

if (import.meta.main) await reportEarlierTournament();
