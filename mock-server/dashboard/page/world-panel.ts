import type { Connection } from "./connection.ts";
import { byId, make } from "./element.ts";
import type { Store } from "./store.ts";

/** Which world answers, and the way to another one. */
export function worldPanel(store: Store, connection: Connection): void {
  const select = byId("world", HTMLSelectElement);
  const button = byId("world-switch", HTMLButtonElement);
  const note = byId("world-note", HTMLElement);
  store.on(["world"], () => {
    const { world, worlds, fixed } = store.state!;
    select.replaceChildren(...families(worlds));
    select.value = world.name;
    select.disabled = fixed !== undefined;
    byId("world-description", HTMLElement).textContent = world.description;
    note.textContent = fixed ?? "Each world keeps its own runs and budgets.";
    button.hidden = fixed !== undefined;
    button.disabled = true;
    byId("target", HTMLElement).replaceChildren(
      make("span", "", store.state!.task.target.toExponential().replace("+", "")),
    );
  });
  select.addEventListener("change", () => {
    button.disabled = select.value === store.state?.world.name;
  });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await connection.post("world", { name: select.value });
    } catch (error) {
      note.textContent = (error as Error).message;
    }
  });
}

/** The worlds under their families: what stands before the slash. */
function families(worlds: readonly string[]): HTMLOptGroupElement[] {
  const groups = Map.groupBy(worlds, (name) => (name.includes("/") ? name.slice(0, name.indexOf("/")) : "others"));
  return [...groups].map(([family, names]) => {
    const group = make("optgroup", "", ...names.map((name) => new Option(name)));
    group.label = family;
    return group;
  });
}
