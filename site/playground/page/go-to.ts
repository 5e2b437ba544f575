import { byId, make } from "../../../mock-server/dashboard/page/element.ts";

/** A button that scrolls to a part of the page: on a phone, parts are far from each other. */
export function goTo(id: string, text: string): HTMLButtonElement {
  const button = make("button", "quiet go", text);
  button.type = "button";
  button.addEventListener("click", () => byId(id, HTMLElement).scrollIntoView());
  return button;
}
