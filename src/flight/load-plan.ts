import { hash } from "node:crypto";
import { basename, resolve } from "node:path";
import * as z from "zod";
import { isModulePath, loadStrategy } from "../experiment/load-strategy.ts";
import { commandIn, programCommand } from "../experiment/program/command.ts";
import type { ProgramOptions } from "../experiment/program/program.ts";
import { listProblem } from "../experiment/run-list.ts";
import { type AnyStrategy, inapplicability } from "../experiment/session.ts";
import type { Columns } from "../table/columns.ts";
import { readTableFile } from "../table/files.ts";
import { parseRunList, type RunList } from "../table/run-list.ts";
import type { RunConfig } from "../task/configuration.ts";
import { parseDocument } from "../task/document.ts";
import { UserError } from "../task/errors.ts";
import { finite, objectSchema } from "../task/schema.ts";
import { STANFORD_2025_TASK } from "../task/stanford-2025/task.ts";
import { fromWire, toWire, type WireConfig } from "../task/stanford-2025/wire.ts";
import { configurationText } from "../task/stanford-2026/configuration.ts";
import { STANFORD_2026_TASK } from "../task/stanford-2026/task.ts";
import type { Task } from "../task/task.ts";
import { taskSchema, wireFields } from "../task/task-schema.ts";
import { codeHash, moduleHash } from "./code-hash.ts";
import { checkUnchanged, type Plan, type PlannedStrategy, type Rehearsal, signedPlan } from "./plan.ts";
import { isJobText, readJobList } from "./stanford-2026/job-list.ts";
import { strategyOf } from "./strategy-of.ts";

/** A plan with its strategy. */
export interface LoadedPlan {
  readonly plan: Plan;
  readonly strategy: AnyStrategy;
}

/** What a user named as a plan: a strategy, or a table of runs. */
export interface LoadedStrategy {
  readonly planned: PlannedStrategy;
  readonly strategy: AnyStrategy;
  /** The runs of a table. */
  readonly runs?: readonly RunConfig[];
  /** How the table was read, where it was no plan. */
  readonly list?: RunList;
}

/** Whether a word names a table of runs or a plan's file rather than a strategy. */
export function isTable(word: string): boolean {
  return /\.(csv|tsv|json|jsonl)(\.gz)?$/i.test(word) && commandIn(word) === undefined;
}

/**
 * A plan file of `dry-run`, compared with the code and the strategy as they are now; or, not dry-run, what a strategy
 * or a table of runs would be.
 *
 * @param usualTask the task of a strategy that was not dry-run.
 * @throws UserError for a plan that has changed, or that cannot be run.
 */
export async function loadPlan(
  word: string,
  seed: number,
  program?: ProgramOptions,
  usualTask: () => Promise<Task> = async () => STANFORD_2025_TASK,
): Promise<LoadedPlan> {
  const given = isTable(word) ? planDocument(readTableFile(word, "plan").text, word) : undefined;
  if (given) {
    const strategy = await strategyOf(given.strategy, program);
    checkUnchanged(given, { strategy: plannedNow(given.strategy, strategy), code: codeHash() }, word);
    return { plan: given, strategy };
  }
  const { planned, strategy, runs } = await loadPlannedStrategy(word, undefined, program);
  const task = planned.jobs ? STANFORD_2026_TASK : runs ? STANFORD_2025_TASK : await usualTask();
  checkApplies(strategy, task);
  const problem = runs && listProblem(runs, task, word);
  if (problem) throw new UserError(problem);
  return { plan: signedPlan({ schema: "isoflop-plan/1", strategy: planned, code: codeHash(), seed, task }), strategy };
}

/** Throws a UserError for a strategy that does not apply to a task. */
export function checkApplies(strategy: AnyStrategy, task: Task): void {
  const reason = inapplicability(strategy, task);
  if (reason !== undefined)
    throw new UserError(`strategy "${strategy.name}" does not apply: ${reason}. No query was sent`);
}

/** The strategy or the table of runs of this name or path. */
export async function loadPlannedStrategy(
  word: string,
  columns?: Columns,
  program?: ProgramOptions,
): Promise<LoadedStrategy> {
  if (isTable(word)) {
    const source = readTableFile(word, "plan");
    const plan = planDocument(source.text, word);
    const jobs = plan ? undefined : readJobList(source.text, word);
    const list = plan || jobs ? undefined : parseRunList({ ...source, name: word }, columns);
    const given =
      plan?.strategy ??
      (jobs
        ? jobsListOf(basename(word), jobs.map(configurationText))
        : listOf(basename(word), (list?.runs ?? []).map(toWire)));
    const strategy = await strategyOf(given, program);
    const runs = given.runs?.map((run) => fromWire(run));
    return { strategy, planned: plannedNow(given, strategy), ...(runs && { runs }), ...(list && { list }) };
  }
  const { name } = await loadStrategy(word, program);
  const given: PlannedStrategy = { name, ...whereOf(word) };
  const strategy = await strategyOf(given, program);
  return { strategy, planned: plannedNow(given, strategy) };
}

function whereOf(word: string): Omit<PlannedStrategy, "name"> {
  const command = commandIn(word);
  if (command !== undefined) return { kind: "program", command, folder: process.cwd() };
  return isModulePath(word) ? { kind: "module", module: resolve(word) } : { kind: "shipped" };
}

/** A planned strategy with its name and hash as they are now. */
function plannedNow(given: PlannedStrategy, strategy: AnyStrategy): PlannedStrategy {
  const { kind, name, module, command, folder, runs = [], jobs } = given;
  if (kind === "list") return jobs ? jobsListOf(name, jobs) : listOf(name, runs);
  if (command !== undefined && folder !== undefined)
    return { name, kind, command, folder, hash: programCommand(command, folder).hash };
  if (kind === "shipped" || module === undefined) return { name: strategy.name, kind: "shipped" };
  return { name: strategy.name, kind, module, hash: moduleHash(module) };
}

function listOf(name: string, runs: readonly WireConfig[]): PlannedStrategy {
  return { name, kind: "list", hash: hash("sha256", JSON.stringify(runs)), runs };
}

function jobsListOf(name: string, jobs: readonly string[]): PlannedStrategy {
  return { name, kind: "list", hash: hash("sha256", JSON.stringify(jobs)), jobs };
}

const planSchema = objectSchema<Plan>({
  schema: z.literal("isoflop-plan/1"),
  strategy: objectSchema<PlannedStrategy>({
    name: z.string().min(1),
    kind: z.enum(["shipped", "module", "program", "list"]),
    module: z.string().exactOptional(),
    command: z.string().exactOptional(),
    folder: z.string().exactOptional(),
    hash: z.string().exactOptional(),
    runs: z.array(objectSchema(wireFields(finite))).exactOptional(),
    jobs: z.array(z.string().refine(isJobText, "must be a job as the API writes it")).exactOptional(),
  }),
  code: z.strictObject({ version: z.string(), hash: z.string() }),
  seed: z.int(),
  task: z.union([
    z.literal("stanford-2025").transform(() => STANFORD_2025_TASK),
    z.literal("stanford-2026").transform(() => STANFORD_2026_TASK),
    taskSchema,
  ]),
  rehearsal: objectSchema<Rehearsal>({
    suite: z.string(),
    history: z.string().exactOptional(),
    worlds: z.int(),
    repetitions: z.int(),
    queries: z.int(),
    planned: finite,
  }).exactOptional(),
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
