import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { strategyNamed } from "../../../strategies/index.ts";
import { checkedStrategy } from "../../experiment/checked-strategy.ts";
import { runListStrategy } from "../../experiment/run-list.ts";
import type { Plan } from "../../flight/plan.ts";
import { UserError } from "../../task/errors.ts";
import { fromWire } from "../../task/stanford-2025/wire.ts";
import type { Strategy } from "../../task/strategy.ts";

/** The strategy that a plan flew; a module is looked for at `module`. Throws a UserError when it is gone. */
export async function flownStrategy({ strategy }: Plan, module: string | undefined): Promise<Strategy> {
  if (strategy.kind === "list") {
    const runs = (strategy.runs ?? []).map((run) => fromWire(run));
    return runListStrategy(strategy.name, runs, strategyNamed("isoflops-minimum").recommend);
  }
  if (strategy.kind === "shipped") return checkedStrategy(strategyNamed(strategy.name));
  if (module === undefined || !existsSync(module))
    throw new UserError(`strategy module "${module}" of the run is gone: put it back to write the run up`);
  const loaded: { readonly default?: unknown } = await import(pathToFileURL(resolve(module)).href);
  return checkedStrategy(loaded.default as Strategy);
}
