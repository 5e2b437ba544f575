import { afterAll } from "vitest";
import type { AppOptions } from "../../mock-server/app.ts";
import { createAppWithDashboard, type DashboardOptions } from "../../mock-server/dashboard/dashboard.ts";
import { startServer } from "../../mock-server/server.ts";
import { loadWorld } from "../../src/cli/load-world.ts";
import { nextPlanner } from "../../src/cli/serve/plan-next.ts";
import { openServings } from "../../src/cli/serve/servings.ts";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { ask, type Mock } from "./mock.ts";

const silent = { out() {}, err() {}, interactive: false, columns: 80 };

export interface DashboardMock extends Mock {
  stop(): Promise<void>;
}

/** A mock with its dashboard, as `isoflop serve` puts it together, until the tests of the file are done. */
export async function startDashboard(
  options: Partial<AppOptions> = {},
  dashboardOptions: Partial<DashboardOptions> & { readonly ledger?: string; readonly port?: number } = {},
): Promise<DashboardMock> {
  const world = await loadWorld("handout/smooth");
  const { ledger, port = 0, ...changes } = dashboardOptions;
  const servings = await openServings(world, { seed: 0, ...(ledger === undefined ? {} : { ledger }) }, silent);
  const app = createAppWithDashboard(options, {
    serving: servings.first,
    worlds: servings.worlds,
    open: servings.open,
    grade: scoreSubmission,
    next: nextPlanner(0),
    ...changes,
  });
  const server = await startServer(app.listener, "127.0.0.1", port);
  let stopped: Promise<void> | undefined;
  const stop = () => {
    app.close();
    stopped ??= server.stop().then(() => servings.first.ledger.close());
    return stopped;
  };
  afterAll(stop);
  return { ...server, ask: (target, its) => ask(server.port, target, its), stop };
}
