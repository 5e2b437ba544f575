import { type Figure, INK, renderSvg } from "./figure.ts";

/** The colours of the page, as its style sheet names them. */
const THEME: readonly (readonly [colour: string, variable: string])[] = [
  [INK, "var(--ink)"],
  ["#1f2430", "var(--ink)"],
  ["#5c6370", "var(--soft)"],
  ["#e3e6ec", "var(--line)"],
  ["#aab1bd", "var(--faint)"],
  ["#ffffff", "var(--paper)"],
  ["white", "var(--paper)"],
  ["currentColor", "var(--ink)"],
];

/** A figure inside a page: frames and words in the page's colours, light or dark; wide ones scroll on a phone. */
export function inlineFigure(figure: Figure): string {
  const themed = THEME.reduce(
    (svg, [colour, variable]) => svg.replaceAll(`"${colour}"`, `"${variable}"`),
    renderSvg(figure),
  );
  // A mark's kind says nothing to a reader, and a label needs a role that a group has not.
  return `<figure class="scroll">${themed.replace(/(<g\b[^>]*?) aria-label="[^"]*"/g, "$1")}</figure>`;
}
