import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Manifest } from "../../src/report/analysis.ts";
import type { WorldDocument } from "../../src/surface/world-document.ts";
import { UserError } from "../../src/task/errors.ts";
import type { Plan } from "./plan.ts";

/** A tournament as its folder keeps it: what was planned, and who of the entrants is ranked. */
export interface TournamentFolder {
  readonly manifest: Manifest;
  readonly plan: Plan;
  /** Names of the entrants that are ranked; a control that nobody asked for is not. */
  readonly ranked: readonly string[];
}

/** Where results are appended, line by line. */
export function resultsPath(folder: string): string {
  return join(folder, "results.jsonl");
}

function planPath(folder: string): string {
  return join(folder, "tournament.json");
}

/** Writes down what is about to be played, in one step, so that a report can be made at any time. */
export function writeTournament(folder: string, tournament: TournamentFolder): void {
  mkdirSync(folder, { recursive: true });
  const draft = `${planPath(folder)}.new`;
  writeFileSync(draft, `${JSON.stringify(tournament)}\n`);
  renameSync(draft, planPath(folder));
}

/** Throws a UserError when the folder holds no tournament, or one that is not readable. */
export function readTournament(folder: string): TournamentFolder {
  const path = planPath(folder);
  if (!existsSync(path))
    throw new UserError(`"${folder}" holds no tournament (no ${path}): make one with isoflop compare --out ${folder}`);
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as TournamentFolder;
    if (!value.plan?.entrants || !value.manifest || !value.ranked) throw new Error("members are missing");
    return value;
  } catch (error) {
    throw new UserError(`${path}: not a tournament: ${(error as Error).message}`);
  }
}

/** The worlds of a plan by name. */
export function worldNamed(plan: Plan, name: string): WorldDocument | undefined {
  return plan.worlds.find((world) => world.name === name);
}
