import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
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
  const { page, sent, expectClean } = await openPage(`${mock.url}/dashboard`);

  // Nothing yet: the page says how to begin, and the call it shows is a real one.
  await page.getByText("Buy your first run").waitFor();
  expect(await page.textContent("#call")).toContain(`${mock.url}/loss`);
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
  await page.locator("#fits tbody tr").nth(3).waitFor();
  await page.locator("#isoflop svg").waitFor();
  expect(await page.locator("#isoflop svg").getAttribute("aria-label")).toContain("isoFLOP curves of 3 budgets");

  // What if: a price before it is paid, then the run.
  const field = (name: string) => page.locator(`#what-if [name=${name}]`);
  await field("dModel").fill("9999");
  await page.getByText("d_model must be in range [64, 1024], got 9999").waitFor();
  expect(await field("dModel").getAttribute("aria-invalid")).toBe("true");
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
  expect(await page.textContent("#call")).toContain('os.environ.get("TRAINING_API_KEY")');
  await page.getByRole("button", { name: "Buy for 1e17 FLOPs" }).click();
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
  await page.getByLabel("Parabolas", { exact: true }).check();
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

  // Another world, and back.
  const world = page.locator("#world");
  await world.selectOption("stanford-2025/central");
  await page.getByRole("button", { name: "Switch world" }).click();
  await page.getByText("Buy your first run").waitFor();
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

test.skipIf(skip)(
  `a newcomer buys the first run in the browser, errors at their fields, and pastes the calls${note}`,
  async () => {
    const mock = await startDashboard();
    const { page, sent, expectClean } = await openPage(`${mock.url}/dashboard`);
    const field = (name: string) => page.locator(`#what-if [name=${name}]`);
    const problemAt = async (name: string) => {
      const note = await field(name).getAttribute("aria-describedby");
      return page.textContent(`#${note}`);
    };
    await field("dModel").fill("many");
    await field("learningRate").fill("1");
    expect(await problemAt("dModel")).toContain("a number is missing");
    expect(await problemAt("learningRate")).toContain("[0.0001, 0.001]");
    expect(await field("numLayers").getAttribute("aria-invalid")).toBe("false");
    // Enter does not buy what is wrong, but leads there.
    await page.getByLabel("API key").press("Enter");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("dModel");
    await field("dModel").fill("256");
    await field("learningRate").fill("0.001");
    await page.getByLabel("API key").fill("it's me");
    await page.getByText("1.99e18 of 2e18 are left then").waitFor();
    await page.keyboard.press("Enter");
    await count(page, "1");
    await page.locator("#ask-answer", { hasText: /^loss \d/ }).waitFor();
    expect(Number((await page.textContent("#ask-answer"))!.slice(5))).toBeLessThan(9);
    await page.getByRole("heading", { name: "Buy a run for" }).waitFor();

    // The calls, as pasted, get the answer that was paid for.
    const answers = [];
    for (const [language, command] of [
      ["curl", "bash"],
      ["Python", "python3"],
    ] as const) {
      await page.getByLabel(language).check();
      const text = (await page.textContent("#call"))!;
      const { stdout } = await promisify(execFile)(command, ["-c", text], { env: { ...process.env, no_proxy: "*" } });
      answers.push(Number(/"?loss['"]: ?([\d.]+)/.exec(stdout)?.[1]));
    }
    expect(answers[0]!.toFixed(4)).toBe((await page.textContent("#ask-answer"))!.slice(5));
    expect(answers[1]).toBe(answers[0]);
    expect(await page.textContent("#fact-used")).toContain("1e16");
    // The key went to the server in a body, never in an address, and is kept nowhere.
    const addresses = sent.map((request) => request.split(" ")[0]);
    for (const address of addresses) expect(decodeURIComponent(address!)).not.toContain("it's me");
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))).not.toContain("it's me");
    expectClean();
  },
);

test.skipIf(skip)(`a key that the server refuses is refused at its field${note}`, async () => {
  const mock = await startDashboard();
  const { page } = await openPage(`${mock.url}/dashboard`);
  await page.getByLabel("API key").fill("INVALID_API_KEY");
  await page.getByRole("button", { name: "Buy for 1e16 FLOPs" }).click();
  await page.getByText("api_key is not one that this server accepts").waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("api-key");
});

const TABLE = [1e15, 1e16, 1e17]
  .flatMap((C) =>
    [1e6, 3e6, 1e7, 3e7].map((N) => {
      const D = C / (6 * N);
      return `${N},${D},${1.7 + 400 * Math.exp(-0.34 * Math.log(N)) + 400 * Math.exp(-0.28 * Math.log(D))}`;
    }),
  )
  .join("\n");

