import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Question } from "../surface/world-document.ts";
import { UserError } from "../task/errors.ts";
import type { Manifest } from "./analysis/analysis.ts";
import type { TournamentPlan } from "./plan.ts";

/** A tournament as its folder keeps it: what was planned, and who of the entrants is ranked. */
export interface TournamentFolder {
  readonly manifest: Manifest;
  readonly plan: TournamentPlan;
  /** Names of the entrants that are ranked; an unrequested control is not. */
  readonly ranked: readonly string[];
  /** The parts that are analyzed on their own. Absent: all worlds together. */
  readonly blocks?: readonly QuestionBlock[];
}

/** The part of a tournament that answers one question: worlds of other questions are never averaged with it. */
export interface QuestionBlock {
  readonly question: Question;
  /** The suites its worlds come from, as they were named. */
  readonly suite: string;
  /** Names of its worlds. */
  readonly worlds: readonly string[];
}

/** Where results are appended, line by line. */
export function resultsPath(folder: string): string {
  return join(folder, "results.jsonl");
}

function planPath(folder: string): string {
  return join(folder, "tournament.json");
}

/** Writes down in a folder what is about to be played, in one step, so that a report can be made at any time. */
export function writeTournament(folder: string, tournament: TournamentFolder): void {
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
    if (!isTournament(value)) throw new Error("members are missing, or not what they should be");
    return value;
  } catch (error) {
    throw new UserError(`${path}: not a tournament: ${(error as Error).message}`);
  }
}

function isTournament(value: Partial<TournamentFolder> | null): value is TournamentFolder {
  const { plan, manifest, ranked } = value ?? {};
  if (!manifest?.strategies || !Array.isArray(plan?.entrants) || !Array.isArray(plan.worlds) || !Array.isArray(ranked))
    return false;
  const names = plan.entrants.map((entrant) => entrant?.name);
  return ranked.every((name) => names.includes(name));
}
