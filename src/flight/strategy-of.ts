import { existsSync } from "node:fs";
import { strategyNamed } from "../../strategies/index.ts";
import { checkedStrategy } from "../experiment/checked-strategy.ts";
import { loadModule } from "../experiment/load-strategy.ts";
import { programCommand } from "../experiment/program/command.ts";
import { type ProgramOptions, programStrategy } from "../experiment/program/program.ts";
import { runListStrategy } from "../experiment/run-list.ts";
import type { AnyStrategy } from "../experiment/session.ts";
import { UserError } from "../task/errors.ts";
import { fromWire } from "../task/stanford-2025/wire.ts";
import type { Strategy } from "../task/strategy.ts";
import type { PlannedStrategy } from "./plan.ts";
import { jobListStrategy } from "./stanford-2026/play-plan.ts";

/**
 * The strategy of a plan, checked. A list of runs is evaluated by the handout's recipe: the lowest run of each budget,
 * and power laws through them.
 *
 * @param program what a program is given.
 * @throws UserError when the module or program is gone, or does not load.
 */
export async function strategyOf(planned: PlannedStrategy, program?: ProgramOptions): Promise<AnyStrategy> {
  if (planned.kind === "program") {
    const { command = "", folder = process.cwd() } = planned;
    programCommand(command, folder);
    return programStrategy(command, { ...program, folder });
  }
  return checkedStrategyOf(planned);
}

/** The same for a strategy that is no program; `module` is where its module lies now. */
export async function checkedStrategyOf(
  planned: PlannedStrategy,
  module: string | undefined = planned.module,
): Promise<Strategy> {
  if (planned.kind === "shipped") return checkedStrategy(strategyNamed(planned.name));
  if (planned.kind === "list") {
    if (planned.jobs)
      return checkedStrategy(
        jobListStrategy(planned.name, planned.jobs, strategyNamed("wall-clock-isoflops").recommend),
      );
    const runs = (planned.runs ?? []).map((run) => fromWire(run));
    return checkedStrategy(runListStrategy(planned.name, runs, strategyNamed("isoflops-minimum").recommend));
  }
  if (module === undefined || !existsSync(module))
    throw new UserError(`strategy module "${module}" of the plan is missing: restore it, or dry-run another plan`);
  return checkedStrategy((await loadModule(module)).strategy);
}
