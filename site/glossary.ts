import { marked, type Tokens } from "marked";
import { slug } from "./pages.ts";

/** The glossary: what a term means, by the words that a page may use for it. */
export interface Glossary {
  readonly terms: readonly Term[];
  /** The anchor of a row of the glossary, by the text of its first cell. */
  anchor(term: string): string;
  /** The rows that a link's text means, such as those of "N, D and C"; none if it is no term. */
  find(text: string): readonly Term[];
}

export interface Term {
  readonly term: string;
  /** Markdown without links. */
  readonly meaning: string;
}

/** Reads the glossary from the rows of its table. */
export function readGlossary(markdown: string): Glossary {
  const tables = marked.lexer(markdown).filter((token) => token.type === "table") as Tokens.Table[];
  const terms = tables.flatMap(({ rows }) =>
    rows.map(([term, meaning]) => ({ term: term!.text, meaning: meaning!.text })),
  );
  const byWord = new Map<string, Term>();
  for (const entry of terms) {
    const words = [entry.term, ...entry.term.split(/,\s*/)];
    for (const word of [...words, ...words.map((each) => each.replace(/ [A-Z]$/, ""))])
      if (!byWord.has(word)) byWord.set(word, entry);
  }
  const lookUp = (word: string): Term | undefined =>
    [word, word.toLowerCase(), singular(word), word.replace(/^.* /, ""), singular(word.replace(/^.* /, ""))]
      .map((each) => byWord.get(each))
      .find((entry) => entry !== undefined);
  return {
    terms,
    anchor: (term) => `term-${slug(term)}`,
    find(text) {
      const whole = lookUp(text);
      if (whole) return [whole];
      const parts = text.split(/,\s*(?:and )?| and /).map(lookUp);
      return parts.every((entry) => entry !== undefined) ? parts : [];
    },
  };
}

function singular(word: string): string {
  return word.toLowerCase().replace(/ies$/, "y").replace(/s$/, "");
}
