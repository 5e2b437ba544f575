import { formatFlops } from "../../../src/task/quantity.ts";
import { byId, make } from "./element.ts";
import { sourceItem } from "./source-item.ts";
import type { Store, UploadedTable } from "./store.ts";
import type { TableAnswer, TableJob } from "./tables.worker.ts";

/** A file whose runs could not be read as it is. */
interface Refused {
  readonly file: File;
  readonly error: string;
}

/** Tables of runs that are dropped on the page or chosen: read here, compared with keys, never sent. */
export function tablesPanel(store: Store): void {
  const input = byId("table-file", HTMLInputElement);
  const refused = new Map<number, Refused>();
  const files = new Map<number, File>();
  let worker: Worker | undefined;
  let number = 0;

  const read = (file: File, columns = "", again = ++number) => {
    refused.delete(again);
    files.set(again, file);
    worker ??= readingWorker();
    worker.postMessage({ number: again, file, columns } satisfies TableJob);
    byId("tables-note", HTMLElement).textContent = `Reading ${file.name} …`;
  };
  const readingWorker = () => {
    const made = new Worker(new URL("./tables.worker.ts", import.meta.url), { type: "module" });
    made.addEventListener("message", ({ data }: MessageEvent<TableAnswer>) => {
      const file = files.get(data.number)!;
      byId("tables-note", HTMLElement).textContent = "";
      if (data.error === undefined) {
        const { runs, best, notes } = data;
        store.takeTable({ id: `table ${data.number}`, name: file.name, runs, best, notes });
      } else refused.set(data.number, { file, error: data.error });
      drawRefused();
    });
    return made;
  };
  const drawRefused = () => {
    const host = byId("tables-refused", HTMLElement);
    host.replaceChildren(
      ...[...refused].map(([id, { file, error }]) =>
        refusedItem(
          file.name,
          error,
          (columns) => read(file, columns, id),
          () => {
            refused.delete(id);
            drawRefused();
          },
        ),
      ),
    );
  };
  input.addEventListener("change", () => {
    for (const file of input.files ?? []) read(file);
    input.value = "";
  });
  dropsOnPage((dropped) => {
    for (const file of dropped) read(file);
  });
  byId("table-remove", HTMLButtonElement).addEventListener("click", () => {
    if (store.selected !== undefined) store.removeTable(store.selected);
  });
  store.on(["world", "tables", "selection", "runs"], () => {
    drawTables(store);
    drawSelected(store.tables.get(store.selected ?? ""));
  });
}

/** Takes files that are dropped anywhere on the page, and shows that it would while they are above it. */
function dropsOnPage(take: (files: FileList) => void): void {
  const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const mark = (on: boolean) => document.body.classList.toggle("dropping", on);
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    mark(true);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    mark(false);
    take(event.dataTransfer!.files);
  });
}

function drawTables(store: Store): void {
  const list = byId("tables", HTMLUListElement);
  const focused = document.activeElement?.closest<HTMLElement>("[data-source]")?.dataset.source;
  list.replaceChildren(
    ...[...store.tables.values()].map(({ id, name, runs }) => sourceItem(store, id, name, `${runs.length} runs`)),
  );
  if (focused) list.querySelector<HTMLElement>(`[data-source="${CSS.escape(focused)}"]`)?.focus();
}

/** What is said of the selected table in place of a key's budget. */
function drawSelected(table: UploadedTable | undefined): void {
  byId("table", HTMLElement).hidden = table === undefined;
  if (!table) return;
  const { name, runs, notes } = table;
  const computes = runs.map(({ C }) => C);
  const [low, high] = [computes.reduce((a, b) => Math.min(a, b)), computes.reduce((a, b) => Math.max(a, b))];
  byId("table-title", HTMLElement).textContent = name;
  byId("table-range", HTMLElement).textContent =
    `${runs.length} runs of ${formatFlops(low)} to ${formatFlops(high)} FLOPs`;
  byId("table-notes", HTMLElement).replaceChildren(...notes.map((note) => make("li", "", note)));
}

/** A file that could not be read: why, and a field to name its columns. */
function refusedItem(name: string, error: string, again: (columns: string) => void, forget: () => void): HTMLElement {
  const input = make("input");
  input.placeholder = "N=params,D=tokens,loss=eval";
  input.spellcheck = false;
  const [retry, drop] = [make("button", "quiet", "Read again"), make("button", "quiet", "Forget")];
  drop.type = "button";
  drop.onclick = forget;
  const form = make("form", "", make("label", "field", "Its columns", input), make("div", "row", retry, drop));
  form.onsubmit = (event) => {
    event.preventDefault();
    again(input.value);
  };
  return make("div", "refused", make("p", "problem small", `${name}: ${error}`), form);
}
