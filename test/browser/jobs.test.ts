import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { EXAMPLE_CONFIG } from "../../src/task/stanford-2026/example.ts";
import { ADMIN_TOKEN, startJobsMock } from "../mock-server/stanford-2026/server.ts";
import { openPage, useBrowser } from "./browser.ts";

const { skip, note } = useBrowser();
const KEY = "12345678";

async function enterKey(page: Page): Promise<void> {
  await page.getByLabel("Any eight digits").fill(KEY);
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await page.locator("#left", { hasText: "h" }).waitFor();
}

/** Submits the configuration in the form with another width. */
async function submitWidth(page: Page, width: number): Promise<void> {
  const before = await page.textContent("#jobs-count");
  await page.locator("[name=hidden_size]").fill(String(width));
  await page.getByRole("button", { name: "Submit the job" }).click();
  await page.locator("#jobs-count", { hasText: `${Number(before || 0) + 1}` }).waitFor();
}

test.skipIf(skip)(
  `a student of 2026 submits jobs, moves the clock, compares curves and is told the truth${note}`,
  async () => {
    const { url } = await startJobsMock({ dashboard: true, adminToken: undefined });
    const { page, sent, expectClean, inEveryLook } = await openPage(`${url}/dashboard`, {
      viewport: { width: 320, height: 844 },
    });
    await page.getByLabel("Any eight digits").fill("123");
    await page.keyboard.press("Enter");
    await page.getByText("A key is eight digits.").waitFor();
    await enterKey(page);
    await inEveryLook();

    // What is wrong is said at its field, and is not sent.
    const field = (name: string) => page.locator(`#submit-form [name=${name}]`);
    await field("num_hidden_layers").fill("many");
    await page.getByText("a whole number above 0").waitFor();
    await page.getByRole("button", { name: "Submit the job" }).click();
    expect(await page.evaluate(() => document.activeElement?.getAttribute("name"))).toBe("num_hidden_layers");
    expect(sent.filter((request) => request.includes("/submit "))).toEqual([]);
    await field("num_hidden_layers").fill("10");

    // The form writes the JSON that is sent: the example's own numbers come out as the example.
    await field("hidden_size").fill("448");
    await page.getByText("The whole configuration as JSON").click();
    expect(JSON.parse(await page.getByLabel("Configuration as JSON").inputValue())).toEqual(EXAMPLE_CONFIG);
    await page.getByText("Reserves 40 s of the 12 h left").waitFor();
    await submitWidth(page, 448);
    await page.locator("#rows", { hasText: "queued" }).waitFor();
    expect(await page.textContent("#used")).toBe("40 s of 12 h");
    await field("max_runtime_seconds").fill("600");
    await submitWidth(page, 256);
    await field("max_runtime_seconds").fill("10");
    await submitWidth(page, 640);

    // The clock: a minute is a minute.
    const time = async () => Date.parse(`${(await page.textContent("#clock"))!.replace(" ", "T")}Z`);
    const noon = await time();
    for (const [name, seconds] of [
      ["+1 min", 60],
      ["+10 min", 660],
      ["+1 h", 4260],
    ] as const) {
      await page.getByRole("button", { name, exact: true }).click();
      await page.waitForFunction(
        (wanted) => document.getElementById("clock")!.textContent === wanted,
        new Date(noon + 1000 * seconds).toISOString().slice(0, 19).replace("T", " "),
      );
    }
    await page.getByRole("button", { name: "Until all jobs end" }).click();
    await page.locator("#rows", { hasText: "failed (timeout)" }).waitFor();

    // The table: search, filter, sort.
    const shown = () => page.locator("#rows tr").count();
    await page.getByLabel("Search").fill("#2 completed");
    await page.locator("#jobs-count", { hasText: "1 of 3" }).waitFor();
    expect(await shown()).toBe(1);
    await page.getByLabel("Search").fill("");
    await page.getByLabel("Status").selectOption("failed");
    await page.locator("#jobs-count", { hasText: "1 of 3" }).waitFor();
    await page.getByLabel("Status").selectOption("");
    await page.getByRole("button", { name: "loss", exact: true }).focus();
    await page.keyboard.press("Enter");
    const losses = (await page.locator("#rows td b").allTextContents()).filter(Boolean).map(Number);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
    expect(await page.locator("#rows svg").count()).toBeGreaterThanOrEqual(2);

    // The curves of the jobs that were submitted here, on both axes, zoomed by keyboard.
    const described = () => page.locator("#curve svg").getAttribute("aria-label");
    expect(await described()).toContain("job 1, last");
    await page.getByLabel("#1", { exact: true }).uncheck();
    await page.waitForFunction(
      () => !document.querySelector("#curve svg")!.getAttribute("aria-label")!.includes("job 1,"),
    );
    await page.getByLabel("logarithmic loss").check();
    await page.getByLabel("logarithmic tokens").check();
    await page.locator("#curve").focus();
    await page.keyboard.press("+");
    await page.locator("#curve-zoom").getByRole("button", { name: "Show all" }).waitFor();
    await page.keyboard.press("0");
    await inEveryLook();

    // The refusal below is an error to the console.
    expectClean();

    // Taken from a job, submitted for good, trained.
    await page.getByRole("button", { name: "Copy into the form: job 2" }).click();
    expect(await field("hidden_size").inputValue()).toBe("256");
    await page.getByRole("button", { name: "Submit the job" }).click();
    await page.getByText("experiment already exists for this training config").waitFor();
    await page.getByRole("button", { name: "Set the final submission" }).click();
    await page.getByText("Width 256, 10 layers").waitFor();
    await inEveryLook();
    await page.getByRole("button", { name: "Set it" }).click();
    await page.locator("#final-dialog").getByText("a number above 0").waitFor();
    await page.getByLabel("Predicted final loss").fill("3.2");
    await page.keyboard.press("Enter");
    await page.getByText("Predicted loss 3.2").waitFor();
    await page.getByRole("button", { name: "Train it for 48 hours" }).click();
    await page.getByRole("button", { name: "Train it", exact: true }).click();
    await page.locator("#final-result", { hasText: /Loss \d\.\d{4}, predicted 3\.2/ }).waitFor();
    await inEveryLook();
  },
);

