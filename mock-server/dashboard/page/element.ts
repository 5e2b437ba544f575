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

/** Asks; resolves to what was typed (empty when nothing was asked for), or undefined when the answer was no. */
export function askUser({ title, text, ok, value }: Question): Promise<string | undefined> {
  const dialog = make("dialog");
  dialog.id = "dialog";
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const heading = make("h2", "", title);
  heading.id = "dialog-title";
  const input = make("input");
  Object.assign(input, { value: value ?? "", maxLength: 40, autocomplete: "off", spellcheck: false });
  const cancel = make("button", "quiet", "Cancel");
  cancel.type = "button";
  cancel.onclick = () => dialog.close("no");
  const form = make("form", "", heading, make("p", "", text));
  if (value !== undefined) form.append(make("label", "field", "Name ", input));
  form.append(make("div", "row", make("span", "spring"), cancel, make("button", "primary", ok)));
  // The policy of this page lets no form be sent, not even to a dialog.
  form.onsubmit = (event) => {
    event.preventDefault();
    dialog.close("yes");
  };
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes" ? input.value.trim() : undefined);
    };
  });
}
