import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPlayground } from "../../site/playground/build.ts";
import { loadWorld } from "../../src/cli/load-world.ts";
import { playRivals } from "../../src/experiment/rivals.ts";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { sealedWorld } from "../../src/surface/suites/sealed.ts";
import { FIELDS, type RunConfig } from "../../src/task/configuration.ts";
import { randomStream } from "../../src/task/random.ts";
import { toWire, WIRE_NAMES, wireText } from "../../src/task/stanford-2025/wire.ts";
import { STRATEGIES } from "../../strategies/index.ts";
import { openPage, useBrowser } from "../browser/browser.ts";
import { startMock } from "../mock-server/mock.ts";
import { hostFolder, type StaticHost } from "./host.ts";

const { skip, note } = useBrowser();
const folder = mkdtempSync(join(tmpdir(), "isoflop-playground-"));
let host: StaticHost;

beforeAll(async () => {
  if (skip) return;
  writeFileSync(join(folder, "playground.html"), await buildPlayground());
  host = await hostFolder(folder, "/any/path/");
});
afterAll(() => host?.close());

const ADDRESS = {
  disk: () => pathToFileURL(join(folder, "playground.html")).href,
  HTTP: () => `${host.url}playground.html`,
};
const runs = (page: Page, count: number) => page.locator("#fact-runs", { hasText: new RegExp(`^${count}$`) }).waitFor();
/** Everything that was asked of the network: the page itself, and nothing else. */
const asked = (sent: readonly string[]) => sent.filter((line) => !/^(blob|data):/.test(line));

test.skipIf(skip)(`a whole session, from disk on a phone${note}`, async () => {
  const { page, sent, expectClean } = await openPage(ADDRESS.disk(), { viewport: { width: 390, height: 844 } });
  const field = (name: string) => page.locator(`#buy [name=${name}]`);
  await page.locator("#rules", { hasText: "1e13 to 1e18" }).waitFor();
  expect(await page.textContent("#rules")).toContain("2e18");
  expect(await page.textContent("#rules")).toContain("1e19");

  // Two curves, by keyboard; a size fills in a shape.
  await page.getByRole("button", { name: "Buy 5 sizes" }).focus();
  await page.keyboard.press("Enter");
  await runs(page, 5);
  await field("size").fill("30M");
  await field("trainFlops").selectOption("100000000000000000");
  await page.getByRole("button", { name: "Buy 5 sizes" }).click();
  await runs(page, 10);
  await page.locator("#fits tbody tr").nth(3).waitFor();
  await page.locator("#isoflop svg[aria-label*='isoFLOP curves of 2 budgets']").waitFor();

  // What the API refuses is refused in its words, and costs nothing.
  await field("dModel").fill("9999");
  await page.getByText("d_model must be in range [64, 1024], got 9999").waitFor();
  await field("dModel").fill("640");
  await page.getByText("Already paid for").waitFor();
  await field("learningRate").fill("5e-4");
  await field("trainFlops").selectOption("1000000000000000000");
  await page.getByRole("button", { name: "Buy for 1e18" }).click();
  await runs(page, 11);
  await field("learningRate").fill("6e-4");
  await page.getByText("is more than the 4.5e17 FLOPs left").waitFor();
  expect(await page.textContent("#fact-left")).toContain("4.5e17");

  // A strategy's advice, then it plays the rest.
  await page.getByRole("button", { name: "What next?" }).click();
  await page.getByRole("button", { name: "Buy this run" }).click();
  await page.getByText(/^Bought: loss \d/).waitFor();
  await runs(page, 12);
  await page.locator("#strategy").selectOption("isoflops-parabola");
  await page.getByRole("button", { name: "Let it play the rest" }).click();
  await page.getByText(/^It bought \d+ runs?\./).waitFor();
  const total = 12 + Number(/bought (\d+)/.exec(await page.locator("#advice").innerText())![1]);
  await runs(page, total);

  // From a fit to a grade.
  await page.getByRole("button", { name: "Copy the chosen fit" }).click();
  await page.getByLabel("predicted loss").fill("2.9");
  await page.getByRole("button", { name: "Submit and be graded" }).click();
  await page.getByText("nats of regret").waitFor();
  const inputs = await page
    .locator("#submission [name]")
    .evaluateAll((all) =>
      all.map((input) => [(input as HTMLInputElement).name, Number((input as HTMLInputElement).value)]),
    );
  const config = { ...(Object.fromEntries(inputs) as unknown as RunConfig), trainFlops: 1e19 };
  const score = scoreSubmission(await loadWorld("handout/smooth"), { config, predictedLoss: 2.9 });
  const grade = (await page.textContent("#grade"))!;
  expect(grade).toContain(score.regret.toFixed(4));
  expect(grade).toContain(score.trueLoss.toFixed(4));
  await page.locator("#ranks .you").waitFor();

  // The address has it all.
  const address = page.url();
  await page.getByRole("button", { name: "Start again" }).click();
  await page.locator("#dialog").getByRole("button", { name: "Start again" }).click();
  await runs(page, 0);
  expect(await page.locator("#grade").textContent()).toBe("");
  await page.evaluate((hash) => {
    location.hash = hash;
  }, new URL(address).hash);
  await page.getByText("nats of regret").waitFor();
  await runs(page, total);
  expect(await page.textContent("#grade")).toBe(grade);
  expect(page.url()).toBe(address);

  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  expect(asked(sent)).toHaveLength(1);
  expectClean();
});

