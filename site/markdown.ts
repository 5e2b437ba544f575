import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import katex from "katex";
import { Marked, type Token, type TokenizerAndRendererExtension, type Tokens } from "marked";
import { escapeHtml } from "../src/report/html.ts";
import type { Glossary } from "./glossary.ts";
import { highlight } from "./highlight.ts";
import { type Page, ROOT, slug } from "./pages.ts";

/** What pages link to each other by. */
export interface Links {
  readonly pages: readonly Page[];
  readonly glossary: Glossary;
  /** Where the source is published, such as `https://host/owner/name`; without it, links to source files are text. */
  readonly repository: string | undefined;
}

export interface Heading {
  readonly depth: number;
  readonly id: string;
  /** Markdown without links. */
  readonly text: string;
}

/** A stretch of a page below one heading, as the search finds it. */
export interface Section {
  readonly heading: Heading | undefined;
  readonly text: string;
}

export interface RenderedPage {
  readonly html: string;
  readonly headings: readonly Heading[];
  readonly sections: readonly Section[];
  /** Files of the checkout that the page shows or links to, to be copied, by their path on the site. */
  readonly files: ReadonlyMap<string, string>;
}

/** A page's Markdown as HTML, with headings to link to, set formulas, colored code and the terms of the glossary. */
export function renderPage(page: Page, links: Links): RenderedPage {
  const files = new Map<string, string>();
  const headings = new Map<Token, Heading>();
  const marked = new Marked({ extensions: [INLINE_MATH] });
  const tokens = marked.lexer(page.markdown);
  nameHeadings(tokens, headings);
  const resolve = resolver(page, links, files);
  const inGlossary = page.path.endsWith("/glossary.md");
  marked.use({
    renderer: {
      heading(token) {
        const { id } = headings.get(token)!;
        const inner = this.parser.parseInline(token.tokens);
        if (token.depth === 1) return `<h1 id="${id}">${inner}</h1>\n`;
        const label = escapeHtml(`Link to “${plain(token)}”`);
        return `<h${token.depth} id="${id}">${inner} <a class="anchor" href="#${id}" aria-label="${label}">#</a></h${token.depth}>\n`;
      },
      code({ text, lang = "", codeBlockStyle }) {
        if (lang === "math") return `<div class="formula scroll">${formula(text, true)}</div>\n`;
        return highlight(text, codeBlockStyle === "indented" ? undefined : lang);
      },
      link(token) {
        const { href, label } = resolve(token);
        const inner = label === undefined ? this.parser.parseInline(token.tokens) : escapeHtml(label);
        if (href === undefined) return inner;
        const terms = href.startsWith("glossary.html") ? links.glossary.find(token.text) : [];
        if (terms.length === 0) return `<a href="${escapeHtml(href)}">${inner}</a>`;
        const definition = terms.map(({ term, meaning }) => `${term}: ${plainText(meaning)}`).join("\n");
        const anchor = links.glossary.anchor(terms[0]!.term);
        return `<a class="term" href="glossary.html#${anchor}" data-definition="${escapeHtml(definition)}">${inner}</a>`;
      },
      image({ href, text }) {
        const name = shared(page, href, files);
        const { width, height } = pngSize(join(ROOT, files.get(name)!));
        return `<img src="${name}" alt="${escapeHtml(text)}" width="${width}" height="${height}" loading="lazy">`;
      },
      table({ header, rows }) {
        const cells = (row: readonly Tokens.TableCell[], tag: string) =>
          row
            .map(
              (cell) =>
                `<${tag}${cell.align ? ` class="${cell.align}"` : ""}>${this.parser.parseInline(cell.tokens)}</${tag}>`,
            )
            .join("");
        const body = rows.map((row) => {
          const id = inGlossary ? ` id="${links.glossary.anchor(row[0]!.text)}"` : "";
          return `<tr${id}>${cells(row, "td")}</tr>`;
        });
        return `<div class="scroll"><table><thead><tr>${cells(header, "th")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>\n`;
      },
    },
  });
  // A line does not begin with the comma after a formula.
  const html = marked.parser(tokens).replace(/(<\/math>)<\/span>([,.;:)]+)/g, "$1$2</span>");
  return { html, headings: [...headings.values()], sections: sectionsOf(tokens, headings), files };
}

/** Text without the marks of Markdown, for places that show no markup. */
export function plainText(markdown: string): string {
  return new Marked({ extensions: [INLINE_MATH] }).lexer(markdown).map(plain).join(" ").trim();
}

