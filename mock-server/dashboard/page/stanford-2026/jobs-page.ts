import { byId, make } from "../element.ts";
import { themeButton } from "../theme.ts";
import type { Budget, Experiment, FinalSubmission, JobsApi } from "./api.ts";
import { clockPanel } from "./clock-panel.ts";
import { curvePanel } from "./curve-panel.ts";
import { finalPanel } from "./final-panel.ts";
import { duration, JobsStore, lossOf } from "./jobs-store.ts";
import { jobsTable } from "./jobs-table.ts";
import { submitPanel } from "./submit-panel.ts";

/**
 * The panels of jobs over an API.
 *
 * @param looked is told of every look at the API, with the error where it failed.
 * @returns the look, at the clock and, with a key, at everything of that key; it never rejects.
 */
export function jobsPage(
  api: JobsApi,
  looked: (error?: unknown) => void,
): { readonly store: JobsStore; readonly look: () => Promise<void> } {
  const store = new JobsStore();
  const look = async () => {
    try {
      await clock.look();
      if (api.hasKey) {
        const { key } = api;
        const [budget, jobs, final] = await Promise.all([
          api.ask<Budget>("/budget"),
          api.ask<Experiment[]>("/experiments"),
          api.ask<FinalSubmission | null>("/final_submission"),
        ]);
        // Another key may have been entered meanwhile.
        if (key !== api.key) return;
        Object.assign(store, { budget, jobs, final });
        store.tell();
      }
      looked();
    } catch (error) {
      looked(error);
    }
  };
  themeButton();
  const clock = clockPanel(api, look);
  const form = submitPanel(store, api, look);
  jobsTable(store);
  curvePanel(store, form.use);
  finalPanel(store, api, form.text, look);
  store.on(() => drawBudget(store));
  return { store, look };
}

function drawBudget({ budget, jobs }: JobsStore): void {
  if (!budget) return;
  const { used_seconds: used, remaining_seconds: left, total_budget_seconds: total } = budget;
  const settled = jobs.reduce((sum, { status }) => sum + (status.used_runtime_seconds ?? 0), 0);
  const gauge = byId("gauge", HTMLElement);
  gauge.replaceChildren(
    segment("segment used", Math.min(settled, used) / total),
    segment("segment preview", Math.max(0, used - settled) / total),
  );
  gauge.setAttribute("aria-valuenow", ((100 * used) / total).toFixed(1));
  gauge.setAttribute("aria-valuetext", `${duration(used)} of ${duration(total)}`);
  const best = Math.min(...jobs.map((job) => lossOf(job) ?? Number.POSITIVE_INFINITY));
  const facts = {
    used: duration(used),
    left: duration(left),
    count: `${jobs.length}`,
    best: Number.isFinite(best) ? best.toFixed(4) : "–",
  };
  for (const [id, text] of Object.entries(facts)) byId(id, HTMLElement).replaceChildren(make("b", "", text));
  byId("used", HTMLElement).append(` of ${duration(total)}`);
}

function segment(className: string, share: number): HTMLElement {
  const made = make("span", className);
  made.style.width = `${100 * share}%`;
  return made;
}
