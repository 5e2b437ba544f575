import { readStored, writeStored } from "./browser-storage.ts";
import { byId, make } from "./element.ts";

/** Where this browser keeps the chosen theme. */
const THEME = "isoflop-theme";
const THEMES = ["system", "light", "dark"];

/** The button that goes round the themes; the choice stays in this browser. */
export function themeButton(id = "theme"): void {
  const button = byId(id, HTMLButtonElement);
  const apply = (theme: string) => {
    document.documentElement.dataset.theme = theme;
    const [sign, word] = { light: ["☀", "Light"], dark: ["☾", "Dark"] }[theme] ?? ["◐", "Auto"];
    const picture = make("span", "", `${sign} `);
    picture.ariaHidden = "true";
    button.replaceChildren(picture, make("span", "word", word!));
    button.ariaLabel = `Theme: ${word}`;
    button.title = button.ariaLabel;
  };
  apply(readStored("localStorage", THEME) ?? "system");
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme!) + 1) % THEMES.length]!;
    apply(next);
    writeStored("localStorage", THEME, next);
  });
}
