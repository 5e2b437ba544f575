import { byId } from "./element.ts";

const STORED = "isoflop-theme";
const THEMES = ["system", "light", "dark"];

/** The button that goes round the themes; the choice stays in this browser. */
export function themeButton(): void {
  const button = byId("theme", HTMLButtonElement);
  const apply = (theme: string) => {
    document.documentElement.dataset.theme = theme;
    button.textContent = { light: "☀ Light", dark: "☾ Dark" }[theme] ?? "◐ Auto";
    button.setAttribute("aria-label", `Theme: ${theme === "system" ? "as the system" : theme}`);
  };
  apply(localStorage.getItem(STORED) ?? "system");
  button.addEventListener("click", () => {
    const next = THEMES[(THEMES.indexOf(document.documentElement.dataset.theme!) + 1) % THEMES.length]!;
    localStorage.setItem(STORED, next);
    apply(next);
  });
}
