import { expect, test } from "vitest";
import { startMock } from "../mock-server/mock.ts";
import { openPage, useBrowser } from "./browser.ts";

const { skip, note } = useBrowser();

test.skipIf(skip)(`"try it" of the API reference works, with files of the package alone${note}`, async () => {
  const mock = await startMock();
  const { page, expectClean, expectAccessible, picture } = await openPage(`${mock.url}/docs`);
  const loss = page.locator("#operations-default-loss");
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
  await expectAccessible();
  await picture("docs-try-it");
  expectClean();
});