/** `$…$` is a formula in TeX, as on GitHub. */
const INLINE_MATH: TokenizerAndRendererExtension = {
  name: "math",
  level: "inline",
  start: (source) => source.match(/\$\S/)?.index,
  tokenizer(source) {
    const match = /^\$(?!\s)((?:\\.|[^$\\\n])+?)(?<!\s)\$(?!\d)/.exec(source);
    return match ? { type: "math", raw: match[0], text: match[1]! } : undefined;
  },
  renderer: ({ text }) => formula(text, false),
};

/** MathML, which browsers set without fonts or style sheets of a library. */
function formula(tex: string, displayMode: boolean): string {
  return katex.renderToString(tex, { output: "mathml", displayMode, throwOnError: true });
}

/** Gives each heading its anchor; equal ones are counted, as on GitHub. */
function nameHeadings(tokens: readonly Token[], into: Map<Token, Heading>): void {
  const taken = new Map<string, number>();
  for (const token of tokens) {
    if (token.type !== "heading") continue;
    const { depth, text } = token as Tokens.Heading;
    const anchor = slug(text);
    const times = taken.get(anchor) ?? 0;
    taken.set(anchor, times + 1);
    into.set(token, { depth, text: plain(token), id: times === 0 ? anchor : `${anchor}-${times}` });
  }
}

interface Resolved {
  /** Nothing where the site has no such page and no repository is known. */
  readonly href: string | undefined;
  /** What to call it, where its text is only the name of a file. */
  readonly label?: string;
}

function resolver(page: Page, { pages, repository }: Links, files: Map<string, string>) {
  return ({ href, text }: Tokens.Link): Resolved => {
    if (/^[a-z]+:/.test(href) || href.startsWith("#")) return { href };
    const [, file, query, anchor] = /^([^?#]*)(\?download)?(#.*)?$/.exec(href)!;
    const path = posix.join(posix.dirname(page.path), file!);
    const target = query ? undefined : pages.find((each) => each.path === path);
    if (target) {
      const isFileName = /^[\w./-]+\.(md|ipynb)$/.test(text);
      return { href: target.name + (anchor ?? ""), ...(isFileName && { label: target.label }) };
    }
    if (path.startsWith("docs/")) return { href: shared(page, file!, files) };
    return { href: repository && `${repository}/blob/HEAD/${path}${anchor ?? ""}` };
  };
}

/** The path on the site of a file in docs/, which is noted to be copied. */
function shared(page: Page, href: string, files: Map<string, string>): string {
  const path = posix.join(posix.dirname(page.path), href);
  const name = posix.relative("docs", path);
  files.set(name, path);
  return name;
}

/** Width and height of a PNG file, as its header says. */
function pngSize(file: string): { width: number; height: number } {
  const header = readFileSync(file);
  return { width: header.readUInt32BE(16), height: header.readUInt32BE(20) };
}

function sectionsOf(tokens: readonly Token[], headings: ReadonlyMap<Token, Heading>): Section[] {
  const sections: { heading: Heading | undefined; parts: string[] }[] = [];
  for (const token of tokens) {
    const heading = headings.get(token);
    if (heading || sections.length === 0) sections.push({ heading, parts: [] });
    if (!heading) sections.at(-1)!.parts.push(plain(token));
  }
  return sections.map(({ heading, parts }) => ({ heading, text: parts.join(" ").replace(/\s+/g, " ").trim() }));
}

/** The words of a token, without markup. */
function plain(token: Token): string {
  if (token.type === "table") {
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows].map((row) => row.map((cell) => inlinePlain(cell.tokens)).join(" · ")).join("\n");
  }
  if (token.type === "list")
    return (token as Tokens.List).items.map((item) => item.tokens.map(plain).join(" ")).join("\n");
  if ("tokens" in token && token.tokens) return inlinePlain(token.tokens);
  if (token.type === "space" || token.type === "image") return "";
  if (token.type === "math" || (token as Tokens.Code).lang === "math")
    return withoutCommands((token as Tokens.Code).text);
  return unescaped("text" in token ? String(token.text) : token.raw);
}

function inlinePlain(tokens: readonly Token[]): string {
  return tokens.map(plain).join("");
}

/** TeX as one would type it in a search: letters, digits and signs. */
function withoutCommands(tex: string): string {
  return tex.replace(/\\[a-zA-Z]+|\\.|[{}&]/g, " ");
}

/** The lexer escapes the text of some tokens for HTML. */
function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}
