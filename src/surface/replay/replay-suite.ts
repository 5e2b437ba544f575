import { UserError } from "../../task/errors.ts";
import type { WorldDocument } from "../world-document.ts";
import { replayDocument } from "./replay-document.ts";
import { readFinishedRuns } from "./replay-table.ts";

/**
 * The worlds of `replay:FILE`: one for the table, or one for each corpus of a table that holds several.
 *
 * @param text the table as text.
 * @param source what to call it in names and errors: the file's name without its folder.
 */
export function replaySuite(text: string, source: string): WorldDocument[] {
  const { runs } = readFinishedRuns(text);
  const stem = plain(source.replace(/\.\w+$/, ""));
  const corpora = [...new Set(runs.map(({ corpus }) => corpus))];
  if (corpora.length === 1) return [replayDocument(runs, `replay/${stem}`, source)];
  return corpora.map((corpus) => {
    if (corpus === undefined) throw new UserError(`${source}: some rows name a corpus and others do not`);
    return replayDocument(
      runs.filter((run) => run.corpus === corpus),
      `replay/${stem}/${plain(corpus)}`,
      `${source}, ${corpus}`,
    );
  });
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
