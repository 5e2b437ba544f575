import { existsSync, globSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseHTML } from "linkedom";
import { beforeAll, describe, expect, it } from "vitest";
import { buildSite } from "../../site/build.ts";
import { readGlossary } from "../../site/glossary.ts";
import { renderPage } from "../../site/markdown.ts";
import { type Page, siteGroups } from "../../site/pages.ts";
import { PAGES } from "../docs/pages.ts";

const folder = mkdtempSync(join(tmpdir(), "isoflop-site-"));
const documents = new Map<string, Document>();
const groups = siteGroups();
const pages = groups.flatMap((group) => group.pages);

beforeAll(async () => {
  await buildSite(folder);
  for (const name of globSync("*.html", { cwd: folder })) {
    if (name.startsWith("playground")) continue;
    documents.set(name, parseHTML(readFileSync(join(folder, name), "utf8")).document as unknown as Document);
  }
});

const linksOf = (document: Document) =>
  [...document.querySelectorAll("[href], [src]")].map((element) => ({
    text: element.textContent ?? "",
    href: element.getAttribute("href") ?? element.getAttribute("src") ?? "",
  }));

/** What is wrong with an address on a page of the built site, if anything is. */
function fault(name: string, href: string): string | undefined {
  if (/^(https:|data:)/.test(href)) return URL.canParse(href) ? undefined : "no address";
  if (/^[a-z]+:|^\//.test(href)) return "leaves the folder";
  const [file, anchor] = href.split("#");
  if (file !== "" && !existsSync(join(folder, file!))) return "no such file";
  const target = documents.get(file || name);
  return anchor && !target?.getElementById(decodeURIComponent(anchor)) ? "no such anchor" : undefined;
}

it("has every page of the documentation, once", () => {
  expect(pages.map(({ path }) => path)).toEqual(expect.arrayContaining([...PAGES]));
  expect(new Set(pages.map(({ name }) => name)).size).toBe(pages.length);
});

it("has only links that lead to a page, an anchor or a file of the site, or to a published address", () => {
  const faults = [...documents].flatMap(([name, document]) =>
    linksOf(document).flatMap(({ href }) => {
      const found = fault(name, href);
      return found ? [`${name}: ${href}: ${found}`] : [];
    }),
  );
  expect(faults).toEqual([]);
  expect(fault("index.html", "fitters.html#no-such-heading")).toBe("no such anchor");
});

it("calls linked pages by their titles, not by their files", () => {
  for (const [name, document] of documents)
    for (const { text } of linksOf(document)) expect(text, name).not.toMatch(/^[\w./-]+\.(md|ipynb)$/);
});

it("gives no element of a page the same id as another", () => {
  for (const [name, document] of documents) {
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    expect([...new Set(ids)], name).toEqual(ids);
  }
});

it("says what each linked term of the glossary means", () => {
  for (const [name, document] of documents)
    for (const link of document.querySelectorAll("article a[href^='glossary.html']"))
      if (!/glossary/i.test(link.textContent ?? ""))
        expect(link.getAttribute("data-definition"), `${name}: ${link}`).toBeTruthy();
});

it("leads through all pages by the links to the next one, and back", () => {
  const follow = (rel: string, from: string) => {
    const names = [from];
    for (;;) {
      const next = documents.get(names.at(-1)!)?.querySelector(`a[rel=${rel}]`)?.getAttribute("href");
      if (!next) return names;
      names.push(next);
    }
  };
  const names = pages.map(({ name }) => name);
  expect(follow("next", names[0]!)).toEqual(names);
  expect(follow("prev", names.at(-1)!)).toEqual(names.toReversed());
});

describe("a link to a file of the checkout that is no page", () => {
  const page: Page = {
    path: "docs/x.md",
    name: "x.html",
    label: "X",
    title: "X",
    markdown: "# X\n\n[the code](../src/index.ts)",
  };
  const links = { pages: [page], glossary: readGlossary("") };

  it("leads to the repository where one is known", () => {
    expect(renderPage(page, { ...links, repository: "https://example.org/a/b" }).html).toContain(
      'href="https://example.org/a/b/blob/HEAD/src/index.ts"',
    );
  });

  it("is text where none is known", () => {
    expect(renderPage(page, { ...links, repository: undefined }).html).toContain("<p>the code</p>");
  });
});

describe("a formula", () => {
  const rendered = (markdown: string) => {
    const page: Page = { path: "docs/x.md", name: "x.html", label: "X", title: "X", markdown };
    return renderPage(page, { pages: [page], glossary: readGlossary(""), repository: undefined }).html;
  };

  it("between dollar signs, or in a block of its own, is set as MathML", () => {
    expect(rendered("The law $E + A/N^\\alpha$ holds.")).toMatch(/<math .*<msup><mi>N<\/mi><mi>α<\/mi><\/msup>/);
    expect(rendered("```math\nx^2\n```")).toMatch(/<math .*display="block"/);
  });

  it("that is wrong stops the build", () => {
    expect(() => rendered("$\\frac{1}$")).toThrow();
  });

  it("is not seen in code or in amounts of money", () => {
    expect(rendered("`$HOME` and `$PATH`, between $5 and $6")).not.toContain("<math");
  });
});
