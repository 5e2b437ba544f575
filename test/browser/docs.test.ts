import { expect, test } from "vitest";
import { startMock } from "../mock-server/mock.ts";
import { startJobsMock } from "../mock-server/stanford-2026/server.ts";
import { openPage, useBrowser } from "./browser.ts";

const { skip, note } = useBrowser();

test.skipIf(skip)(`"try it" of the API reference works, with files of the package alone${note}`, async () => {
  const mock = await startMock();
  const { page, expectClean, expectAccessible } = await openPage(`${mock.url}/docs`);
  const loss = page.locator("#operations-Buy_runs-loss");
  await loss.locator(".opblock-summary-control").click();
  await loss.locator('tr[data-param-name="d_model"] input').fill("512");
  // It goes nowhere: a starved browser may take half a minute to say so.
  await loss.getByRole("button", { name: "Execute" }).click({ noWaitAfter: true });
  const answer = loss.locator(".live-responses-table");
  await answer.getByText("total_flops_used").first().waitFor();
  const api = (await (await fetch((await loss.locator(".request-url pre").textContent()) as string)).json()) as {
    loss: number;
  };
  expect(await answer.textContent()).toContain(String(api.loss));
  expect(await loss.locator(".request-url pre").textContent()).toContain("d_model=512");
  // The example shows a model that has learned something.
  expect(api.loss).toBeLessThan(9.5);
  await expectAccessible();
  expectClean();
});

test.skipIf(skip)(`the API reference of both editions has named sections, and follows dark mode${note}`, async () => {
  for (const [{ url }, sections] of [
    [await startMock(), ["Buy runs", "Look"]],
    [await startJobsMock(), ["Jobs", "Budget", "Final submission"]],
  ] as const) {
    const { page, expectAccessible, expectContrast, expectClean } = await openPage(`${url}/docs`, {
      colorScheme: "dark",
    });
    await page
      .locator(".opblock-tag")
      .nth(sections.length - 1)
      .waitFor();
    expect(await page.locator(".opblock-tag [data-testid], .opblock-tag a").allTextContents()).toEqual(sections);
    const luminance = () =>
      page.evaluate(() => {
        const [, color = ""] =
          /rgb\((.*)\)/.exec(getComputedStyle(document.querySelector(".swagger-ui")!).backgroundColor) ?? [];
        return color === "" ? 255 : Math.max(...color.split(",").map(Number));
      });
    expect(await luminance()).toBeLessThan(64);
    // One of each method: their colors differ, and the others have the same parts.
    for (const method of ["get", "post", "put", "delete"])
      for (const operation of (await page.locator(`.opblock-${method} .opblock-summary-control`).all()).slice(0, 1))
        await operation.click();
    await expectAccessible();
    await page.emulateMedia({ colorScheme: "light" });
    await page.locator("html:not(.dark-mode)").waitFor({ state: "attached" });
    expect(await luminance()).toBeGreaterThan(192);
    await expectContrast();
    expectClean();
  }
});
