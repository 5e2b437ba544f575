import { escapeHtml } from "../src/report/html.ts";
import { type Heading, plainText, type RenderedPage } from "./markdown.ts";
import type { Group, Page } from "./pages.ts";

/** The file of the playground on the site. */
export const PLAYGROUND = "playground.html";

/** What every page has around its text. */
export interface Frame {
  readonly groups: readonly Group[];
  /** Where the source is published, if it is. */
  readonly repository: string | undefined;
}

/** A page of the documentation: its text between the list of pages and that of its sections. */
export function pageHtml(page: Page, { html, headings, sections }: RenderedPage, frame: Frame): string {
  const order = frame.groups.flatMap(({ pages }) => pages);
  const at = order.indexOf(page);
  const isStart = page.name === "index.html";
  const contents = contentsList(headings.filter(({ depth }) => depth === 2 || depth === 3));
  const small = contents && `<details class="contents"><summary>On this page</summary>${contents}</details>\n`;
  const body = `<article>
${html.replace("</h1>\n", (end) => end + small)}</article>
${neighbors(order[at - 1], order[at + 1])}`;
  const opening = sections.find(({ text }) => text !== "")?.text ?? page.title;
  const description = opening.length > 160 ? `${opening.slice(0, opening.lastIndexOf(" ", 159))} …` : opening;
  return documentHtml({
    title: isStart ? "isoflop: rehearse a scaling-law budget" : `${plainText(page.title)} · isoflop`,
    head: `<meta name="description" content="${escapeHtml(description)}">
<link rel="stylesheet" href="site.css">
<script src="site.js" defer></script>`,
    body: framed(body, frame, page, contents),
  });
}

/**
 * The page for an address that does not exist. A host serves it under any address, so style and script are inside, and
 * the script finds where the site begins.
 */
export function missingPageHtml(frame: Frame, style: string, script: string): string {
  const body = `<article><h1 id="missing">There is no such page</h1>
<p>Search above, or begin at the <a href="index.html">start</a>.</p></article>`;
  return documentHtml({
    title: "No such page · isoflop",
    head: `<style>${style}</style>`,
    body: `${framed(body, frame, undefined, "")}\n<script>${script}</script>`,
  });
}

function documentHtml({ title, head, body }: { title: string; head: string; body: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="${FAVICON}">
<script>try { document.documentElement.dataset.theme = localStorage.getItem("isoflop-theme") ?? "system" } catch {}</script>
${head}
</head>
<body>
${body}
</body>
</html>
`;
}

function framed(body: string, frame: Frame, page: Page | undefined, contents: string): string {
  return `<a class="skip" href="#site-main">Skip to the text</a>
<header class="bar">
  <button type="button" id="site-menu" aria-expanded="false" aria-controls="site-pages">Menu</button>
  <a class="brand" href="index.html">${LOGO}isoflop</a>
  <search class="search">
    <input type="search" id="site-search" placeholder="Search" aria-label="Search the documentation" aria-controls="site-results" autocomplete="off" spellcheck="false" enterkeyhint="search">
    <div id="site-results" class="results" hidden></div>
  </search>
  <a class="play" href="${PLAYGROUND}">Play<span> it in the browser</span></a>
  <button type="button" id="site-theme">Theme</button>
</header>
<div class="layout">
<nav id="site-pages" class="pages" aria-label="Pages">
${frame.groups.map((group) => groupHtml(group, page)).join("\n")}
${frame.repository ? `<p><a href="${escapeHtml(frame.repository)}">Source</a></p>` : ""}
</nav>
<main id="site-main" tabindex="-1">
${body}
</main>
${contents && `<nav class="contents" aria-labelledby="site-contents-title"><h2 id="site-contents-title">On this page</h2>${contents}</nav>`}
</div>`;
}

/** The sections of a page, where there are several. */
function contentsList(headings: readonly Heading[]): string {
  const items = headings.map(
    ({ depth, id, text }) => `<li class="depth-${depth}"><a href="#${id}">${escapeHtml(text)}</a></li>`,
  );
  return items.length > 1 ? `<ul>${items.join("")}</ul>` : "";
}

function groupHtml({ title, pages }: Group, current: Page | undefined): string {
  const items = pages.map(({ name, label, path }) => {
    const here = path === current?.path ? ' aria-current="page"' : "";
    return `<li><a href="${name}"${here}>${escapeHtml(label)}</a></li>`;
  });
  return `<h2>${escapeHtml(title)}</h2>\n<ul>${items.join("")}</ul>`;
}

function neighbors(previous: Page | undefined, next: Page | undefined): string {
  const link = (page: Page | undefined, rel: string, word: string) =>
    page ? `<a rel="${rel}" href="${page.name}"><span>${word}</span> ${escapeHtml(page.label)}</a>` : "";
  return `<nav class="neighbors" aria-label="Next pages">${link(previous, "prev", "Previous")}${link(next, "next", "Next")}</nav>`;
}

const FAVICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='7' fill='%230b6e99'/%3E%3Cpath d='M6 8c3 15 17 15 20 0' fill='none' stroke='%23fff' stroke-width='3' stroke-linecap='round'/%3E%3Ccircle cx='16' cy='19.3' r='3.4' fill='%23ffb000'/%3E%3C/svg%3E";
const LOGO =
  '<svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true"><rect class="brand-tile" width="32" height="32" rx="7"/><path class="brand-curve" d="M6 8c3 15 17 15 20 0"/><circle class="brand-dot" cx="16" cy="19.3" r="3.4"/></svg>';
