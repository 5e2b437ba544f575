import { marked } from "marked";
import { escapeHtml, htmlPage } from "../src/report/html.ts";

/** A page of the documentation, as the site has it. */
export interface SitePage {
  /** Its path in the checkout, such as `docs/fitters.md`. */
  readonly path: string;
  readonly markdown: string;
}

/**
 * A page as HTML: links to other pages of the site lead to their HTML, headings have the anchors that GitHub gives
 * them.
 */
export function sitePage({ path, markdown }: SitePage, pages: readonly SitePage[]): string {
  const known = new Set(pages.map((page) => siteName(page.path)));
  const renderer = new marked.Renderer();
  renderer.heading = function ({ tokens, depth, text }) {
    return `<h${depth} id="${escapeHtml(slug(text))}">${this.parser.parseInline(tokens)}</h${depth}>\n`;
  };
  const html = marked.parse(markdown, {
    async: false,
    renderer,
    walkTokens(token) {
      if (token.type === "link") token.href = siteLink(token.href as string, path, known);
      if (token.type === "image") token.href = (token.href as string).replace(/^docs\//, "");
    },
  });
  const title = /^# (.+)$/m.exec(markdown)?.[1] ?? path;
  return htmlPage({ title: `${title} · isoflop`, body: `${NAVIGATION}\n${STYLE}\n${html}` });
}

/** The name of a page on the site: the folder falls away, and the index is `index.html`. */
export function siteName(path: string): string {
  if (path === "docs/README.md") return "index.html";
  return `${
    path
      .replace(/^docs\//, "")
      .replace(/\/?README\.md$/, "")
      .replace(/\.md$/, "") || "readme"
  }.html`;
}

/** The anchor of a heading, as GitHub makes it. */
export function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}

/** A link to a page of the site leads there; any other link stays. */
function siteLink(href: string, from: string, known: ReadonlySet<string>): string {
  const [path = "", anchor] = href.split("#");
  if (path === "" || !path.endsWith(".md")) return href;
  const name = siteName(new URL(path, `file:///${from}`).pathname.slice(1));
  return known.has(name) ? name + (anchor === undefined ? "" : `#${anchor}`) : href;
}

const NAVIGATION = `<p class="soft"><a href="index.html">Documentation</a> · <a href="readme.html">README</a></p>`;
const STYLE = `<style>
a { color: var(--accent); } pre { overflow-x: auto; padding: .8rem 1rem; background: var(--band); border-radius: 6px; font-size: .82rem; line-height: 1.4; }
code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em; } pre code { font-size: inherit; }
p, li { max-width: 50rem; } td, th { text-align: left; white-space: normal; } table { display: block; overflow-x: auto; } img { max-width: 100%; }
</style>`;
