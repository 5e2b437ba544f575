import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { streamName } from "../experiment/drive.ts";
import { canonicalJson } from "../task/canonical-json.ts";
import { shellWord, UserError } from "../task/errors.ts";
import type { WireConfig } from "../task/stanford-2025/wire.ts";
import type { Task } from "../task/task.ts";

/** Where to find the strategy of a plan, and the hash of its source. */
export interface PlannedStrategy {
  readonly name: string;
  /** Shipped with the package, a module or a program of the user's, or a fixed list of runs. */
  readonly kind: "shipped" | "module" | "program" | "list";
  /** Path of the module; absent for the other kinds. */
  readonly module?: string;
  /** The command of a program, and the folder it runs in. */
  readonly command?: string;
  readonly folder?: string;
  /**
   * Hash of the module and what it imports by a relative path, of the program and its files, or of the list. Absent for
   * a shipped one: the hash of the code covers it.
   */
  readonly hash?: string;
  /** The runs of a list. */
  readonly runs?: readonly WireConfig[];
  /** The jobs of a list: the texts that the 2026 API identifies them by. */
  readonly jobs?: readonly string[];
}

/** What a plan cost in its rehearsals. */
export interface Rehearsal {
  readonly suite: string;
  /** The table that the task's history was read from, and how many runs it has. */
  readonly history?: string;
  readonly worlds: number;
  readonly repetitions: number;
  /** Questions of the longest rehearsal. */
  readonly queries: number;
  /** FLOPs charged in the most expensive one; where the task has a clock, the most seconds spent and reserved at once. */
  readonly planned: number;
}

/** Everything that decides which runs are bought. */
export interface Plan {
  readonly schema: "isoflop-plan/1";
  readonly strategy: PlannedStrategy;
  /** The code that runs it: version of the package and SHA-256 of its files. */
  readonly code: { readonly version: string; readonly hash: string };
  readonly seed: number;
  readonly task: Task;
  /** Absent for a plan that was not dry-run. */
  readonly rehearsal?: Rehearsal;
  /** SHA-256 over all of the above. */
  readonly fingerprint: string;
}

export type UnsignedPlan = Omit<Plan, "fingerprint">;

export function signedPlan(plan: UnsignedPlan): Plan {
  return { ...plan, fingerprint: planFingerprint(plan) };
}

/** Equal for equal plans, whatever the order of their keys. */
export function planFingerprint(plan: UnsignedPlan): string {
  const { schema, strategy, code, seed, task, rehearsal } = plan;
  return hash("sha256", canonicalJson({ schema, strategy, code, seed, task, rehearsal }));
}

/** The random streams of a plan: those of the tournament's repetition 0, so that both do the same. */
export function planStream({ seed, strategy }: Pick<Plan, "seed" | "strategy">): string {
  return streamName(seed, strategy.name, 0);
}

/**
 * Compares a plan with what would run now.
 *
 * @throws UserError naming what has changed since the dry-run.
 */
export function checkUnchanged(plan: Plan, now: Pick<Plan, "strategy" | "code">, file: string): void {
  const again = `dry-run it again: isoflop dry-run ${shellWord(plan.strategy.module ?? plan.strategy.name)} --out ${shellWord(file)}`;
  if (planFingerprint(plan) !== plan.fingerprint)
    throw new UserError(
      `plan "${file}" was edited after its dry-run (fingerprint ${short(plan.fingerprint)} does not match); ${again}`,
    );
  if (plan.code.version !== now.code.version)
    throw new UserError(
      `plan "${file}" was dry-run by isoflop ${plan.code.version}, this is ${now.code.version}; ${again}`,
    );
  if (plan.code.hash !== now.code.hash)
    throw new UserError(
      `plan "${file}" was made by other code (${short(plan.code.hash)}, now ${short(now.code.hash)}); ${again}`,
    );
  if (!isDeepStrictEqual(plain(plan.strategy), plain(now.strategy)))
    throw new UserError(`strategy "${plan.strategy.name}" of plan "${file}" has changed since its dry-run; ${again}`);
}

function short(hash: string): string {
  return hash.slice(0, 12);
}

function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
