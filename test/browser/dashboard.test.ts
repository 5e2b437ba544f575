import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { loadWorld } from "../../src/cli/load-world.ts";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { fingerprintOf } from "../../src/ledger/fingerprint.ts";
import { readRunsTable } from "../../src/table/runs.ts";
import { WIRE_NAMES } from "../../src/task/stanford-2025/wire.ts";
import { startDashboard } from "../mock-server/dashboard-mock.ts";
import type { Mock } from "../mock-server/mock.ts";
import { openPage, useBrowser } from "./browser.ts";

const { skip, note } = useBrowser();
const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIstudent student@example.edu";

/** A run asked by a student's own program, as it would of the real API. */
async function query(mock: Mock, dModel: number, trainFlops: number, changes: Record<string, number> = {}) {
  const config = {
    d_model: dModel,
    num_layers: Math.max(2, Math.min(24, Math.round(dModel / 48))),
    num_heads: Math.max(2, Math.round(dModel / 64)),
    batch_size: 128,
    learning_rate: 0.001,
    train_flops: trainFlops,
    ...changes,
  };
  const parameters = Object.entries(config).map(([name, value]) => [name, String(value)]);
  const response = await fetch(`${mock.url}/loss?${new URLSearchParams([...parameters, ["api_key", KEY]])}`);
  expect(response.status).toBe(200);
  return { ...config, ...((await response.json()) as { loss: number }) };
}

const SIZES: Readonly<Record<number, readonly number[]>> = {
  1e15: [96, 128, 192, 256, 384],
  1e16: [128, 256, 384, 512, 640],
  1e17: [256, 384, 512, 768, 1024],
};

async function sweep(mock: Mock): Promise<void> {
  for (const [budget, sizes] of Object.entries(SIZES))
    for (const size of sizes) await query(mock, size, Number(budget));
}

const count = (page: Page, text: string) => page.locator("#runs-count", { hasText: new RegExp(`^${text}$`) }).waitFor();