test.skipIf(skip)(`tables are read in the browser and compared with keys in one chart${note}`, async () => {
  const mock = await startDashboard();
  await sweep(mock);
  const { page, sent, expectClean, expectAccessible } = await openPage(`${mock.url}/dashboard`);
  await count(page, "15");
  const requests = sent.length;
  // Dropped on the page, as from a folder.
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "sweep.csv"));
    data.items.add(new File(["width,depth\n1,2\n"], "other.csv"));
    for (const type of ["dragover", "drop"])
      document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
  }, `size,data,result\n${TABLE}`);
  await page.locator(".refused").nth(1).waitFor();
  expect(await page.textContent("#tables-refused")).not.toContain("--");
  await page.getByLabel("Its columns").first().fill("N=size,D=data,loss=result");
  await page.getByRole("button", { name: "Read again" }).first().click();
  await page.getByRole("button", { name: /^sweep.csv/ }).waitFor();
  await page.getByRole("button", { name: "Forget" }).click();
  await page.locator("#charts-legend", { hasText: "sweep.csv" }).waitFor();
  await page.locator("#fits tbody").nth(1).locator("tr").nth(4).waitFor();
  expect(await page.locator("#isoflop svg").getAttribute("aria-label")).toMatch(/isoFLOP curves.*sweep\.csv: isoFLOP/);
  // The law of the table, from its own fit.
  expect(await page.locator("#fits tbody").nth(1).locator("tr").nth(3).textContent()).toContain("0.452");

  // Fits are drawn and hidden one by one; what is chosen stays.
  const extrapolations = (count: number) =>
    page.waitForFunction(
      (wanted) => document.querySelectorAll("#size svg g[stroke-dasharray^='5']").length === wanted,
      count,
    );
  await extrapolations(2);
  await page.getByLabel("Draw Projection").check();
  await extrapolations(4);
  await page.getByLabel("Draw Projection").uncheck();
  await page.getByLabel("Draw Parametric").uncheck();
  await extrapolations(0);
  await page.getByLabel("Draw Parametric").check();
  await expectAccessible();

  // A table can be what everything is about.
  await page.getByRole("button", { name: /^sweep.csv/ }).click();
  await page.getByText("12 runs of 1e15 to 1e17 FLOPs").waitFor();
  await page.getByLabel("Compare sweep.csv").waitFor({ state: "detached" });
  await expectAccessible();
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("heading", { name: "Budget of" }).waitFor();
  expect(await page.locator("#charts-legend").isVisible()).toBe(false);
  // Nothing of it left the browser: what was asked of the server since are scripts.
  for (const request of sent.slice(requests)) expect(request).toMatch(/\.worker-[\w-]+\.js |^blob:/);
  expectClean();
});

test.skipIf(skip)(`charts zoom by dragging, by keys and by buttons, and back${note}`, async () => {
  const mock = await startDashboard();
  await sweep(mock);
  const { page, expectClean } = await openPage(`${mock.url}/dashboard`);
  const chart = page.locator("#isoflop");
  await page.locator("#fits tbody tr").nth(3).waitFor();
  const labels = () =>
    chart.locator("svg").evaluate((svg) => svg.querySelector("[aria-hidden], g")?.parentElement?.textContent);
  const whole = await labels();
  const reset = page.locator("#isoflop-zoom").getByRole("button", { name: "Show all" });
  expect(await reset.isVisible()).toBe(false);
  await chart.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await chart.locator("svg").boundingBox())!;
  await page.mouse.move(x + 0.3 * width, y + 0.4 * height);
  await page.mouse.down();
  await page.mouse.move(x + 0.6 * width, y + 0.7 * height, { steps: 4 });
  await chart.locator(".zoom-box").waitFor();
  await page.mouse.up();
  await reset.waitFor();
  expect(await labels()).not.toBe(whole);
  await reset.click();
  expect(await labels()).toBe(whole);
  // By keyboard alone.
  await chart.focus();
  await page.keyboard.press("+");
  await reset.waitFor();
  const closer = await labels();
  await page.keyboard.press("ArrowRight");
  expect(await labels()).not.toBe(closer);
  await page.keyboard.press("0");
  expect(await labels()).toBe(whole);
  await page.locator("#isoflop-zoom").getByRole("button", { name: "Zoom in" }).click();
  await reset.waitFor();
  await page.locator("#isoflop-zoom").getByRole("button", { name: "Zoom out" }).click();
  expect(await labels()).toBe(whole);
  expectClean();
});

test.skipIf(skip)(`"what next" plans runs that can be bought, and the fit goes to a notebook${note}`, async () => {
  const mock = await startDashboard();
  await sweep(mock);
  const { page, expectClean, expectAccessible } = await openPage(`${mock.url}/dashboard`);
  await count(page, "15");
  await page.getByLabel("runs to plan").fill("0");
  await page.getByRole("button", { name: "Plan the next runs" }).click();
  await page.getByText("a whole number from 1 to 20").waitFor();
  await page.getByLabel("runs to plan").fill("2");
  await page.getByRole("button", { name: "Plan the next runs" }).click();
  await page.locator("#next-result tbody tr").nth(1).waitFor();
  expect(await page.locator("#next-result tbody tr").count()).toBe(2);
  await expectAccessible();
  await page.getByRole("button", { name: "Planned run 1" }).click();
  await page.locator("#ask", { hasText: /^Buy for/ }).click();
  await count(page, "16");
  await page.getByText("Runs have been bought since: plan again.").waitFor();
  await page.getByText("as a notebook cell").click();
  await page.locator("#cell", { hasText: "# Parametric" }).waitFor();
  const cell = (await page.textContent("#cell"))!;
  expect(cell.split("\n").filter((line) => /^\d+,/.test(line))).toHaveLength(16);
  await page.getByLabel("Minima", { exact: true }).check();
  await page.locator("#cell", { hasText: "# Minima" }).waitFor();
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

test.skipIf(skip)(`everyone can use it, light and wide or dark and narrow${note}`, async () => {
  const mock = await startDashboard();
  const { page, expectClean, inEveryLook } = await openPage(`${mock.url}/dashboard`);
  await page.getByText("Buy your first run").waitFor();
  await inEveryLook();
  await sweep(mock);
  await count(page, "15");
  await page.locator("#use-fit:enabled").click();
  await page.getByRole("button", { name: "Grade this submission" }).click();
  await page.getByText("nats of regret").waitFor();
  await page.locator("#what-if [name=dModel]").fill("1");
  await page.getByLabel("Filter").fill("nonsense");
  await page.getByText("Ignored nonsense").waitFor();
  await inEveryLook();
  await page.getByRole("button", { name: "Name this key" }).click();
  await inEveryLook();
  await page.keyboard.press("Escape");
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
