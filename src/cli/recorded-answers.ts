import { ANSWER_SETTINGS, type Answer, answersOf } from "../surface/calibration/answer-table.ts";
import type { RecordedAnswer } from "../surface/recorded-answers.ts";
import { type WorldDocument, withRecordedAnswers } from "../surface/world-document.ts";
import { readTableFile } from "../table/files.ts";
import { readRows } from "../table/rows.ts";
import { identityOf } from "../task/configuration.ts";
import { UserError } from "../task/errors.ts";

/** Lays a table of real answers over a world; the world itself where no table is named. */
export type Overlay = (document: WorldDocument) => WorldDocument;

/**
 * The overlay of `--answers FILE`. Of a configuration in several editions of the API, the latest counts.
 *
 * @throws UserError naming the file, and the row of a configuration that has two losses.
 */
export function overlayOf(file: string | undefined): Overlay {
  if (file === undefined) return (document) => document;
  const recorded = latestAnswers(file).map(({ config, loss }): RecordedAnswer => ({ ...config, loss }));
  return (document) => withRecordedAnswers(document, recorded);
}

/** One answer for each configuration. */
function latestAnswers(file: string): Answer[] {
  const latest = new Map<string, Answer>();
  for (const answer of parsed(file)) {
    const known = latest.get(identityOf(answer.config));
    if (known && known.edition === answer.edition)
      throw new UserError(
        `--answers ${file}: row ${answer.row}: loss ${answer.loss}, but ${known.loss} in row ${known.row} for the same configuration; remove one of them`,
      );
    if (!known || (answer.edition ?? 0) > (known.edition ?? 0)) latest.set(identityOf(answer.config), answer);
  }
  return [...latest.values()];
}

function parsed(file: string): readonly Answer[] {
  const table = readTableFile(file, "table of answers");
  try {
    return answersOf(readRows([table], { required: ANSWER_SETTINGS })).answers;
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`--answers ${file}: ${error.message}`);
    throw error;
  }
}
