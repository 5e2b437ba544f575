import * as Plot from "@observablehq/plot";
import { formatCount, formatShort } from "../../../../src/task/quantity.ts";
import { asPicture } from "../chart.ts";
import { byId, make } from "../element.ts";
import type { Experiment } from "./api.ts";
import { duration, type JobsStore, lossesOf, lossOf } from "./jobs-store.ts";

/** A column of the table of jobs. */
interface Column {
  readonly name: string;
  readonly title: string;
  /** What it is sorted by; absent where it is not. */
  readonly rank?: (job: Experiment) => number | string;
  readonly cell: (job: Experiment) => string | Node;
  /** Text is set left. */
  readonly words?: true;
}

const COLUMNS: readonly Column[] = [
  { name: "status", title: "status", rank: ({ status }) => status.status_type, cell: statusCell, words: true },
  {
    name: "shape",
    title: "width × layers",
    rank: sizeOf,
    cell: ({ training_config: { architecture_config: its } }) => `${its.hidden_size} × ${its.num_hidden_layers}`,
  },
  {
    name: "batch",
    title: "batch",
    rank: (job) => job.training_config.train_batch_size,
    cell: (job) => `${job.training_config.train_batch_size}`,
  },
  { name: "rate", title: "rate", rank: rateOf, cell: (job) => formatShort(rateOf(job)) },
  {
    name: "tokens",
    title: "tokens",
    rank: (job) => job.training_config.total_train_tokens,
    cell: (job) => formatCount(job.training_config.total_train_tokens),
  },
  {
    name: "seconds",
    title: "seconds, of at most",
    rank: (job) => job.status.used_runtime_seconds ?? job.training_config.max_runtime_seconds,
    cell: (job) => `${job.status.used_runtime_seconds?.toFixed(1) ?? "…"} / ${job.training_config.max_runtime_seconds}`,
  },
  {
    name: "loss",
    title: "loss",
    rank: (job) => lossOf(job) ?? Number.POSITIVE_INFINITY,
    cell: (job) => make("b", "", lossOf(job)?.toFixed(4) ?? ""),
  },
  { name: "curve", title: "curve", cell: sparkline },
];

/** The table of jobs: searched, filtered by status, sorted by a click; a tick draws the curve. */
export function jobsTable(store: JobsStore): void {
  const search = byId("search", HTMLInputElement);
  const status = byId("status", HTMLSelectElement);
  const head = byId("jobs", HTMLTableElement).tHead!.rows[0]!;
  let sorting = { name: "job", descending: true };

  const draw = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = store.jobs
      .filter((job) => status.value === "" || job.status.status_type === status.value)
      .filter((job) => {
        const text = `#${job.experiment_id} ${JSON.stringify(job)}`.toLowerCase();
        return words.every((word) => text.includes(word));
      })
      .toSorted((a, b) => compare(rankOf(sorting.name, a), rankOf(sorting.name, b)) * (sorting.descending ? -1 : 1));
    const focused = document.activeElement?.id;
    byId("rows", HTMLTableSectionElement).replaceChildren(...shown.map((job) => row(job, store)));
    if (focused?.startsWith("draw-")) document.getElementById(focused)?.focus();
    byId("jobs-count", HTMLElement).textContent =
      shown.length === store.jobs.length ? `${shown.length}` : `${shown.length} of ${store.jobs.length}`;
    byId("jobs-none", HTMLElement).hidden = store.jobs.length > 0;
    for (const cell of head.cells) {
      if (cell.dataset.column === sorting.name)
        cell.setAttribute("aria-sort", sorting.descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
  };
  const header = (name: string, title: string, sorts: boolean) => {
    const cell = make("th", "");
    cell.scope = "col";
    cell.dataset.column = name;
    if (!sorts) cell.textContent = title;
    else {
      const button = make("button", "", title);
      button.type = "button";
      button.onclick = () => {
        sorting = { name, descending: sorting.name === name && !sorting.descending };
        draw();
      };
      cell.append(button);
    }
    return cell;
  };
  head.append(
    header("job", "job", true),
    ...COLUMNS.map(({ name, title, rank }) => header(name, title, rank !== undefined)),
  );
  search.oninput = draw;
  status.oninput = draw;
  store.on(draw);
}

function rankOf(name: string, job: Experiment): number | string {
  return COLUMNS.find((column) => column.name === name)?.rank?.(job) ?? job.experiment_id;
}

function compare(a: number | string, b: number | string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sizeOf({ training_config: { architecture_config: its } }: Experiment): number {
  return its.num_hidden_layers * its.hidden_size * its.hidden_size;
}

function rateOf({ training_config: { optimizer_config: its } }: Experiment): number {
  return its.lr_scheduler.peak_value;
}

function statusCell({ status }: Experiment): Node {
  const { reason, failure = "" } = status.reason ?? {};
  const word = make("span", `status ${status.status_type}`, status.status_type);
  return make(
    "span",
    "",
    word,
    reason === undefined ? "" : ` (${failure.startsWith("JaxRuntimeError") ? "out of memory" : reason})`,
  );
}

function row(job: Experiment, store: JobsStore): HTMLTableRowElement {
  const id = job.experiment_id;
  const box = make("input");
  box.type = "checkbox";
  box.id = `draw-${id}`;
  box.checked = store.chosen.has(id);
  box.onchange = () => {
    if (box.checked) store.chosen.add(id);
    else store.chosen.delete(id);
    store.tell();
  };
  const cells = COLUMNS.map(({ cell, words }) => make("td", words ? "left" : "", cell(job)));
  return make("tr", "", make("td", "", make("label", "choice", box, `#${id}`)), ...cells);
}

function sparkline(job: Experiment): string | Node {
  const losses = lossesOf(job);
  if (losses.length < 2) return "";
  const last = losses.length - 1;
  const plot = Plot.plot({
    className: "plot",
    width: 90,
    height: 24,
    axis: null,
    margin: 3,
    y: { type: "log" },
    marks: [
      Plot.line(losses, { x: (_: number, i: number) => i, y: (loss: number) => loss, stroke: "var(--accent)" }),
      Plot.dot([losses[last]!], { x: () => last, y: (loss: number) => loss, r: 2, fill: "var(--accent)" }),
    ],
  });
  return asPicture(
    plot,
    `${losses.length} losses of job ${job.experiment_id}, from ${losses[0]!.toFixed(2)} to ${losses[last]!.toFixed(2)}`,
  );
}

/** What a job's status says in full. */
export function statusText({ status, training_config: { max_runtime_seconds: most } }: Experiment): string {
  const { reason } = status;
  const used = status.used_runtime_seconds === undefined ? "" : ` after ${duration(status.used_runtime_seconds)}`;
  const why = reason?.failure ?? (reason?.reason === "timeout" ? `it was to end within ${duration(most)}` : "");
  return `${status.status_type}${used}${why ? `: ${why}` : ""}`;
}
