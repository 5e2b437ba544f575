import { byId } from "./element.ts";

/** A question over the page. */
export interface Question {
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
