import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { marked, type Token, type Tokens } from "marked";
import { notebookMarkdown } from "./notebook.ts";

/** The checkout. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** A page of the documentation. */
export interface Page {
  /** Its source in the checkout, such as `docs/fitters.md`. */
  readonly path: string;
  /** Its file on the site, such as `fitters.html`. */
  readonly name: string;
  /** What lists of pages and links call it. */
  readonly label: string;
  /** Its first heading. */
  readonly title: string;
  readonly markdown: string;
}

/** Pages under one heading of the sidebar. */
export interface Group {
  readonly title: string;
  readonly pages: readonly Page[];
}

/** The page that lists the others: its headings and links make the sidebar. */
const INDEX = "docs/README.md";

/**
 * All pages in reading order: the README, then those that docs/README.md lists under its headings, then the project's.
 * Throws for a page of docs/ that docs/README.md does not list.
 */
export function siteGroups(): Group[] {
  const listed = listedPages(readText(INDEX));
  const groups = [
    group("Start", [
      ["README.md", "Start here"],
      [INDEX, "All pages"],
    ]),
    ...listed.map(({ title, links }) => group(title, links)),
    group("Project", [
      ["CONTRIBUTING.md", "Contributing"],
      ["CHANGELOG.md", "Changelog"],
      ["LICENSE", "License"],
    ]),
  ];
  const known = new Set(groups.flatMap(({ pages }) => pages.map(({ path }) => path)));
  for (const path of globSync("docs/*.{md,ipynb}", { cwd: ROOT }).sort())
    if (!known.has(path.replaceAll("\\", "/")))
      throw new Error(`${path} is not a page of the site: list it in ${INDEX}`);
  return groups;
}

/** The anchor of a heading, as GitHub makes it. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

type Link = readonly [path: string, label: string];

/** The headings of the index, each with the links of the list below it. */
function listedPages(index: string): { title: string; links: Link[] }[] {
  const found: { title: string; links: Link[] }[] = [];
  for (const token of marked.lexer(index)) {
    if (token.type === "heading" && token.depth === 2) found.push({ title: token.text, links: [] });
    if (token.type !== "list") continue;
    marked.walkTokens([token], (inner: Token) => {
      if (inner.type !== "link") return;
      const { href, text } = inner as Tokens.Link;
      const path = posix.join(posix.dirname(INDEX), href);
      found.at(-1)?.links.push([path, text[0]!.toUpperCase() + text.slice(1)]);
    });
  }
  return found;
}

function group(title: string, links: readonly Link[]): Group {
  return { title, pages: links.map(([path, label]) => readPage(path, label)) };
}

function readPage(path: string, label: string): Page {
  const text = readText(path);
  const markdown = path.endsWith(".ipynb")
    ? notebookMarkdown(text, posix.basename(path))
    : path.endsWith(".md")
      ? text
      : `# ${label}\n\n${text}`;
  return { path, name: siteName(path), label, title: /^# (.+)$/m.exec(markdown)?.[1] ?? label, markdown };
}

/** Folders fall away; the README is the start. */
function siteName(path: string): string {
  if (path === "README.md") return "index.html";
  const [, folder, file] = /^(?:(.*)\/)?([^/.]+)/.exec(path)!;
  return `${file === "README" ? folder : file}.html`.toLowerCase();
}

function readText(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}
