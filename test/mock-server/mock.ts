import { afterAll } from "vitest";
import { type Answer, ask } from "../../benchmarks/reliability/servers/asking.ts";
import { type AppOptions, createApp } from "../../mock-server/app.ts";
import { startServer } from "../../mock-server/server.ts";
import { loadWorld } from "../../src/cli/load-world.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";

export { type Answer, ask, lossTarget } from "../../benchmarks/reliability/servers/asking.ts";

export interface Mock {
  readonly url: string;
  readonly port: number;
  /** Sends a target exactly as it is written. */
  ask(target: string, options?: { method?: string; headers?: Record<string, string> }): Promise<Answer>;
}

/** A mock that listens until the tests of the file are done: `handout/smooth` and a ledger in memory unless told otherwise. */
export async function startMock(options: Partial<AppOptions> = {}): Promise<Mock> {
  const world = options.world ?? (await loadWorld("handout/smooth"));
  const server = await startServer(createApp({ ledger: new MemoryLedger(), ...options, world }), "127.0.0.1", 0);
  afterAll(() => server.stop());
  return { ...server, ask: (target, its) => ask(server.port, target, its) };
}
