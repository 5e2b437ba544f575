import { make } from "./element.ts";
import type { Store } from "./store.ts";

/** An entry of the lists of keys and tables: a button that selects it, and a box that compares it with the selected one. */
export function sourceItem(
  store: Store,
  id: string,
  name: string,
  facts: string,
  more: readonly HTMLElement[] = [],
): HTMLElement {
  const button = make("button", "key", make("span", "key-name", name), make("span", "soft small", facts), ...more);
  button.type = "button";
  button.dataset.source = id;
  button.setAttribute("aria-pressed", String(id === store.selected));
  button.addEventListener("click", () => store.select(id));
  const item = make("li", "", button);
  if (id !== store.selected && store.selected !== undefined) {
    const box = make("input");
    box.type = "checkbox";
    box.checked = store.compared.has(id);
    box.dataset.source = `${id} box`;
    box.addEventListener("change", () => store.compare(id, box.checked));
    box.setAttribute("aria-label", `Compare ${name}`);
    item.append(make("label", "choice small compare", box, "compare"));
  }
  return item;
}
