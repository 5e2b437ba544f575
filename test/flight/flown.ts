import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { liveRun } from "../../src/flight/live-run.ts";
import { type PlannedStrategy, signedPlan } from "../../src/flight/plan.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { EndpointError } from "../../src/training-api/request.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import type { Source, TrainingApi } from "../../src/training-api/training-api.ts";
import { strategyNamed } from "../../strategies/index.ts";

/** The folder of a live run of this strategy; `questions` are answered before the endpoint is gone. */
export async function flown(
  strategy: Strategy,
  source: Source,
  planned: PlannedStrategy,
  questions: number = Number.POSITIVE_INFINITY,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-writeup-"));
  const plan = signedPlan({
    schema: "isoflop-plan/1",
    strategy: planned,
    code: { version: "0", hash: "" },
    seed: 0,
    task: STANFORD_2025_TASK,
  });
  const journal = openJournal(join(folder, "journal.jsonl"), {
    plan,
    endpoint: { url: "http://x/", source },
    key: "0",
  });
  const inner = simulatedApi(buildWorld(presetDocument("handout/smooth")));
  let asked = 0;
  const loss: TrainingApi["loss"] = async (config) => {
    if (++asked > questions) throw new EndpointError("gone");
    return inner.loss(config);
  };
  await liveRun({ plan, strategy, endpoint: { ...inner, loss }, journal, allowance: 2e18 }).catch((error: unknown) => {
    if (!(error instanceof EndpointError)) throw error;
  });
  journal.close();
  return folder;
}

/** The same of a shipped strategy. */
export function flownShipped(name: string, source: Source, questions?: number): Promise<string> {
  return flown(strategyNamed(name), source, { name, kind: "shipped" }, questions);
}
