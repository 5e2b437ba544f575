import * as Plot from "@observablehq/plot";
import { EXAMPLE_CONFIG } from "../../../src/task/stanford-2026/example.ts";
import { TOKEN_HEADER } from "../wire.ts";
import { asPicture } from "./chart.ts";
import { byId, make } from "./element.ts";

/** Milliseconds between two looks at the server. */
const REFRESH = 2000;
const KEY = "isoflop-2026-key";

interface Experiment {
  readonly experiment_id: number;
  readonly training_config: {
    readonly architecture_config: { readonly hidden_size: number; readonly num_hidden_layers: number };
    readonly optimizer_config: { readonly lr_scheduler: { readonly peak_value: number } };
    readonly train_batch_size: number;
    readonly total_train_tokens: number;
    readonly max_runtime_seconds: number;
  };
  readonly status: {
    readonly status_type: string;
    readonly val_losses?: readonly number[];
    readonly used_runtime_seconds?: number;
    readonly reason?: { readonly reason: string; readonly partial_val_losses?: readonly number[] };
  };
}

const input = (id: string) => byId(id, HTMLInputElement);
const show = (id: string, text: string) => {
  byId(id, HTMLElement).textContent = text;
};
let experiments: readonly Experiment[] = [];
let chosen: number | undefined;

/** Asks the server; rejects with its words when it refuses. */
async function ask<T>(path: string, body?: unknown): Promise<T> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="isoflop-token"]')?.content ?? "";
  const headers: Record<string, string> = path.startsWith("/admin")
    ? { [TOKEN_HEADER]: token }
    : { "X-API-Key": input("key").value };
  const sent =
    body === undefined
      ? { headers }
      : {
          method: "POST",
          headers: { ...headers, "Content-Type": "application/json" },
          body: typeof body === "string" ? body : JSON.stringify(body),
        };
  const response = await fetch(path, sent);
  const answer = await response.json();
  if (!response.ok) throw new Error(JSON.stringify(answer.detail ?? answer.message));
  return answer as T;
}

async function refresh(): Promise<void> {
  const { now, time_scale: scale } = await ask<{ now: string; time_scale: number }>("/admin/clock");
  show("clock", `${now.slice(0, 19).replace("T", " ")} · ×${scale}`);
  if (!/^\d{8}$/.test(input("key").value)) return;
  const [budget, list, final] = await Promise.all([
    ask<{ used_seconds: number; remaining_seconds: number }>("/budget"),
    ask<Experiment[]>("/experiments"),
    ask<{ predicted_final_loss: number; submitted_at: string } | null>("/final_submission"),
  ]);
  experiments = list;
  byId("gauge", HTMLMeterElement).value = budget.used_seconds;
  show("used", `${budget.used_seconds.toFixed(0)} s`);
  show("left", `${budget.remaining_seconds.toFixed(0)} s`);
  show("count", String(list.length));
  const best = Math.min(...list.map((job) => lossOf(job) ?? Infinity));
  show("best", Number.isFinite(best) ? best.toFixed(4) : "none yet");
  show("final", final ? `Final submission: ${final.predicted_final_loss} predicted, set at ${final.submitted_at}` : "");
  drawRows();
  drawDetail();
}

function lossesOf({ status }: Experiment): readonly number[] {
  return status.val_losses ?? status.reason?.partial_val_losses ?? [];
}

function lossOf(job: Experiment): number | undefined {
  return lossesOf(job).at(-1);
}

function drawRows(): void {
  const word = input("search").value.toLowerCase();
  const wanted = byId("status", HTMLSelectElement).value;
  const order = byId("sort", HTMLSelectElement).value;
  const rank: Record<string, (job: Experiment) => number> = {
    id: (job) => -job.experiment_id,
    loss: (job) => lossOf(job) ?? Infinity,
    used: (job) => -(job.status.used_runtime_seconds ?? 0),
  };
  const by = rank[order] as (job: Experiment) => number;
  const rows = experiments
    .filter(({ status }) => wanted === "" || status.status_type === wanted)
    .filter((job) => JSON.stringify(job.training_config).toLowerCase().includes(word))
    .toSorted((a, b) => by(a) - by(b))
    .map(rowOf);
  byId("rows", HTMLTableSectionElement).replaceChildren(...rows);
}

