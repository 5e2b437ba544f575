/** The element of the page with this id. Throws when the page has none, or another kind. */
export function byId<T extends Element>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`the page has no ${kind.name} "${id}"`);
  return element;
}

/** A new element with a class and text or children. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...children: (string | Node)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

/** A question over the page. */
interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says that goes ahead. */
  readonly ok: string;
  /** The text to change; absent when there is nothing to type. */
  readonly value?: string;
}

/** Asks; resolves to what was typed (empty when nothing was asked for), or undefined when it was called off. */
export function askUser({ title, text, ok, value }: Question): Promise<string | undefined> {
  const dialog = byId("dialog", HTMLDialogElement);
  const input = byId("dialog-input", HTMLInputElement);
  byId("dialog-title", HTMLElement).textContent = title;
  byId("dialog-text", HTMLElement).textContent = text;
  byId("dialog-ok", HTMLElement).textContent = ok;
  byId("dialog-field", HTMLElement).hidden = value === undefined;
  input.value = value ?? "";
  byId("dialog-cancel", HTMLElement).onclick = () => dialog.close("no");
  // The policy of this page lets no form be sent, not even to a dialog.
  byId("dialog-form", HTMLFormElement).onsubmit = (event) => {
    event.preventDefault();
    dialog.close("yes");
  };
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => resolve(dialog.returnValue === "yes" ? input.value.trim() : undefined);
  });
}
