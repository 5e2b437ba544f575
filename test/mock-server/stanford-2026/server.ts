import { afterAll } from "vitest";
import { startServer } from "../../../mock-server/server.ts";
import { createJobsApp, type JobsAppOptions } from "../../../mock-server/stanford-2026/app.ts";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { buildJobWorld, type JobWorld } from "../../../src/surface/stanford-2026/build-world.ts";
import { DEFAULT_JOB_WORLD, jobPresetDocument } from "../../../src/surface/stanford-2026/presets.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import type { JobLedger } from "../../../src/training-api/stanford-2026/jobs.ts";

export const world: JobWorld = buildJobWorld(jobPresetDocument(DEFAULT_JOB_WORLD));
export const ADMIN_TOKEN = "internal-test-key";

export interface JobsMock {
  readonly url: string;
  readonly clock: VirtualClock;
  readonly ledger: JobLedger;
}

/** A mock of the 2026 edition that listens until the tests of the file are done; its clock stands still. */
export async function startJobsMock(options: Partial<JobsAppOptions> = {}): Promise<JobsMock> {
  const ledger = options.ledger ?? new MemoryLedger(SECOND_JOBS);
  const clock = options.clock ?? new VirtualClock(0, ledger);
  const app = createJobsApp({ world, adminToken: ADMIN_TOKEN, ...options, ledger, clock });
  const server = await startServer(app, "127.0.0.1", 0);
  afterAll(() => server.stop());
  return { url: server.url, clock, ledger };
}
