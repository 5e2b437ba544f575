import { byId, make } from "../element.ts";
import { themeButton } from "../theme.ts";
import { type Budget, type Experiment, type FinalSubmission, JobsApi } from "./api.ts";
import { clockPanel } from "./clock-panel.ts";
import { curvePanel } from "./curve-panel.ts";
import { finalPanel } from "./final-panel.ts";
import { duration, JobsStore, lossOf } from "./jobs-store.ts";
import { jobsTable } from "./jobs-table.ts";
import { submitPanel } from "./submit-panel.ts";

/** Milliseconds between two looks at the server. */
const REFRESH = 2000;
/** Where a tab keeps the key, and where this browser does when told to. */
const KEY = "isoflop-2026-key";

const store = new JobsStore();
const api = new JobsApi();

themeButton();
const { look: lookAtClock } = clockPanel(api, look);
const form = submitPanel(store, api, look);
jobsTable(store);
curvePanel(store, form.use);
finalPanel(store, api, form.text, look);
store.on(drawBudget);
keyForm();
setInterval(look, REFRESH);
look();

/** Which key the page shows. It is kept for this tab; on this computer only when its user says so. */
function keyForm(): void {
  const input = byId("key", HTMLInputElement);
  const remember = byId("remember", HTMLInputElement);
  const remembered = localStorage.getItem(KEY);
  remember.checked = remembered !== null;
  input.value = sessionStorage.getItem(KEY) ?? remembered ?? "";
  const take = () => {
    api.key = input.value.trim();
    input.ariaInvalid = String(!api.hasKey);
    byId("key-problem", HTMLElement).textContent = api.hasKey ? "" : "A key is eight digits.";
    if (!api.hasKey) return;
    sessionStorage.setItem(KEY, api.key);
    if (remember.checked) localStorage.setItem(KEY, api.key);
    else localStorage.removeItem(KEY);
  };
  remember.onchange = () => {
    if (api.hasKey) take();
    else if (!remember.checked) localStorage.removeItem(KEY);
  };
  byId("key-form", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    take();
    store.chosen.clear();
    look();
  };
  if (input.value !== "") take();
}

/** Looks at the clock and, with a key, at everything of that key. */
async function look(): Promise<void> {
  const problem = byId("problem", HTMLElement);
  try {
    await lookAtClock();
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
    byId("live", HTMLElement).textContent = "live";
    byId("live", HTMLElement).classList.add("on");
    problem.textContent = "";
  } catch (error) {
    const lost = error instanceof TypeError;
    byId("live", HTMLElement).textContent = lost ? "offline, reconnecting" : "live";
    byId("live", HTMLElement).classList.toggle("on", !lost);
    problem.textContent = lost ? "" : (error as Error).message;
  }
}

function drawBudget(): void {
  const { budget, jobs } = store;
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
