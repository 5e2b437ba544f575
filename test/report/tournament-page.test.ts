import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportFiles, writeReport } from "../../src/report/tournament/files.ts";
import { analyzeTournament } from "../../src/tournament/analysis/analyze.ts";
import { Columns } from "../../src/tournament/columns.ts";
import { loadEntrants } from "../../src/tournament/entrant.ts";
import { resultsPath, type TournamentFolder, writeTournament } from "../../src/tournament/folder.ts";
import { localExecutor } from "../../src/tournament/local-executor.ts";
import { claimOf } from "../../src/tournament/questions.ts";
import { playTournament } from "../../src/tournament/tournament.ts";
import { openPage, useBrowser } from "../browser/browser.ts";
import { worldsForTest } from "../tournament/world.ts";

const { skip, note } = useBrowser();

describe.skipIf(skip)(`the page of a tournament, opened from disk${note}`, () => {
  let folder: string;
  let url: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "isoflop-page-"));
    const throwing = "test/tournament/strategies/throws.ts";
    const entrants = await loadEntrants(
      `two-stage-isoflops,isoflops-parametric,literature-only,random-affordable,${throwing}`,
    );
    const [first, ...others] = worldsForTest(6);
    const worlds = [{ ...first!, name: "elsewhere/first", tags: ["rare"] }, ...others];
    const ranked = entrants.map(({ name }) => name);
    const plan = { entrants, worlds, repetitions: 2, seed: 0, thinkingSeconds: 2 };
    const tournament: TournamentFolder = {
      plan,
      ranked,
      manifest: {
        version: "0.0.0",
        engine: "test",
        node: process.version,
        source: "simulated",
        suite: "<test> & co",
        suiteHash: "test",
        worlds: worlds.length,
        repetitions: 2,
        seed: 0,
        thinkingSeconds: 2,
        strategies: entrants,
        control: "random-affordable",
        command: 'isoflop compare --suite "<test>"',
      },
    };
    writeTournament(folder, tournament);
    const columns = new Columns(entrants.length, worlds.length, 2);
    await playTournament({
      plan,
      file: resultsPath(folder),
      executor: localExecutor(2),
      workers: 2,
      signal: new AbortController().signal,
      onResult: (result, place) => columns.add(result, place),
    });
    const files = reportFiles(folder);
    const analysis = analyzeTournament(tournament, columns);
    const claim = claimOf({ question: "course", suite: "test", worlds: [] }, analysis);
    await writeReport(folder, tournament, analysis, files, [], claim);
    url = pathToFileURL(files.page).href;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("shows every section, without an error or a request", async () => {
    const { page, expectClean, expectAccessible } = await openPage(url);
    const titles = await page.locator("h2").allTextContents();
    expect(titles.map((title) => title.replace(/#$/, ""))).toEqual([
      "Leaderboard",
      "Regret",
      "Significant differences",
      "By suite and tag",
      "Profiles",
      "If stopped early",
      "Errors and intervals",
      "World by world",
      "Reproduce this",
    ]);
    expect(await page.locator("figure svg").count()).toBe(8);
    expect(await page.locator("p.size").textContent()).toContain(
      "Suite <test> & co: 6 worlds × 2 repetitions × 5 strategies = 60 runs",
    );
    expect(await page.locator("#leaderboard li").textContent()).toBe("12× throws: out of ideas");
    await expectAccessible();
    expectClean();
  });

  it("begins with the result in words, and has a sentence and a verdict for each strategy", async () => {
    const { page } = await openPage(url);
    expect(await page.locator(".claim").textContent()).toMatch(/ leads on the course question; /);
    expect(await page.locator("#leaderboard .board thead th").count()).toBe(5);
    const leader = page.locator("#leaderboard .board tbody tr").first();
    expect(await leader.locator("small").first().textContent()).not.toBe("");
    expect(await leader.locator("td").last().textContent()).toBe("the leader");
  });

  it("opens a section that a link leads to", async () => {
    const { page } = await openPage(`${url}#ranks`);
    await expect.poll(() => page.locator("#ranks h3").isVisible()).toBe(true);
    await page.locator("nav a", { hasText: "Profiles" }).click();
    await expect.poll(() => page.locator("#profiles figure").isVisible()).toBe(true);
  });

  it("takes at most 600 kB", () => {
    expect(statSync(fileURLToPath(url)).size).toBeLessThan(600_000);
  });

  it("sorts by a column, and back", async () => {
    const { page } = await openPage(url);
    const column = (index: number) => page.locator(`#numbers tbody td:nth-child(${index})`).allTextContents();
    await page.locator("#numbers > summary").click();
    await page.getByRole("button", { name: "rank" }).click();
    const ranks = (await column(8)).map(Number);
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    await page.getByRole("button", { name: "rank" }).click();
    expect((await column(8)).map(Number)).toEqual(ranks.toReversed());
    await page.locator("#leaderboard").getByRole("button", { name: "strategy" }).click();
    const names = await column(1);
    expect(names).toEqual(names.toSorted());
    await page.getByRole("button", { name: "loss error" }).click();
    const sizes = (await column(10)).map((text) => Math.abs(Number(text.replace("−", "-"))));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  });

  it("drills down into a world and a strategy", async () => {
    const { page, expectClean } = await openPage(`${url}#worlds`);
    await page.locator("#drawing svg").waitFor();
    await page.locator("#world").selectOption("test/3");
    await page.locator("#strategy").selectOption("two-stage-isoflops");
    expect(await page.locator("#drawing circle.run").count()).toBe(13);
    expect(await page.locator("#drawing polyline").count()).toBe(4);
    expect(await page.locator("#said").textContent()).toMatch(/13 runs bought; submitted .* regret \d/);
    await page.locator("#strategy").selectOption("throws");
    expect(await page.locator("#said").textContent()).toContain("failed: out of ideas");
    await page.locator("#worlds details > summary").click();
    await page.locator("#world-table tbody tr", { hasText: "test/4" }).click();
    expect(await page.locator("#world").inputValue()).toBe("test/4");
    expect(await page.locator("#world-table tr[aria-selected=true]").textContent()).toContain("test/4");
    expectClean();
  });

  it("reads at phone width: nothing but tables and figures scrolls sideways", async () => {
    const { page } = await openPage(url, { viewport: { width: 360, height: 740 }, colorScheme: "dark" });
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(360);
  });

  it("prints: the pickers go, no table is cut off", async () => {
    const { page } = await openPage(url, { viewport: { width: 720, height: 1000 } });
    await page.emulateMedia({ media: "print" });
    expect(await page.locator(".picker").isVisible()).toBe(false);
    expect(await page.evaluate("document.querySelector('#leaderboard .board').scrollWidth")).toBeLessThanOrEqual(720);
  });

  it("says the same numbers as JSON and CSV", () => {
    const read = (name: string) => readFileSync(join(folder, name), "utf8");
    const { standings } = JSON.parse(read("leaderboard.json")) as {
      standings: { name: string; regret: { iqm: number } }[];
    };
    const [header, ...rows] = read("leaderboard.csv")
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    const at = header?.indexOf("regret.iqm") as number;
    expect(rows.map((row) => [row[0], Number(row[at])])).toEqual(
      standings.map(({ name, regret }) => [name, regret.iqm]),
    );
    expect(read("leaderboard-runs.csv").trimEnd().split("\n")).toHaveLength(61);
  });
});
