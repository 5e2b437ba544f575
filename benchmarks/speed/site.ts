import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium, type Page } from "playwright-core";
import { buildSite } from "../../site/build.ts";
import { median } from "../../src/statistics/quantile.ts";
import { CHROMIUM } from "../chromium.ts";
import { longestTask } from "./dashboard.ts";

/** Bytes as a host sends them: texts compressed with gzip, pictures as they are. */
function sentBytes(path: string): number {
  const bytes = readFileSync(path);
  return extname(path) === ".png" ? bytes.length : gzipSync(bytes, { level: 9 }).length;
}

/** Prints how long the site takes to build, and what its pages weigh. */
export async function reportSite(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-site-"));
  try {
    const start = performance.now();
    const count = await buildSite(folder);
    const seconds = (performance.now() - start) / 1000;
    const kB = (name: string) => sentBytes(join(folder, name)) / 1000;
    const pages = readdirSync(folder).filter((name) => name.endsWith(".html") && !name.startsWith("playground"));
    const weights = pages.map((name) => ({ name, kB: kB(name) })).sort((a, b) => b.kB - a.kB);
    const [heaviest] = weights;
    const all = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).length, 0);
    console.log(
      `Site, ${count} pages, built in ${seconds.toFixed(1)} s (compressed with gzip; aim: playground ≤ 700 kB)`,
    );
    console.log(`playground   ${kB("playground.html").toFixed(0)} kB, everything inside`);
    for (const { what, wall, processor } of await playgroundFrames(pathToFileURL(join(folder, "playground.html")).href))
      console.log(
        `             longest task of the page while ${what}: ${wall.toFixed(0)} ms, ${processor.toFixed(0)} ms of them on a processor (aim: < 100 ms)`,
      );
    console.log(
      `a docs page  ${median(weights.map((page) => page.kB)).toFixed(1)} kB in the median, ${heaviest!.kB.toFixed(1)} kB at most (${heaviest!.name}), and once ${(kB("site.css") + kB("site.js")).toFixed(1)} kB of style and script`,
    );
    console.log(`search       ${kB("search-index.js").toFixed(0)} kB, loaded at the first search`);
    console.log(`whole folder ${(all / 1e6).toFixed(1)} MB, not compressed`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The longest tasks of a page's main thread, in milliseconds: by the wall clock, and of the processor. */
interface LongestTask {
  readonly what: string;
  readonly wall: number;
  readonly processor: number;
}

/** A session on the playground in Chromium, part by part. */
async function playgroundFrames(url: string): Promise<LongestTask[]> {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const frames: LongestTask[] = [];
    const watch = async (what: string, act: (page: Page) => Promise<unknown>) => {
      await browser.startTracing(page, { categories: ["toplevel", "disabled-by-default-devtools.timeline"] });
      await act(page);
      const trace = await browser.stopTracing();
      frames.push({ what, wall: longestTask(trace), processor: longestTask(trace, "tdur") });
    };
    await watch("it opens", async () => {
      await page.goto(url);
      await page.locator("#verdict", { hasText: "Costs" }).waitFor();
    });
    await watch("five runs are bought", async () => {
      await page.click("#buy-five");
      await page.locator("#isoflop svg").waitFor();
      await page.locator("#fits tbody tr").nth(3).waitFor();
    });
    await watch("the champion plays the rest", async () => {
      await page.click("#play");
      await page.getByText("It bought").waitFor();
    });
    await watch("a submission is graded and all strategies play", async () => {
      await page.click("#submission button[type=submit]");
      await page.getByText(/^Rank/).waitFor();
    });
    return frames;
  } finally {
    await browser.close();
  }
}