test.skipIf(skip)(`a student's session, from the first question to the grade${note}`, async () => {
  const mock = await startDashboard();
  const { page, sent, expectClean, picture } = await openPage(`${mock.url}/dashboard`);

  // Nothing yet: the page says how to begin, and the call it shows is a real one.
  await page.getByText("Send your first query").waitFor();
  expect(await page.textContent("#welcome-call")).toContain(`${mock.url}/loss`);
  await picture("dashboard-1-first");
  await page.evaluate(() => {
    document.title = "still the same page";
  });
  const first = await query(mock, 96, 1e15);
  await page.getByText("1 run ·").waitFor();
  await count(page, "1");
  expect(await page.textContent("#fact-best")).toContain(first.loss.toFixed(4));

  // A name for the key, by keyboard; it stays in the browser.
  await page.getByRole("button", { name: "Name this key" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.type("practice");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Budget of practice" }).waitFor();

  // A sweep from a program shows up as it runs.
  await sweep(mock);
  await count(page, "15");
  await page.locator("#fits tr").nth(3).waitFor();
  await page.locator("#isoflop svg").waitFor();
  expect(await page.locator("#isoflop svg").getAttribute("aria-label")).toContain("isoFLOP curves of 3 budgets");
  await picture("dashboard-2-sweep");

  // What if: a price before it is paid, then the run.
  const field = (name: string) => page.locator(`#what-if [name=${name}]`);
  await field("dModel").fill("9999");
  await page.getByText("d_model must be in range [64, 1024], got 9999").waitFor();
  await field("dModel").fill("96");
  await field("numLayers").fill("2");
  await field("numHeads").fill("2");
  await field("learningRate").fill("1e-3");
  await field("trainFlops").selectOption("1000000000000000");
  await page.getByText(`Already paid for: loss ${first.loss.toFixed(4)}`).waitFor();
  await field("dModel").fill("448");
  await field("trainFlops").selectOption("100000000000000000");
  await page.getByText("Costs 1e17 FLOPs, 5.0 % of the budget").waitFor();
  expect(await page.textContent("#call")).toContain("-d train_flops=100000000000000000");
  await page.getByLabel("Python").check();
  expect(await page.textContent("#call")).toContain('os.environ["TRAINING_API_KEY"]');
  await page.getByRole("button", { name: "Ask for 1e17 FLOPs" }).click();
  await count(page, "16");
  await page.locator("#ask-answer", { hasText: /^loss \d/ }).waitFor();
  await page.getByText("Already paid for").waitFor();

  // The table, by keyboard.
  await page.locator("#runs th[data-column=loss] button").focus();
  await page.keyboard.press("Enter");
  const losses = (await page.locator("#runs tbody td.strong").allTextContents()).map(Number);
  expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  expect(losses).toHaveLength(16);
  await page.getByLabel("Filter").fill("C=1e16 d_model>=256");
  await count(page, "4 of 16");
  await page.getByLabel("Filter").fill("");

  // Taken home: what is shown, under the wire's names.
  const saved = async (button: string) => {
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: button, exact: true }).click();
    return readFile(await (await download).path(), "utf8");
  };
  const [csv, json] = [await saved("CSV"), await saved("JSON")];
  expect(readRunsTable(csv, { keepAll: true }).runs).toHaveLength(16);
  expect(JSON.parse(json)).toMatchObject({ source: "simulated", key_sha256: fingerprintOf(KEY) });

  // From a fit to a grade.
  await page.getByLabel("Parabolas").check();
  await page.locator("#loss-note", { hasText: "at the target" }).waitFor();
  await page.getByRole("button", { name: "Copy the chosen fit into the submission" }).click();
  const config = Object.fromEntries(
    await Promise.all(
      Object.keys(WIRE_NAMES)
        .filter((name) => name !== "trainFlops")
        .map(async (name) => [name, Number(await page.locator(`#submission [name=${name}]`).inputValue())]),
    ),
  );
  const predictedLoss = Number(await page.getByLabel("predicted loss").inputValue());
  await page.getByLabel("90 % interval from").fill("2");
  await page.getByRole("button", { name: "Grade this submission" }).click();
  await page.getByText("fill in both ends of the interval").waitFor();
  await page.locator("#submission").getByLabel("to", { exact: true }).fill("5");
  await page.getByRole("button", { name: "Grade this submission" }).click();
  const submission = { config: { ...config, trainFlops: 1e19 }, predictedLoss };
  const { regret, trueLoss } = scoreSubmission(await loadWorld("handout/smooth"), submission as never);
  await page.getByText(`${regret.toFixed(4)} nats of regret`).waitFor();
  expect(await page.textContent("#grade")).toContain(trueLoss.toFixed(4));
  expect(await page.textContent("#grade")).toContain("contains the true loss");
  await picture("dashboard-3-graded");
  await picture("dashboard", "window");

  // Another world, and back.
  const world = page.locator("#world");
  await world.selectOption("stanford-2025/central");
  await page.getByRole("button", { name: "Switch world" }).click();
  await page.getByText("Send your first query").waitFor();
  expect(await page.locator("#grade").textContent()).toBe("");
  await world.selectOption("handout/smooth");
  await page.getByRole("button", { name: "Switch world" }).click();
  await count(page, "16");

  // Start over, when told twice.
  await page.getByRole("button", { name: "Reset" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await count(page, "16");
  await page.getByRole("button", { name: "Reset" }).click();
  await page.locator("#dialog").getByRole("button", { name: "Reset" }).click();
  await count(page, "0");
  expect(await page.textContent("#fact-left")).toContain("2e18");

  expect(await page.title()).toBe("still the same page");
  const kept = await page.evaluate(
    () => JSON.stringify({ ...localStorage, ...sessionStorage }) + document.body.innerHTML,
  );
  for (const text of [...sent, kept, csv, json]) expect(text).not.toContain("AAAAIstudent");
  expectClean();
});

test.skipIf(skip)(`a stopped server is noticed, and found again when it is back${note}`, async () => {
  const mock = await startDashboard();
  const { page } = await openPage(`${mock.url}/dashboard`);
  await page.locator("#live", { hasText: "live" }).waitFor();
  await mock.stop();
  await page.locator("#live", { hasText: "offline" }).waitFor();
  const again = await startDashboard({}, { port: mock.port });
  await query(again, 96, 1e15);
  await page.getByText("1 run ·").waitFor();
  await page.locator("#live.on").waitFor();
});

test.skipIf(skip)(`with an admin token the page is locked until it is typed${note}`, async () => {
  const mock = await startDashboard({}, { adminToken: "a secret of sixteen or more" });
  await query(mock, 96, 1e15);
  const { page, expectAccessible } = await openPage(`${mock.url}/dashboard`);
  await page.getByText("This dashboard is locked").waitFor();
  await expectAccessible();
  expect(await page.locator("#page").isVisible()).toBe(false);
  await page.getByLabel("Admin token").fill("not the secret of anyone");
  await page.getByRole("button", { name: "Open" }).click();
  await page.getByText("needs the admin token of this server").waitFor();
  expect(await page.locator("#page").isVisible()).toBe(false);
  await page.getByLabel("Admin token").fill("a secret of sixteen or more");
  await page.keyboard.press("Enter");
  await page.getByText("1 run ·").waitFor();
  await page.reload();
  await page.getByText("1 run ·").waitFor();
});

test.skipIf(skip).each([
  ["light", 1440],
  ["dark", 1440],
  ["light", 390],
  ["dark", 390],
] as const)(`everyone can use it: %s, %i pixels wide${note}`, async (colorScheme, width) => {
  const mock = await startDashboard();
  const { page, expectClean, expectAccessible, picture } = await openPage(`${mock.url}/dashboard`, {
    colorScheme,
    viewport: { width, height: 844 },
  });
  await page.getByText("Send your first query").waitFor();
  await expectAccessible();
  await sweep(mock);
  await count(page, "15");
  await page.locator("#use-fit:enabled").click();
  await page.getByRole("button", { name: "Grade this submission" }).click();
  await page.getByText("nats of regret").waitFor();
  await expectAccessible();
  await page.locator("#what-if [name=dModel]").fill("1");
  await page.getByLabel("Filter").fill("nonsense");
  await page.getByText("Ignored nonsense").waitFor();
  await expectAccessible();
  await page.getByRole("button", { name: "Name this key" }).click();
  await expectAccessible();
  await page.keyboard.press("Escape");
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  await picture(`dashboard-${colorScheme}-${width}`);
  expectClean();
});

test.skipIf(skip)(`the theme is the system's until another is chosen, which stays${note}`, async () => {
  const mock = await startDashboard();
  const { page } = await openPage(`${mock.url}/dashboard`, { colorScheme: "light" });
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await paper();
  expect(dark).not.toBe(light);
  await page.getByRole("button", { name: "Theme" }).click();
  expect(await paper()).toBe(light);
  await page.reload();
  expect(await paper()).toBe(light);
  await page.getByRole("button", { name: "Theme" }).click();
  await page.emulateMedia({ colorScheme: "light" });
  expect(await paper()).toBe(dark);
});
