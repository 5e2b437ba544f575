import { FIELDS, type RunConfig } from "../../../src/task/configuration.ts";
import { byId, make } from "./element.ts";
import { runsAsCsv, runsAsJson } from "./exports.ts";
import type { PageRun, Store } from "./store.ts";
import { COLUMNS, type ColumnName, parseFilter, type Sorting, sorted } from "./table-view.ts";

/** Rows on a page of the table: enough to scan, few enough to draw in a few milliseconds. */
const PAGE = 25;

/**
 * The table of runs: sorted by a click, filtered by conditions, in pages.
 *
 * @param use is given the configuration of a run that is picked.
 */
export function runsPanel(store: Store, use: (config: RunConfig) => void): void {
  const filter = byId("filter", HTMLInputElement);
  const scope = byId("scope", HTMLSelectElement);
  const table = byId("runs", HTMLTableElement);
  let sorting: Sorting = { column: "place", descending: true };
  let page = 0;
  let shown: readonly PageRun[] = [];

  const update = () => {
    const all =
      scope.value === "all" ? [...store.keys.values()].flatMap(({ runs }) => runs) : (store.current()?.runs ?? []);
    const { accepts, unread } = parseFilter(filter.value);
    shown = sorted(all.filter(accepts), sorting);
    page = Math.max(0, Math.min(page, Math.ceil(shown.length / PAGE) - 1));
    byId("runs-count", HTMLElement).textContent =
      shown.length === all.length ? `${all.length}` : `${shown.length} of ${all.length}`;
    byId("filter-note", HTMLElement).textContent =
      unread.length > 0 ? `Ignored ${unread.join(" ")}: write conditions such as loss<4 or N>=10M.` : "";
    drawRows();
  };
  const drawRows = () => {
    const pages = Math.max(1, Math.ceil(shown.length / PAGE));
    const withKey = scope.value === "all";
    table.classList.toggle("with-key", withKey);
    const rows = shown
      .slice(page * PAGE, (page + 1) * PAGE)
      .map((run) => row(run, withKey ? store.nameOf(run.key) : ""));
    table.tBodies[0]!.replaceChildren(...rows);
    for (const header of table.tHead!.rows[0]!.cells) {
      const { column } = header.dataset;
      if (column === sorting.column) header.setAttribute("aria-sort", sorting.descending ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    }
    byId("page-number", HTMLElement).textContent = `page ${page + 1} of ${pages}`;
    byId("previous", HTMLButtonElement).disabled = page === 0;
    byId("next", HTMLButtonElement).disabled = page >= pages - 1;
  };
  const row = (run: PageRun, name: string) => {
    const line = make("tr");
    line.append(make("td", "key-cell", name));
    for (const { name: column, text } of COLUMNS) {
      if (column !== "place") {
        line.append(make("td", column === "loss" ? "strong" : "", text(run)));
        continue;
      }
      const button = make("button", "quiet", text(run));
      button.type = "button";
      button.title = "Copy into the form";
      button.setAttribute("aria-label", `Run ${run.place}: copy into the form`);
      button.addEventListener("click", () =>
        use(Object.fromEntries(FIELDS.map((field) => [field, run[field]])) as unknown as RunConfig),
      );
      line.append(make("td", "", button));
    }
    return line;
  };

  table.tHead!.rows[0]!.append(
    keyHeader(),
    ...COLUMNS.map(({ name, title, hint }) =>
      header(name, title, hint, () => {
        sorting = { column: name, descending: sorting.column === name && !sorting.descending };
        page = 0;
        update();
      }),
    ),
  );
  filter.addEventListener("input", () => {
    page = 0;
    update();
  });
  scope.addEventListener("change", () => {
    page = 0;
    update();
  });
  const turn = (by: number) => () => {
    page += by;
    drawRows();
  };
  byId("previous", HTMLButtonElement).addEventListener("click", turn(-1));
  byId("next", HTMLButtonElement).addEventListener("click", turn(1));
  byId("export-csv", HTMLButtonElement).addEventListener("click", () =>
    download("isoflop-runs.csv", "text/csv", runsAsCsv(shown)),
  );
  byId("export-json", HTMLButtonElement).addEventListener("click", () => {
    const fingerprint = scope.value === "all" ? "several" : (store.selected ?? "");
    const origin = { world: store.state!.world.name, fingerprint };
    download("isoflop-runs.json", "application/json", runsAsJson(shown, origin));
  });
  store.on(["world", "runs", "selection", "names"], update);
}

function keyHeader(): HTMLElement {
  const cell = make("th", "key-cell", "key");
  cell.scope = "col";
  return cell;
}

function header(name: ColumnName, title: string, hint: string, sort: () => void): HTMLElement {
  const button = make("button", "", title);
  button.type = "button";
  button.title = hint;
  button.addEventListener("click", sort);
  const cell = make("th", "", button);
  cell.scope = "col";
  cell.dataset.column = name;
  return cell;
}

/** Hands a text to the browser as a file to keep. */
export function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
