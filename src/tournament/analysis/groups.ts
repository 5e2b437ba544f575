import { OrderedSample, onceEach } from "../../statistics/ordered-sample.ts";
import { kendallTau } from "../../statistics/ranks.ts";
import type { AnyWorldDocument } from "../../surface/world.ts";
import type { Agreement, Group } from "./analysis.ts";
import type { Field } from "./field.ts";

/** The suite a world comes from: the words of its name before the last. */
export function suiteOf(world: string): string {
  return world.includes("/") ? world.slice(0, world.lastIndexOf("/")) : world;
}

/** IQM of the regret in each suite and under each tag that does not hold every world. */
export function groupsOf(field: Field, worlds: readonly AnyWorldDocument[], names: readonly string[]): Group[] {
  const played = [...new Set(field.cells.map(({ world }) => world))];
  const group = (kind: Group["kind"], name: string, members: readonly number[]): Group => {
    const positions = [...field.cells.keys()].filter((i) => members.includes(field.cells[i]?.world as number));
    const regret = field.ranked.map((entrant) => {
      const values = field.regrets.get(entrant) as Float64Array;
      const sample = new OrderedSample(positions.map((i) => values[i] as number));
      return [names[entrant] as string, sample.interquartileMean(onceEach(sample.size))];
    });
    return { kind, name, worlds: members.length, regret: Object.fromEntries(regret) };
  };
  const document = (world: number) => worlds[world] as AnyWorldDocument;
  const suites = Map.groupBy(played, (world) => suiteOf(document(world).name));
  const tags = new Set(played.flatMap((world) => document(world).tags));
  return [
    ...[...suites].map(([name, members]) => group("suite", name, members)),
    ...[...tags].sort().flatMap((tag) => {
      const members = played.filter((world) => document(world).tags.includes(tag));
      return members.length < played.length && !suites.has(tag) ? [group("tag", tag, members)] : [];
    }),
  ];
}

/** How similarly every two suites rank the strategies. */
export function agreementOf(groups: readonly Group[]): Agreement[] {
  const suites = groups.filter(({ kind }) => kind === "suite");
  return suites.flatMap((first, i) =>
    suites.slice(i + 1).map((second) => {
      const names = Object.keys(first.regret).filter((name) => name in second.regret);
      const regrets = (group: Group) => names.map((name) => group.regret[name] as number);
      return { first: first.name, second: second.name, tau: kendallTau(regrets(first), regrets(second)) };
    }),
  );
}
