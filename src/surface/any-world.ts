import { buildWorld } from "./build-world.ts";
import { clockWorld } from "./stanford-2026/clock-world.ts";
import type { AnyWorld, AnyWorldDocument } from "./world.ts";
import { isTable, type Question, questionOf } from "./world-document.ts";

/** The world that a valid document of either kind describes. */
export function buildAnyWorld(document: AnyWorldDocument): AnyWorld {
  return isJobDocument(document) ? clockWorld(document) : buildWorld(document);
}

/** The question that a world of either kind asks. */
export function anyQuestionOf(document: AnyWorldDocument): Question {
  return isJobDocument(document) ? "clock" : questionOf(document);
}

/** Whether a world plays back a table of finished runs. */
export function isReplayed(document: AnyWorldDocument): boolean {
  return !isJobDocument(document) && isTable(document);
}

export function isJobDocument(document: AnyWorldDocument): document is Extract<AnyWorldDocument, { layers: unknown }> {
  return "layers" in document;
}
