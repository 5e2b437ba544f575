import { expect, test } from "vitest";
import { EXAMPLE_CONFIG } from "../../src/task/stanford-2026/example.ts";
import { startJobsMock } from "../mock-server/stanford-2026/server.ts";
import { openPage, useBrowser } from "./browser.ts";

const { skip, note } = useBrowser();

test.skipIf(skip)(`the dashboard of 2026 submits a job, moves the clock and shows its curve${note}`, async () => {
  const { url } = await startJobsMock({ dashboard: true, adminToken: undefined });
  const { page, expectClean, expectAccessible, picture } = await openPage(`${url}/dashboard`);
  await page.fill("#key", "12345678");
  await page.click("#key-form button");
  expect(JSON.parse(await page.inputValue("#config"))).toEqual(EXAMPLE_CONFIG);
  await page.click("#submit");
  await page.waitForSelector("td:has-text('queued')");
  expect(await page.textContent("#used")).toBe("40 s");
  await page.click("#advance-all");
  await page.waitForSelector("td:has-text('completed')");
  await page.click("tbody button");
  await page.waitForSelector("#curve svg");
  await page.fill("#predicted", "3.2");
  await page.click("#submit-final");
  await page.waitForSelector("text=Final submission: 3.2");
  await page.click("#final-run");
  await page.waitForSelector("#answer:has-text('final_loss')");
  await picture("jobs");
  await expectAccessible();
  expectClean();
});
