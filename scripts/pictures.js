// Takes pictures of the README and the docs again: `npm run pictures` all, `npm run pictures dashboard` one. Needs a
// built checkout and Chromium.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { CHROMIUM } from "../benchmarks/chromium.ts";
import { buildPlayground } from "../site/playground/build.ts";

const CLI = resolve("dist/isoflop.js");
/** The strategies whose runs the dashboard's picture compares. */
const STRATEGIES = ["isoflops-parabola", "ladder"];
const PICTURES = resolve("docs/pictures");
const folder = mkdtempSync(join(tmpdir(), "isoflop-pictures-"));
const isoflop = (...words) =>
  execFileSync(process.execPath, [CLI, ...words], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });

mkdirSync(PICTURES, { recursive: true });
const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
try {
  const takes = { leaderboard, fit, dashboard, playground };
  for (const name of process.argv.length > 2 ? process.argv.slice(2) : Object.keys(takes)) await takes[name]();
} finally {
  await browser.close();
}

/** The page of `npm start`, down to its third strategy. */
async function leaderboard() {
  isoflop("compare", "--suite", "course,table", "--repetitions", "1", "--out", "leaderboard");
  const url = pathToFileURL(join(folder, "leaderboard/leaderboard.html")).href;
  await picture("leaderboard", url, 1100, 900, async (page) => {
    const { y, height } = await page.locator(".board tbody tr").nth(2).boundingBox();
    await page.setViewportSize({ width: 1100, height: Math.ceil(y + height) });
  });
}

/** The course's runs by the handout's recipe. */
async function fit() {
  isoflop("fit", "course", "--method", "minimum", "--target", "1e23,1e24", "--plot", "figures");
  const name = "minimum-N-opt";
  copyFileSync(join(folder, `figures/course-${name}.png`), join(PICTURES, `fit-${name}.png`));
}

async function picture(name, url, width, height, prepare = async () => undefined) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.goto(url);
  await prepare(page);
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
  await page.close();
}

/** The dashboard with the runs of two strategies compared. */
async function dashboard() {
  const server = spawn(process.execPath, [CLI, "serve", "--port", "0", "--world", "stanford-2025/central"]);
  try {
    const [line] = await new Promise((done) => createInterface(server.stdout).once("line", (...words) => done(words)));
    const url = line.replace("isoflop listening on ", "");
    for (const strategy of STRATEGIES) {
      const { runs } = JSON.parse(
        execFileSync(process.execPath, [CLI, "try", strategy, "--world", "stanford-2025/central", "--json"]),
      );
      for (const { dModel, numLayers, numHeads, batchSize, learningRate, trainFlops } of runs) {
        const query = new URLSearchParams({
          d_model: dModel,
          num_layers: numLayers,
          num_heads: numHeads,
          batch_size: batchSize,
          learning_rate: learningRate,
          train_flops: trainFlops,
          api_key: strategy,
        });
        await fetch(`${url}/loss?${query}`);
      }
    }
    await picture("dashboard", `${url}/dashboard`, 1440, 900, async (page) => {
      await page.locator("#fits tbody tr").nth(3).waitFor();
      for (const [i, strategy] of STRATEGIES.entries()) {
        await page.locator("#keys .key").nth(i).click();
        await page.getByRole("button", { name: "Name this key" }).click();
        await page.keyboard.type(strategy);
        await page.keyboard.press("Enter");
      }
      await page.locator("#keys .key").first().click();
      await page.getByLabel(`Compare ${STRATEGIES[1]}`).check();
      await page.locator("#fits tbody").nth(1).locator("tr").nth(4).waitFor();
      await page.evaluate("scrollTo(0, 0)");
    });
  } finally {
    server.kill("SIGTERM");
  }
}

/** The playground, from disk: two curves, the champion's runs, and a graded submission. */
async function playground() {
  const file = join(folder, "playground.html");
  writeFileSync(file, await buildPlayground());
  await picture("playground", pathToFileURL(file).href, 1280, 900, async (page) => {
    await page.getByRole("button", { name: "Buy 5 sizes" }).click();
    await page.getByText("5 runs bought").waitFor();
    await page.getByRole("button", { name: "Let it play the rest" }).click();
    await page.getByText("It bought").waitFor();
    await page.getByRole("button", { name: "Submit and be graded" }).click();
    await page.getByText(/^Rank/).waitFor();
    await page.mouse.move(0, 0);
    await page.evaluate("scrollTo(0, 0)");
  });
}
