import type { RequestListener } from "node:http";
import { type AppOptions, createApp } from "../app.ts";
import { createDashboard } from "./dashboard.ts";
import type { DashboardOptions, Serving } from "./serving.ts";

/** The mock of the training API with its dashboard. */
export interface AppWithDashboard {
  readonly listener: RequestListener;
  /** Ends what the dashboard keeps open; to be called before the server stops. */
  close(): void;
}

/** An app whose world can be changed while it serves: requests from then on meet the new world and its ledger. */
export function createAppWithDashboard(
  options: Omit<AppOptions, keyof Serving | "dashboard" | "repetition">,
  dashboardOptions: DashboardOptions,
): AppWithDashboard {
  const dashboard = createDashboard(dashboardOptions, (serving) => {
    app = appOf(serving);
  });
  const appOf = (serving: Serving) =>
    createApp({ ...options, ...serving, repetition: dashboardOptions.repetition ?? 0, dashboard: dashboard.router });
  let app = appOf(dashboardOptions.serving);
  return { listener: (request, response) => app(request, response), close: dashboard.close };
}
