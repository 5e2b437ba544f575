import { readTextFile } from "../../table/files.ts";
import { UserError } from "../../task/errors.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { editionOf } from "../editions.ts";
import { loadAnyWorld } from "../load-world.ts";

/** The options of `isoflop grade`, parsed. */
export interface GradeOptions extends CommonOptions {
  readonly world?: string;
  readonly sealed?: string;
}

/** Scores a submission by the truth of a world, and ranks it among the package's strategies on that world. */
export async function runGrade(file: string, options: GradeOptions, terminal: Terminal): Promise<void> {
  const named = options.world ?? options.sealed;
  if (named === undefined || (options.world !== undefined && options.sealed !== undefined))
    throw new UserError("grade needs either --world NAME or --sealed FILE: the world that the submission was made on");
  const content = readTextFile(file, "submission");
  const world = await loadAnyWorld(named, (document) => document);
  const edition = await editionOf(world.task).grade();
  const { grade, text } = await edition.grade(world, content, file, options.seed);
  terminal.out(options.json ? `${JSON.stringify(grade)}\n` : text);
}
