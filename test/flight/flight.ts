import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { runListStrategy } from "../../src/experiment/run-list.ts";
import { openJournal } from "../../src/flight/journal/journal.ts";
import type { JournalHeader } from "../../src/flight/journal/record.ts";
import { type LiveResult, liveRun } from "../../src/flight/live-run.ts";
import { type Plan, signedPlan } from "../../src/flight/plan.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import type { World } from "../../src/surface/world.ts";
import { identityOf, type RunConfig } from "../../src/task/configuration.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import { toWire } from "../../src/task/stanford-2025/wire.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import type { TrainingApi } from "../../src/training-api/training-api.ts";
import { strategyNamed } from "../../strategies/index.ts";

export const world: World = buildWorld(presetDocument("stanford-2025/central"));

export const shape: Omit<RunConfig, "trainFlops"> = {
  dModel: 512,
  numLayers: 8,
  numHeads: 8,
  batchSize: 128,
  learningRate: 1e-3,
};
/** A plan that asks four things, one of them twice and one out of range. */
export const RUNS: readonly RunConfig[] = [
  { ...shape, trainFlops: 1e16 },
  { ...shape, dModel: 768, trainFlops: 1e16 },
  { ...shape, trainFlops: 1e16 },
  { ...shape, dModel: 9999, trainFlops: 1e16 },
  { ...shape, trainFlops: 1e17 },
  { ...shape, dModel: 768, trainFlops: 1e17 },
];

export const strategy: Strategy = runListStrategy("runs.csv", RUNS, strategyNamed("isoflops-minimum").recommend);
export const plan: Plan = signedPlan({
  schema: "isoflop-plan/1",
  strategy: { name: strategy.name, kind: "list", hash: "", runs: RUNS.map(toWire) },
  code: { version: "0", hash: "" },
  seed: 0,
  task: STANFORD_2025_TASK,
});
export const header: Pick<JournalHeader, "plan" | "endpoint" | "key"> = {
  plan,
  endpoint: { url: "http://127.0.0.1:1/", source: "simulated" },
  key: "ab".repeat(32),
};

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "isoflop-flight-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A simulated endpoint that counts how often it was asked for each configuration. */
export function countingEndpoint(): { endpoint: TrainingApi; asked: Map<string, number> } {
  const inner = simulatedApi(world, 0, new MemoryLedger());
  const asked = new Map<string, number>();
  const loss: TrainingApi["loss"] = (config) => {
    asked.set(identityOf(config), (asked.get(identityOf(config)) ?? 0) + 1);
    return inner.loss(config);
  };
  return { endpoint: { ...inner, loss }, asked };
}

/** Writes without waiting for the disk: what is tested here is the order of bytes, thousands of times. */
export function writeFast(descriptor: number, bytes: Buffer): void {
  writeSync(descriptor, bytes);
}

/** Flies the plan over an endpoint with this journal, or goes on with it. */
export async function fly(
  file: string,
  endpoint: TrainingApi,
  write: typeof writeFast = writeFast,
): Promise<LiveResult> {
  const journal = openJournal(file, header, { write });
  try {
    return await liveRun({ plan, strategy, endpoint, journal, allowance: plan.task.cap, retries: 2, pauseMs: 1 });
  } finally {
    journal.close();
  }
}

export class Killed extends Error {}

/** Ends at the nth write, with this share of its bytes on the disk. */
export function killAt(nth: number, share: number): typeof writeFast {
  let writes = 0;
  return (descriptor, bytes) => {
    if (++writes < nth) return writeFast(descriptor, bytes);
    writeFast(descriptor, bytes.subarray(0, Math.round(share * bytes.length)));
    throw new Killed();
  };
}