test.skipIf(skip)(`everyone can use it, light and wide or dark and narrow${note}`, async () => {
  const { page, sent, expectClean, inEveryLook } = await openPage(ADDRESS.HTTP());
  await page.locator("#verdict", { hasText: "Costs 1e16" }).waitFor();
  await inEveryLook();
  await page.getByRole("button", { name: "Buy 5 sizes" }).click();
  await runs(page, 5);
  await page.locator("#strategy").selectOption("two-stage-isoflops");
  await page.getByRole("button", { name: "Let it play the rest" }).click();
  await page.getByText("It bought").waitFor();
  await page.locator("#buy [name=dModel]").fill("1");
  await page.getByRole("button", { name: "Submit and be graded" }).click();
  await page.locator("#ranks tr").nth(12).waitFor();
  await inEveryLook();
  await page.getByRole("button", { name: "Start again" }).click();
  await inEveryLook();
  await page.keyboard.press("Escape");
  expect(asked(sent)).toHaveLength(1);
  expectClean();
});

test.skipIf(skip)(
  `a sealed world hides what it is until the grade, and ranks as isoflop grade does${note}`,
  async () => {
    const { page, expectClean } = await openPage(`${ADDRESS.HTTP()}#world=sealed/7`);
    const document = sealedWorld(7);
    const description = page.locator("#world-description");
    await description.filter({ hasText: "Drawn from seed 7" }).waitFor();
    expect(await page.locator("body").innerText()).not.toContain(document.description);
    await page.locator("#strategy").selectOption("literature-only");
    await page.getByRole("button", { name: "What next?" }).click();
    await page.getByText("It wants no more runs").waitFor();
    await page.getByRole("button", { name: "Submit and be graded" }).click();
    await description.filter({ hasText: document.description }).waitFor();
    await page.getByText(new RegExp(`^Rank \\d+ of ${STRATEGIES.length + 1}`)).waitFor();

    const rivals: Record<string, string> = {};
    for await (const { name, regret } of playRivals(buildWorld(document), 0))
      rivals[name] = regret === undefined ? "failed" : Math.max(0, regret).toFixed(4);
    const rows = await page
      .locator("#ranks tr:not(.you)")
      .evaluateAll((all) => all.map((row) => [row.children[1]!.textContent, row.children[2]!.textContent]));
    expect(Object.fromEntries(rows)).toEqual(rivals);

    await page.getByRole("button", { name: "Draw a sealed world" }).click();
    await page.waitForURL(/#world=sealed\/\d+$/);
    expectClean();
  },
);

test.skipIf(skip).each(["handout/smooth", "stanford-2025/central"])(
  `1,000 questions on %s get the server's answers, bit for bit${note}`,
  async (name) => {
    const { page, expectClean } = await openPage(ADDRESS.HTTP());
    const configs = questions(name);
    const inPage = await page.evaluate(answersInPage, { world: name, configs });
    const mock = await startMock({ world: await loadWorld(name) });
    const kinds = { loss: 0, invalid: 0, refused: 0 };
    for (const [i, config] of configs.entries()) {
      const query = FIELDS.map((field) => `${WIRE_NAMES[field]}=${wireText(field, config[field])}`);
      const response = await fetch(`${mock.url}/loss?${query.join("&")}&api_key=any`);
      const { loss, total_flops_used: used, message } = (await response.json()) as Record<string, unknown>;
      expect(inPage[i], JSON.stringify(toWire(config))).toEqual(message === undefined ? { loss, used } : { message });
      kinds[response.status === 200 ? "loss" : response.status === 404 ? "invalid" : "refused"]++;
    }
    for (const count of Object.values(kinds)) expect(count).toBeGreaterThan(10);
    expectClean();
  },
);

/** Configurations of all budgets, the cheap ones more often; some out of range, some asked twice. */
function questions(name: string): RunConfig[] {
  const rng = randomStream(`playground/${name}`);
  const whole = (low: number, high: number) => low + Math.floor(rng() * (high - low + 1));
  const configs: RunConfig[] = [];
  while (configs.length < 1000) {
    if (configs.length > 10 && rng() < 0.05) {
      configs.push(configs[whole(0, configs.length - 1)]!);
      continue;
    }
    const trainFlops = [1, 3, 6][whole(0, 2)]! * Number(`1e${13 + Math.floor(5 * rng() * rng())}`);
    configs.push({
      dModel: whole(60, 1030),
      numLayers: whole(2, 24),
      numHeads: whole(2, 16),
      batchSize: [128, 256][whole(0, 1)]!,
      learningRate: rng() < 0.3 ? 1e-3 : Math.exp(Math.log(9.7e-5) + rng() * Math.log(10.6)),
      trainFlops,
    });
  }
  return configs;
}

/** Runs in the page: asks the simulator inside it, from a worker as the page itself does. */
async function answersInPage({ world, configs }: { world: string; configs: RunConfig[] }) {
  const source = new Blob([document.getElementById("engine")!.textContent!], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(source));
  const waiting: ((result: Record<string, unknown>) => void)[] = [];
  worker.onmessage = ({ data }) => waiting[data.id]!(data.result);
  const call = (name: string, body: unknown) =>
    new Promise<Record<string, unknown>>((resolve) => {
      worker.postMessage({ id: waiting.push(resolve) - 1, call: name, body });
    });
  await call("open", { world, runs: [] });
  const answers = await Promise.all(configs.map((config) => call("buy", config)));
  worker.terminate();
  return answers.map(({ status, loss, totalFlopsUsed: used, message }) =>
    status === "ok" ? { loss, used } : { message },
  );
}

test.skipIf(skip)(`strategies think in a worker, and the page answers meanwhile${note}`, async () => {
  const { page, expectClean } = await openPage(ADDRESS.HTTP());
  await page.locator("#verdict", { hasText: "Costs" }).waitFor();
  const scripts = await page.evaluate(() => ({
    main: [...document.scripts].filter(({ type }) => type === "").map(({ text }) => text),
    engine: document.getElementById("engine")!.textContent!,
  }));
  const summaries = STRATEGIES.map(({ summary }) => summary);
  // Some are put together as the script runs.
  expect(summaries.filter((summary) => scripts.engine.includes(summary)).length).toBeGreaterThan(12);
  for (const script of scripts.main) expect(summaries.filter((summary) => script.includes(summary))).toEqual([]);
  expect(page.workers()).toHaveLength(1);
  await page.getByRole("button", { name: "Buy 5 sizes" }).click();
  await runs(page, 5);
  const press = (...ids: readonly string[]) =>
    page.evaluate((all) => {
      for (const id of all) document.getElementById(id)!.click();
    }, ids);
  // The champion is still at its runs while another one is bought: pressed in one go, since it may have spent the budget
  // before a second click arrives.
  await page.locator("#buy [name=learningRate]").fill("0.0007");
  await page.getByRole("button", { name: "Buy for 1e16" }).waitFor();
  const started = page.waitForEvent("worker");
  await press("play", "buy-one");
  expect((await started).url()).toMatch(/^blob:/);
  await page.locator("#buy-answer", { hasText: /^loss \d/ }).waitFor();
  await page.getByText(/^It bought \d+ runs/).waitFor();

  // Stopped at once, and ready for the next question.
  await page.getByRole("button", { name: "Start again" }).click();
  await page.locator("#dialog").getByRole("button", { name: "Start again" }).click();
  await press("play", "stop");
  await page.getByRole("button", { name: "What next?" }).click();
  await page.getByRole("button", { name: "Buy this run" }).waitFor();
  expectClean();
});

test.skipIf(skip)(`the page's policy lets no request leave${note}`, async () => {
  const { page } = await openPage(ADDRESS.HTTP());
  const tried = await page.evaluate(async (url) => {
    const image = new Promise((resolve) => {
      const picture = new Image();
      picture.onload = () => resolve("sent");
      picture.onerror = () => resolve("blocked");
      picture.src = `${url}picture.png`;
    });
    const call = fetch(`${url}anything`).then(
      () => "sent",
      () => "blocked",
    );
    return Promise.all([image, call]);
  }, host.url);
  expect(tried).toEqual(["blocked", "blocked"]);
});
