import { writeFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import {
  askedConfigurations,
  checkRepeatable,
  type DryRun,
  playScenarios,
  rehearse,
  strategyPlay,
} from "../../experiment/dry-run.ts";
import { listProblem, priceRunList } from "../../experiment/run-list.ts";
import { codeHash } from "../../flight/code-hash.ts";
import { checkApplies, loadPlannedStrategy, planText } from "../../flight/load-plan.ts";
import { planStream, signedPlan } from "../../flight/plan.ts";
import { jobsPlay } from "../../flight/stanford-2026/rehearse-jobs.ts";
import { buildAnyWorld } from "../../surface/any-world.ts";
import type { AnyWorld } from "../../surface/world.ts";
import { makeFolderOf } from "../../table/files.ts";
import type { RunConfig } from "../../task/configuration.ts";
import { UserError } from "../../task/errors.ts";
import { toWire } from "../../task/stanford-2025/wire.ts";
import type { Task } from "../../task/task.ts";
import { previewWorlds } from "../../tournament/preview.ts";
import { blocksOfSuites } from "../../tournament/questions.ts";
import type { CommonOptions, Terminal } from "../command.ts";
import { withHistoryOf } from "../history.ts";
import { rehearsalWorlds, worldsOfFlops } from "../load-world.ts";
import { progressBar } from "../progress.ts";
import { serveProgram } from "../serve-program.ts";
import { type TableOptions, tableText } from "../table-options.ts";
import { dryRunText } from "./print.ts";
import {
  type DryRunReport,
  firstOf,
  outcomeOf,
  type SecondsWire,
  scenarioReports,
  spreadOf,
  worstOf,
} from "./report.ts";

/** The options of `isoflop dry-run`, parsed. */
export interface DryRunOptions extends CommonOptions, Pick<TableOptions, "columns"> {
  /** By default the course's, or for jobs those of 2026. */
  readonly suite?: string;
  readonly repetitions?: number;
  readonly quick?: true;
  readonly history?: string;
  readonly out?: string;
}

/** Repetitions unless they were asked for. */
const REPETITIONS = 5;

/** Prices a plan, simulates it on the suite and under failures, prints the results and writes the plan. */
export async function runDryRun(word: string, options: DryRunOptions, terminal: Terminal): Promise<void> {
  const { quick, seed } = options;
  const repetitions = options.repetitions ?? (quick ? 1 : REPETITIONS);
  if (repetitions < 1) throw new UserError("--repetitions must be at least 1, got 0");
  // Made first: the rehearsal takes time, and would be lost if the plan could not be written.
  if (options.out !== undefined) makeFolderOf(options.out);
  const { planned, runs, list, strategy } = await loadPlannedStrategy(word, options.columns, { serve: serveProgram() });
  if (list) terminal.err(tableText(word, list));
  const suite = options.suite ?? (planned.jobs ? "stanford-2026" : "course");
  const all = await rehearsalWorlds(suite, terminal);
  const few = quick && new Set(blocksOfSuites([{ name: suite, worlds: all }]).flatMap(previewWorlds));
  const documents = few ? all.filter(({ name }) => few.has(name)) : all;
  const known =
    options.history === undefined
      ? { worlds: documents, runs: 0 }
      : withHistoryOf(options.history, worldsOfFlops(documents, "--history"), options, terminal);
  const worlds = known.worlds.map(buildAnyWorld);
  const task = commonTask(worlds, suite);
  if (runs && task.clock) throw new UserError(`plan "${word}" costs FLOPs: name worlds of FLOPs with --suite`);
  checkApplies(strategy, task);
  const stream = planStream({ seed, strategy: planned });
  const jobs = planned.jobs || task.clock ? jobsPlay({ strategy: planned, task }, strategy) : undefined;
  const play = jobs?.play ?? strategyPlay(strategy);
  await checkRepeatable(strategy, worlds[0] as AnyWorld, stream, play);

  const rehearsals: DryRun[] = [];
  const progress = progressBar(terminal, worlds.length * repetitions, "rehearsals");
  for await (const rehearsal of rehearse(strategy, worlds, repetitions, seed, play)) {
    rehearsals.push(rehearsal);
    progress.update(rehearsals.length);
  }
  progress.stop();
  const price = runs && priceRunList(runs, task);
  const spent = rehearsals.map(({ trace }) => trace.spent);
  const queries = Math.max(...rehearsals.map(({ trace }) => trace.runs.length));
  const cost = { planned: price?.planned ?? Math.max(...spent), least: Math.min(...spent), cap: task.cap };
  // Of jobs the reservations must be allowed too, or the flight would not do what was rehearsed.
  const allowed = jobs ? jobs.peak() : cost.planned;
  const history = options.history === undefined ? {} : { history: `${options.history} (${known.runs} runs)` };
  const plan = signedPlan({
    schema: "isoflop-plan/1",
    strategy: planned,
    code: codeHash(),
    seed,
    task,
    rehearsal: { suite, ...history, worlds: worlds.length, repetitions, queries, planned: allowed },
  });
  const asked = askedConfigurations(rehearsals.map(({ trace }) => trace.runs)).map(({ config, ...rest }) => ({
    ...(task.clock ? secondsWire(config) : toWire(config)),
    ...rest,
  }));
  const problem = runs && listProblem(runs, task, word);
  const outcome = outcomeOf(strategy.name, rehearsals, seed);
  const report: DryRunReport = {
    fingerprint: plan.fingerprint,
    ...history,
    queries,
    ...(jobs ? { seconds: { ...cost, reserved: allowed } } : { flops: cost }),
    invalid: price?.invalid ?? asked.filter((configuration) => configuration.problem !== undefined),
    asked,
    first: firstOf(rehearsals),
    outcome,
    spread: spreadOf(rehearsals),
    worst: worstOf(rehearsals),
    scenarios: scenarioReports(await playScenarios(worlds, stream, play), outcome.regret.median),
    plan: options.out && !problem ? options.out : null,
  };
  if (report.plan !== null) writeFileSync(report.plan, planText(plan));
  terminal.out(
    options.json
      ? `${JSON.stringify(report)}\n`
      : dryRunText(strategy.name, suite, rehearsals.length, report, terminal.columns),
  );
  if (problem) throw new UserError(`${problem}. No plan was written`);
}

/** The task of all worlds of a suite; a plan has one task. */
function commonTask(worlds: readonly AnyWorld[], suite: string): Task {
  const [first, ...others] = worlds;
  if (!first) throw new UserError(`suite "${suite}" has no worlds`);
  const other = others.find(({ task }) => !isDeepStrictEqual(task, first.task));
  if (other)
    throw new UserError(
      `the worlds of suite "${suite}" set different tasks (${first.document.name}, ${other.document.name}): name one world with --suite`,
    );
  return first.task;
}

/** A configuration whose budget is seconds. */
function secondsWire(config: RunConfig): SecondsWire {
  const { train_flops: seconds, ...wire } = toWire(config);
  return { ...wire, seconds, ...(config.tokens !== undefined && { tokens: config.tokens }) };
}
