import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { marked, type Token, type Tokens } from "marked";
import { slug } from "../../site/pages.ts";

/** The checkout. */
export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** Every page that people read, by its path in the checkout. */
export const PAGES: readonly string[] = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "strategies/README.md",
  ...globSync("docs/*.md", { cwd: ROOT }).sort(),
];

export interface Snippet {
  /** Empty for a block without one. */
  readonly language: string;
  readonly text: string;
  /** The file that the sentence before it names, where it names one of that kind. */
  readonly file?: string;
}

export function pageText(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** Its fenced blocks, in order, those in lists too. */
export function snippets(page: string): Snippet[] {
  const found: Snippet[] = [];
  let before = "";
  for (const token of blocks(marked.lexer(pageText(page)))) {
    if (token.type === "code" && token.codeBlockStyle !== "indented") {
      const { lang = "", text } = token as Tokens.Code;
      const file = new RegExp(`\`([\\w.-]+\\.${EXTENSIONS[lang] ?? lang})\`[^\`]*$`).exec(before)?.[1];
      found.push({ language: lang, text, ...(file && { file }) });
    }
    if (token.type !== "space") before = token.raw;
  }
  return found;
}

/** Where its links and pictures point. */
export function links(page: string): string[] {
  const found: string[] = [];
  marked.walkTokens(marked.lexer(pageText(page)), (token: Token) => {
    if (token.type === "link" || token.type === "image") found.push(token.href as string);
  });
  return found;
}

/** The anchors of its headings, as GitHub makes them. */
export function anchors(page: string): string[] {
  const found: string[] = [];
  marked.walkTokens(marked.lexer(pageText(page)), (token: Token) => {
    if (token.type === "heading") found.push(slug(token.text as string));
  });
  return found;
}

/** The cells of the table whose head is the given one; markup stays. */
export function table(page: string, head: readonly string[]): string[][] {
  for (const token of marked.lexer(pageText(page))) {
    if (token.type !== "table") continue;
    const { header, rows } = token as Tokens.Table;
    if (header.map(({ text }) => text).join() === head.join()) return rows.map((row) => row.map(({ text }) => text));
  }
  throw new Error(`${page} has no table with the head ${head.join(" | ")}`);
}

function blocks(tokens: readonly Token[]): Token[] {
  return tokens.flatMap((token) =>
    token.type === "list" ? (token as Tokens.List).items.flatMap((item) => blocks(item.tokens)) : [token],
  );
}

const EXTENSIONS: Readonly<Record<string, string>> = { python: "py" };