function rowOf(job: Experiment): HTMLTableRowElement {
  const { training_config: config, status } = job;
  const { hidden_size: width, num_hidden_layers: depth } = config.architecture_config;
  const button = make("button", "quiet", `#${job.experiment_id}`);
  button.type = "button";
  button.onclick = () => {
    chosen = job.experiment_id;
    drawDetail();
  };
  const reason = status.reason ? ` (${status.reason.reason})` : "";
  const cells = [
    button,
    status.status_type + reason,
    `${width} × ${depth}`,
    String(config.train_batch_size),
    String(config.optimizer_config.lr_scheduler.peak_value),
    `${(config.total_train_tokens / 1e6).toFixed(1)} M`,
    `${status.used_runtime_seconds?.toFixed(1) ?? "…"} of ${config.max_runtime_seconds}`,
    lossOf(job)?.toFixed(4) ?? "",
    sparkline(job),
  ];
  return make("tr", "", ...cells.map((cell) => make("td", "", cell)));
}

function sparkline(job: Experiment): Element | string {
  const losses = lossesOf(job);
  if (losses.length < 2) return "";
  const marks = [Plot.line(losses, { x: (_: number, i: number) => i, y: (loss: number) => loss })];
  const plot = Plot.plot({ className: "plot", width: 90, height: 24, axis: null, margin: 2, marks });
  return asPicture(plot, `${losses.length} losses of job ${job.experiment_id}`);
}

function drawDetail(): void {
  const job = experiments.find(({ experiment_id: id }) => id === chosen);
  byId("detail", HTMLElement).hidden = !job;
  if (!job) return;
  show("detail-title", `Job ${job.experiment_id}`);
  show("detail-text", JSON.stringify(job, null, 1));
  const points = lossesOf(job).map((loss, i) => ({ evaluation: i + 1, loss }));
  const plot = Plot.plot({
    width: 640,
    height: 260,
    className: "plot",
    x: { label: "evaluation" },
    y: { label: "loss", grid: true, type: input("log").checked ? "log" : "linear" },
    marks: [Plot.lineY(points, { x: "evaluation", y: "loss", marker: true })],
  });
  byId("curve", HTMLElement).replaceChildren(asPicture(plot, `Validation losses of job ${job.experiment_id}`));
}

/** Does something at the server, then shows what came of it. */
async function act(work: () => Promise<unknown>): Promise<void> {
  try {
    show("answer", JSON.stringify(await work()));
    await refresh();
  } catch (error) {
    show("answer", (error as Error).message);
  }
}

async function look(): Promise<void> {
  try {
    await refresh();
    show("problem", "");
  } catch (error) {
    show("problem", (error as Error).message);
  }
}

const onClick = (id: string, work: () => Promise<unknown>) => {
  byId(id, HTMLButtonElement).onclick = () => act(work);
};
const configText = () => byId("config", HTMLTextAreaElement).value;

byId("config", HTMLTextAreaElement).value = JSON.stringify(EXAMPLE_CONFIG, null, 1);
input("key").value = localStorage.getItem(KEY) ?? "";
byId("key-form", HTMLFormElement).onsubmit = (event) => {
  event.preventDefault();
  localStorage.setItem(KEY, input("key").value);
  void look();
};
for (const id of ["search", "status", "sort", "log"])
  byId(id, HTMLElement).oninput = () => {
    drawRows();
    drawDetail();
  };
onClick("advance-minute", () => ask("/admin/advance", { seconds: 600 }));
onClick("advance-hour", () => ask("/admin/advance", { seconds: 3600 }));
onClick("advance-all", () => ask("/admin/advance", {}));
onClick("submit", () => ask("/submit", configText()));
onClick("submit-final", () =>
  ask(
    "/final_submission",
    `{"training_config":${configText()},"predicted_final_loss":${JSON.stringify(input("predicted").value)}}`,
  ),
);
onClick("final-run", () => ask("/admin/final_run", { api_key: input("key").value }));
setInterval(look, REFRESH);
void look();
