import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { gzipSync } from "node:zlib";
import { buildSite } from "../../site/build.ts";
import { median } from "../../src/statistics/quantile.ts";

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
    const pages = readdirSync(folder).filter((name) => name.endsWith(".html") && name !== "playground.html");
    const weights = pages.map((name) => ({ name, kB: kB(name) })).sort((a, b) => b.kB - a.kB);
    const [heaviest] = weights;
    const all = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .reduce((sum, entry) => sum + readFileSync(join(entry.parentPath, entry.name)).length, 0);
    console.log(
      `Site, ${count} pages, built in ${seconds.toFixed(1)} s (compressed with gzip; aim: playground ≤ 700 kB)`,
    );
    console.log(`playground   ${kB("playground.html").toFixed(0)} kB, everything inside`);
    console.log(
      `a docs page  ${median(weights.map((page) => page.kB)).toFixed(1)} kB in the median, ${heaviest!.kB.toFixed(1)} kB at most (${heaviest!.name}), and once ${(kB("site.css") + kB("site.js")).toFixed(1)} kB of style and script`,
    );
    console.log(`search       ${kB("search-index.js").toFixed(0)} kB, loaded at the first search`);
    console.log(`whole folder ${(all / 1e6).toFixed(1)} MB, not compressed`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
