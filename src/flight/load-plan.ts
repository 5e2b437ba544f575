import { hash } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import * as z from "zod";
import { strategyNamed } from "../../strategies/index.ts";
import { isModulePath, loadStrategy } from "../experiment/load-strategy.ts";
import { listProblem, runListStrategy } from "../experiment/run-list.ts";
import { readTextFile } from "../table/files.ts";
import { parseRunTable } from "../table/run-list.ts";
import type { RunConfig } from "../task/configuration.ts";
import { parseDocument } from "../task/document.ts";
import { UserError } from "../task/errors.ts";
import { finite, objectSchema } from "../task/schema.ts";
import { STANFORD_2025_TASK } from "../task/stanford-2025/task.ts";
import { fromWire, toWire, type WireConfig } from "../task/stanford-2025/wire.ts";
import type { Strategy } from "../task/strategy.ts";
import { taskSchema, wireFields } from "../task/task-schema.ts";
import { codeHash } from "./code-hash.ts";
import { moduleHash } from "./module-files.ts";
import { checkUnchanged, type Plan, type PlannedStrategy, signedPlan } from "./plan.ts";

/** A plan with the strategy that flies it. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly strategy: Strategy;
}

/** What to fly, from the word a user gives: a strategy's name or module, or a table of runs. */
export interface Flyable {
  readonly planned: PlannedStrategy;
  readonly strategy: Strategy;
  /** The runs of a list. */
  readonly runs?: readonly RunConfig[];
}

/** Whether a word names a table of runs or a plan's file rather than a strategy. */
export function isTable(word: string): boolean {
  return /\.(csv|json|jsonl)$/i.test(word);
}

/**
 * A plan file of `dry-run`, held against the code and the strategy as they are now; or, not dry-run, what a strategy or
 * a table of runs would be.
 *
 * @throws UserError for a plan that has changed, or cannot be flown.
 */
export async function loadPlan(word: string, seed: number): Promise<LoadedPlan> {
  const text = isTable(word) ? readTextFile(word, "plan") : undefined;
  const given = text === undefined ? undefined : planDocument(text, word);
  if (given) {
    const { strategy, planned } = await flyableOf(given.strategy);
    checkUnchanged(given, { strategy: planned, code: codeHash() }, word);
    return { plan: given, strategy };
  }
  const { planned, strategy, runs } = await loadFlyable(word);
  const problem = runs && listProblem(runs, STANFORD_2025_TASK, word);
  if (problem) throw new UserError(problem);
  const task = STANFORD_2025_TASK;
  return { plan: signedPlan({ schema: "isoflop-plan/1", strategy: planned, code: codeHash(), seed, task }), strategy };
}

/** The strategy or the table of runs of this name or path. */
export async function loadFlyable(word: string): Promise<Flyable> {
  if (isTable(word)) {
    const text = readTextFile(word, "plan");
    const plan = planDocument(text, word);
    if (plan) return flyableOf(plan.strategy);
    return listFlyable(basename(word), parseRunTable(text, word).map(toWire));
  }
  const strategy = await loadStrategy(word);
  if (!isModulePath(word)) return { strategy, planned: { name: strategy.name, kind: "shipped" } };
  const module = resolve(word);
  return { strategy, planned: { name: strategy.name, kind: "module", module, hash: moduleHash(module) } };
}

async function flyableOf({ kind, name, module, runs }: PlannedStrategy): Promise<Flyable> {
  if (kind === "list") return listFlyable(name, runs ?? []);
  if (kind === "module" && module !== undefined && !existsSync(module))
    throw new UserError(`strategy module "${module}" of the plan is gone; put it back, or dry-run another`);
  return loadFlyable(module ?? name);
}

/** A list is evaluated by the handout's recipe: the lowest run of each budget, and power laws through them. */
function listFlyable(name: string, wire: readonly WireConfig[]): Flyable {
  const rows = wire.map((row) => fromWire(row));
  const strategy = runListStrategy(name, rows, strategyNamed("isoflops-minimum").recommend);
  const planned: PlannedStrategy = { name, kind: "list", hash: hash("sha256", JSON.stringify(wire)), runs: wire };
  return { strategy, planned, runs: rows };
}

const planSchema = objectSchema<Plan>({
  schema: z.literal("isoflop-plan/1"),
  strategy: objectSchema<PlannedStrategy>({
    name: z.string().min(1),
    kind: z.enum(["shipped", "module", "list"]),
    module: z.string().exactOptional(),
    hash: z.string().exactOptional(),
    runs: z.array(objectSchema(wireFields(finite))).exactOptional(),
  }),
  code: z.strictObject({ version: z.string(), hash: z.string() }),
  seed: z.int(),
  task: z.union([z.literal("stanford-2025").transform(() => STANFORD_2025_TASK), taskSchema]),
  rehearsal: z
    .strictObject({ suite: z.string(), worlds: z.int(), repetitions: z.int(), queries: z.int(), planned: finite })
    .exactOptional(),
  fingerprint: z.string(),
});

/** The plan in a file's text; undefined when it is a table of runs. Throws a UserError with the path of a bad field. */
export function planDocument(text: string, file: string): Plan | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("schema" in value)) return undefined;
  return parseDocument(planSchema, value, `plan "${file}"`);
}

/** The text of a plan's file. */
export function planText(plan: Plan): string {
  return `${JSON.stringify(plan, null, 2)}\n`;
}
