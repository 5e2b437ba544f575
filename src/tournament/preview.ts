import { OrderedSample, onceEach } from "../statistics/ordered-sample.ts";
import { suiteNamed } from "../surface/suites/suites.ts";
import { fieldOf } from "./analysis/field.ts";
import type { Columns } from "./columns.ts";
import type { QuestionBlock, TournamentFolder } from "./folder.ts";

/** Worlds of a question that a first ranking is made of. */
const FEW = 3;

/**
 * The worlds of a block that are played first, so that a ranking is there within seconds: the first of the smoke suite
 * that are in it, else three spread evenly. A short block is played whole.
 */
export function previewWorlds({ worlds }: QuestionBlock): readonly string[] {
  if (worlds.length <= 2 * FEW) return worlds;
  const smoke = suiteNamed("smoke").flatMap(({ name }) => (worlds.includes(name) ? [name] : []));
  if (smoke.length >= FEW) return smoke.slice(0, FEW);
  return Array.from({ length: FEW }, (_, i) => worlds[Math.floor(((i + 0.5) * worlds.length) / FEW)] as string);
}

/** A ranking of what has been played of a question, without its certainty. */
export interface Preview {
  /** Worlds that the whole field has played. */
  readonly worlds: number;
  /** Interquartile mean of the regret in nats, the least first. */
  readonly standing: readonly { readonly name: string; readonly iqm: number }[];
}

/** Ranks what has been played so far of a block. */
export function previewOf(
  columns: Columns,
  { plan, ranked, manifest }: TournamentFolder,
  { worlds }: QuestionBlock,
): Preview {
  const names = plan.entrants.map(({ name }) => name);
  const control = manifest.control === undefined ? -1 : names.indexOf(manifest.control);
  const own = new Set(worlds);
  const field = fieldOf(
    columns,
    ranked.map((name) => names.indexOf(name)),
    control < 0 ? undefined : control,
    (world) => own.has(plan.worlds[world]!.name),
  );
  if (field.cells.length === 0) return { worlds: 0, standing: [] };
  const standing = field.ranked.map((entrant) => {
    const regrets = field.regrets.get(entrant) as Float64Array;
    return { name: names[entrant]!, iqm: new OrderedSample(regrets).interquartileMean(onceEach(regrets.length)) };
  });
  return { worlds: field.strata.length, standing: standing.sort((a, b) => a.iqm - b.iqm) };
}