test.skipIf(skip)(`the key of 2026 stays on the computer only when its user says so${note}`, async () => {
  const { url } = await startJobsMock({ dashboard: true, adminToken: undefined });
  const { page, expectClean } = await openPage(`${url}/dashboard`);
  const kept = () => page.evaluate(() => JSON.stringify({ ...localStorage }));
  await enterKey(page);
  expect(await kept()).not.toContain(KEY);
  await page.reload();
  await page.locator("#left", { hasText: "h" }).waitFor();
  await page.getByLabel("remember on this computer").check();
  expect(await kept()).toContain(KEY);
  await page.reload();
  expect(await page.getByLabel("remember on this computer").isChecked()).toBe(true);
  await page.getByLabel("remember on this computer").uncheck();
  expect(await kept()).not.toContain(KEY);
  expectClean();
});

test.skipIf(skip)(
  `the page of 2026 works in a browser that forbids storage, and says that jobs end at once${note}`,
  async () => {
    const { url } = await startJobsMock({ dashboard: true, adminToken: undefined, instant: true });
    const { page, expectClean } = await openPage(`${url}/`);
    await page.addInitScript(() => {
      for (const name of ["localStorage", "sessionStorage"])
        Object.defineProperty(globalThis, name, {
          get() {
            throw new DOMException("storage is forbidden", "SecurityError");
          },
        });
    });
    await page.goto(`${url}/dashboard`);
    await enterKey(page);
    await page.getByLabel("remember on this computer").check();
    await page.getByRole("button", { name: /^Theme/ }).click();
    await page.getByText("Jobs end at once").waitFor();
    expectClean();
  },
);

test.skipIf(skip)(`a server with an admin token wants it before the clock of 2026 is moved${note}`, async () => {
  const { url } = await startJobsMock({ dashboard: true });
  const { page, expectAccessible } = await openPage(`${url}/dashboard`);
  await page.getByRole("button", { name: "+1 h" }).click();
  await page.getByText("needs the admin token of this server").waitFor();
  await expectAccessible();
  const before = await page.textContent("#clock");
  await page.getByLabel("Admin token").fill(ADMIN_TOKEN);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "+1 h" }).click();
  await page.waitForFunction((shown) => document.getElementById("clock")!.textContent !== shown, before);
});
