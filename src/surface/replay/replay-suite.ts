import { UserError } from "../../task/errors.ts";
import type { WorldDocument } from "../world-document.ts";
import { replayDocument } from "./replay-document.ts";
import { type FinishedRuns, type ReplayOptions, readFinishedRuns } from "./replay-table.ts";

/** The worlds of a table, and what became of its rows. */
export interface ReplayedTable {
  readonly worlds: readonly WorldDocument[];
  readonly rows: FinishedRuns;
}

/**
 * The worlds of `replay:FILE`: one for the table, or one for each corpus of a table that holds several.
 *
 * @param text the table as text.
 * @param source what to call it in names and errors: the file's name without its folder.
 */
export function replayTable(text: string, source: string, options: ReplayOptions = {}): ReplayedTable {
  const rows = readFinishedRuns(text, options);
  const { runs } = rows;
  const stem = plain(source.replace(/(?:\.\w+?)(?:\.gz)?$/, ""));
  const corpora = [...new Set(runs.map(({ corpus }) => corpus))];
  if (corpora.length === 1) return { worlds: [replayDocument(runs, `replay/${stem}`, source)], rows };
  const byCorpus = Map.groupBy(runs, ({ corpus }) => corpus);
  const worlds = [...byCorpus].map(([corpus, members]) => {
    if (!corpus) throw new UserError(`${source}: some rows name a corpus and others do not`);
    return replayDocument(members, `replay/${stem}/${plain(corpus)}`, `${source}, ${corpus}`);
  });
  return { worlds, rows };
}

/** The worlds of a table alone. */
export function replaySuite(text: string, source: string): readonly WorldDocument[] {
  return replayTable(text, source).worlds;
}

/** The letters, digits and dashes a world's name may have. */
function plain(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "table"
  );
}
