import { PALETTE } from "./figure.ts";

/** Strategies that get a colour of their own in figures with a line for each; the others share a grey. */
const COLOURED = 7;
/** The grey of what is there for comparison only. */
export const FAINT = "#aab1bd";

/** The colour of each strategy, the same in every figure: the best few by their place on the leaderboard. */
export function strategyColours(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name, place) => [name, place < COLOURED ? (PALETTE[place] as string) : FAINT]));
}

/** Legend entries for lines in those colours; the grey ones share one. */
export function strategyLegend(
  names: readonly string[],
): { readonly label: string; readonly color: string; readonly mark: "line" }[] {
  const colours = strategyColours(names);
  const own = names.filter((name) => colours.get(name) !== FAINT);
  const entries = own.map((label) => ({ label, color: colours.get(label) as string, mark: "line" as const }));
  return own.length < names.length ? [...entries, { label: "the others", color: FAINT, mark: "line" }] : entries;
}
