import { OrderedSample, onceEach } from "../statistics/ordered-sample.ts";
import type { Columns } from "./columns.ts";
import type { TournamentFolder } from "./folder.ts";

/** Milliseconds between two looks at the standing. */
const EVERY = 1000;

/** Who leads so far, best three first: `1 ladder 0.031  2 …`. Looked up at most once a second, and when told to. */
export function leaders(columns: Columns, { plan, ranked }: TournamentFolder): (atOnce: boolean) => string {
  let [text, due] = ["", 0];
  const size = plan.worlds.length * plan.repetitions;
  return (atOnce) => {
    const now = performance.now();
    if (now < due && !atOnce) return text;
    due = now + EVERY;
    const regrets = columns.of("regret");
    const standing = plan.entrants.flatMap(({ name }, entrant) => {
      const own = regrets.subarray(entrant * size, (entrant + 1) * size).filter((regret) => !Number.isNaN(regret));
      if (own.length === 0 || !ranked.includes(name)) return [];
      return [{ name, iqm: new OrderedSample(own).interquartileMean(onceEach(own.length)) }];
    });
    standing.sort((a, b) => a.iqm - b.iqm);
    text = standing
      .slice(0, 3)
      .map(({ name, iqm }, i) => `${i + 1} ${name} ${iqm.toFixed(3)}`)
      .join("  ");
    return text;
  };
}
