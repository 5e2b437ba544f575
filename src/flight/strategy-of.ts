import { existsSync } from "node:fs";
import { strategyNamed } from "../../strategies/index.ts";
import { checkedStrategy } from "../experiment/checked-strategy.ts";
import { loadModule } from "../experiment/load-strategy.ts";
import { runListStrategy } from "../experiment/run-list.ts";
import { UserError } from "../task/errors.ts";
import { fromWire } from "../task/stanford-2025/wire.ts";
import type { Strategy } from "../task/strategy.ts";
import type { PlannedStrategy } from "./plan.ts";

/**
 * The strategy of a plan, checked. A list of runs is evaluated by the handout's recipe: the lowest run of each budget,
 * and power laws through them.
 *
 * @param module where a strategy's module lies now.
 * @throws UserError when the module is gone or does not load.
 */
export async function strategyOf(
  planned: PlannedStrategy,
  module: string | undefined = planned.module,
): Promise<Strategy> {
  if (planned.kind === "shipped") return checkedStrategy(strategyNamed(planned.name));
  if (planned.kind === "list") {
    const runs = (planned.runs ?? []).map((run) => fromWire(run));
    return checkedStrategy(runListStrategy(planned.name, runs, strategyNamed("isoflops-minimum").recommend));
  }
  if (module === undefined || !existsSync(module))
    throw new UserError(`strategy module "${module}" of the plan is gone: put it back, or dry-run another`);
  return checkedStrategy((await loadModule(module)).strategy);
}
