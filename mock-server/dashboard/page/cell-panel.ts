import { byId } from "./element.ts";
import { notebookCell } from "./notebook.ts";
import type { Store } from "./store.ts";

/** The selected runs and their chosen fit as a notebook cell. */
export function cellPanel(store: Store): void {
  const box = byId("cell-box", HTMLDetailsElement);
  // Thousands of runs are long: the cell is written only while it is open.
  const draw = () => {
    if (box.open) byId("cell", HTMLElement).textContent = cellOf(store);
  };
  box.addEventListener("toggle", draw);
  store.on(["world", "runs", "fits", "selection", "names", "tables"], draw);
}

function cellOf(store: Store): string {
  const [source] = store.sources();
  if (!source) return "";
  const { task, world } = store.state!;
  const origin = store.tables.has(source.id)
    ? `Runs of ${source.name}`
    : `Simulated runs of the key with SHA-256 ${source.id.slice(0, 8)}… in the world ${world.name}`;
  return notebookCell({ ...source, method: store.method, target: task.target, origin });
}
