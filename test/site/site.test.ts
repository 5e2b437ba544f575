import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildSite } from "../../site/build.ts";
import { siteGroups } from "../../site/pages.ts";
import { openPage, useBrowser } from "../browser/browser.ts";
import { hostFolder, type StaticHost } from "./host.ts";

const { skip, note } = useBrowser();
const folder = mkdtempSync(join(tmpdir(), "isoflop-site-"));
/** Pages that have between them all that pages have: pictures, tables, code, output, formulas, terms. */
const SAMPLE = ["index.html", "surface.html", "tables.html", "notebook.html", "404.html"];
const names = siteGroups().flatMap(({ pages }) => pages.map(({ name }) => name));
let host: StaticHost;

beforeAll(async () => {
  if (skip) return;
  await buildSite(folder);
  host = await hostFolder(folder, "/any/path/");
});
afterAll(() => host?.close());

const START = { disk: () => pathToFileURL(join(folder, "index.html")).href, HTTP: () => host.url };
const heading = (page: Page) => page.locator("h1").first().textContent();

test.skipIf(skip).each([
  ["disk", 390],
  ["HTTP", 1280],
] as const)(`a reader finds, reads and copies: from %s, %i pixels wide${note}`, async (from, width) => {
  const { page, expectClean, expectAccessible } = await openPage(START[from](), { viewport: { width, height: 844 } });

  // By search: the index comes with the first look, arrows and Enter lead to the section.
  await page.keyboard.press("/");
  await page.keyboard.type("bias of aproach");
  await page.locator("#site-results a").first().waitFor();
  if (from === "HTTP") await expectAccessible();
  expect(await page.locator("#site-results a").first().textContent()).toContain("The bias of approach 2");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/fitters\.html#the-bias-of-approach-2$/);
  expect(await heading(page)).toContain("Fitters");
  const below = await page
    .locator("#the-bias-of-approach-2")
    .evaluate((element) => element.getBoundingClientRect().top);
  const bar = await page.locator("header").evaluate((element) => element.getBoundingClientRect().bottom);
  expect(below).toBeGreaterThanOrEqual(bar);

  // A term of the glossary comes first.
  await page.locator("#site-search").fill("interquartile");
  await page.locator("#site-results a", { hasText: "Glossary" }).waitFor();
  expect(await page.locator("#site-results a").first().getAttribute("href")).toBe("glossary.html#term-iqm");
  await page.keyboard.press("Escape");

  // By the list of pages, which a phone shows on demand.
  if (width < 800) {
    expect(await page.locator("#site-pages").isVisible()).toBe(false);
    await page.getByRole("button", { name: "Menu" }).click();
  }
  await page.locator("#site-pages").getByRole("link", { name: "How loss behaves" }).click();
  await page.waitForURL(/surface\.html$/);
  expect(await page.locator("#site-pages [aria-current]").textContent()).toBe("How loss behaves");

  // By the next page.
  await page.locator("a[rel=next]").click();
  await page.waitForURL(/tables\.html$/);

  // The playground is one step away, and back.
  await page.getByRole("link", { name: "Play it in the browser" }).click();
  await page.waitForURL(/playground\.html/);
  await page.getByRole("link", { name: "Docs" }).click();
  await page.waitForURL(/index\.html$/);
  await page.goto(new URL("tables.html", page.url()).href);

  // A block of code is copied whole.
  await page.locator(".code", { hasText: "--where data=web" }).getByRole("button", { name: "Copy" }).click();
  await page.getByText(/^(Copied|Selected)$/).waitFor();
  expectClean();
});

test.skipIf(skip)(`a term shows its meaning on hover, focus and tap${note}`, async () => {
  const url = pathToFileURL(join(folder, "statistics.html")).href;
  const { page, expectClean } = await openPage(url, { hasTouch: true, viewport: { width: 390, height: 844 } });
  const term = page.locator("a.term", { hasText: "nats" }).first();
  const meaning = page.getByRole("tooltip");
  await term.hover();
  expect(await meaning.textContent()).toContain("cross-entropy per token");
  const box = await meaning.boundingBox();
  expect(box!.x).toBeGreaterThanOrEqual(0);
  expect(box!.x + box!.width).toBeLessThanOrEqual(390);
  await page.keyboard.press("Escape");
  expect(await meaning.isVisible()).toBe(false);
  await term.focus();
  expect(await meaning.isVisible()).toBe(true);
  expect(await term.getAttribute("aria-describedby")).toBe(await meaning.getAttribute("id"));
  await page.keyboard.press("Escape");
  await term.blur();
  await term.tap();
  expect(await meaning.isVisible()).toBe(true);
  expect(page.url()).toContain("statistics.html");
  await term.tap();
  await page.waitForURL(/glossary\.html#term-nats$/);
  expectClean();
});

test.skipIf(skip)(`the theme is the system's until another is chosen, which other pages keep${note}`, async () => {
  const { page } = await openPage(host.url, { colorScheme: "light" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await paper();
  expect(dark).not.toBe(light);
  await page.getByRole("button", { name: "Theme" }).click();
  expect(await paper()).toBe(light);
  await page.goto(`${host.url}glossary.html`);
  expect(await paper()).toBe(light);
});

test.skipIf(skip)(`an address that does not exist leads back to the site, at any depth${note}`, async () => {
  const { page } = await openPage(`${host.url}no/such/page`);
  expect(await heading(page)).toBe("There is no such page");
  await page.locator("base").waitFor({ state: "attached" });
  await page.locator("#site-search").fill("journal");
  await page.locator("#site-results a").first().waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "start", exact: true }).click();
  await page.waitForURL(`${host.url}index.html`);
});

test.skipIf(skip)(`a search whose index could not be loaded loads it again at the next letter${note}`, async () => {
  const { page } = await openPage(host.url);
  await page.route("**/search-index.js", (route) => route.abort());
  await page.locator("#site-search").fill("journal");
  await page.getByText("could not be loaded").waitFor();
  await page.unroute("**/search-index.js");
  await page.locator("#site-search").fill("journals");
  await page.locator("#site-results a").first().waitFor();
});

test.skipIf(skip)(`a printed page is light and has its text and nothing to click${note}`, async () => {
  const { page } = await openPage(`${host.url}fitters.html`, { colorScheme: "light" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("button", { name: "Theme" }).click();
  expect(await paper()).not.toBe(light);
  await page.emulateMedia({ media: "print" });
  expect(await paper()).toBe(light);
  for (const hidden of [".bar", "#site-pages", ".neighbors", ".copy"])
    expect(await page.locator(hidden).first().isVisible(), hidden).toBe(false);
  expect(await page.locator("article").isVisible()).toBe(true);
});

test.skipIf(skip)(`everyone can read every page, light and wide or dark and narrow${note}`, async () => {
  const { page, expectClean, inEveryLook } = await openPage(host.url);
  const widths = [320, 1280];
  for (const name of [...names, "404.html"]) {
    await page.goto(host.url + name);
    if (SAMPLE.includes(name)) await inEveryLook();
    else
      for (const width of widths) {
        await page.setViewportSize({ width, height: 844 });
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), name).toBe(0);
      }
    // The next page begins as wide as this one ended: each change of it lays the page out again.
    widths.reverse();
  }
  expectClean();
});
