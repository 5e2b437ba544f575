import type { Glossary } from "./glossary.ts";
import { plainText, type RenderedPage } from "./markdown.ts";
import type { Page } from "./pages.ts";

/** A section of a page, as the search finds it. */
export interface SearchEntry {
  /** Its address on the site. */
  readonly id: string;
  readonly page: string;
  /** Empty for what comes before a page's first section. */
  readonly heading: string;
  readonly text: string;
}

/**
 * A script that holds every section and every term of the glossary: scripts can be loaded from the disk too, other files
 * cannot.
 */
export function searchScript(
  pages: readonly ({ page: Page } & Pick<RenderedPage, "sections">)[],
  glossary: Glossary,
): string {
  const sections = pages.flatMap(({ page, sections }) =>
    sections.map(({ heading, text }): SearchEntry => {
      const isTitle = heading === undefined || heading.depth === 1;
      return {
        id: isTitle ? page.name : `${page.name}#${heading.id}`,
        page: page.label,
        heading: isTitle ? "" : heading.text,
        text,
      };
    }),
  );
  const terms = glossary.terms.map(
    ({ term, meaning }): SearchEntry => ({
      id: `glossary.html#${glossary.anchor(term)}`,
      page: "Glossary",
      heading: term,
      text: plainText(meaning),
    }),
  );
  return `globalThis.SEARCH_ENTRIES=${JSON.stringify([...terms, ...sections.filter(({ id }) => id !== "glossary.html")])};\n`;
}
