import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { buildPlayground2026 } from "../../site/playground/build.ts";
import { buildJobWorld } from "../../src/surface/stanford-2026/build-world.ts";
import { jobPresetDocument } from "../../src/surface/stanford-2026/presets.ts";
import { EXAMPLE_CONFIG } from "../../src/task/stanford-2026/example.ts";
import { openPage, useBrowser } from "../browser/browser.ts";
import { ADMIN_TOKEN, startJobsMock } from "../mock-server/stanford-2026/server.ts";

const { skip, note } = useBrowser();
const file = join(mkdtempSync(join(tmpdir(), "isoflop-playground-2026-")), "playground-2026.html");

beforeAll(async () => {
  if (!skip) writeFileSync(file, await buildPlayground2026());
});

const field = (page: Page, name: string) => page.locator(`#submit-form [name=${name}]`);

test.skipIf(skip)(
  `a whole assignment from disk, by keyboard: jobs, clock, curve, final submission, another world${note}`,
  async () => {
    const { page, sent, expectClean, inEveryLook } = await openPage(pathToFileURL(file).href, {
      viewport: { width: 320, height: 844 },
    });
    await page.locator("#left", { hasText: "12 h" }).waitFor();
    const worlds = await page.locator("#world option").allTextContents();
    expect(worlds).toContain("stanford-2026/central");

    // A job reserves its seconds, and once it has ended has used what it used.
    const submit = page.getByRole("button", { name: "Submit the job" });
    await submit.focus();
    await page.keyboard.press("Enter");
    await page.locator("#rows", { hasText: "queued" }).waitFor();
    expect(await page.textContent("#used")).toBe("40 s of 12 h");
    await submit.click();
    await page.getByText("experiment already exists for this training config").waitFor();
    const before = await page.textContent("#clock");
    await page.getByRole("button", { name: "+1 min" }).click();
    await page.waitForFunction((was) => document.getElementById("clock")!.textContent !== was, before);
    await page.getByRole("button", { name: "Until all jobs end" }).click();
    await page.locator("#rows", { hasText: "completed" }).waitFor();
    const job = JSON.parse((await page.locator("#detail-jobs pre").textContent())!);
    const used: number = job.status.used_runtime_seconds;
    expect(used).toBeLessThan(40);
    expect(await page.textContent("#used")).toBe(`${Number(used.toFixed(1))} s of 12 h`);
    const last: number = job.status.val_losses.at(-1);
    await page.locator(`#curve svg[aria-label*='job 1, last ${last.toFixed(4)}']`).waitFor();

    // The final submission is trained for 48 hours.
    await page.getByRole("button", { name: "Set the final submission" }).click();
    await page.getByLabel("Predicted final loss").fill("3.5");
    await page.getByRole("button", { name: "Set it" }).click();
    await page.getByRole("button", { name: "Train it for 48 hours" }).click();
    await page.getByRole("button", { name: "Train it", exact: true }).click();
    await page.getByText(/^It was trained after .* Loss \d\.\d{4}, predicted 3\.5/).waitFor();
    await inEveryLook();

    // Another world begins anew, once its player agrees.
    await page.locator("#world").selectOption("stanford-2026/03");
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.waitForFunction(
      () => (document.getElementById("world") as HTMLSelectElement).value === "stanford-2026/central",
    );
    await page.locator("#world").selectOption("stanford-2026/03");
    await page.locator("#dialog").getByRole("button", { name: "Start again" }).click();
    await page.locator("#count", { hasText: /^0$/ }).waitFor();
    expect(await page.textContent("#used")).toBe("0 s of 12 h");
    await field(page, "num_hidden_layers").fill("12");
    await submit.click();
    await page.locator("#rows tr").waitFor();

    expect(await page.getByRole("link", { name: "2025" }).getAttribute("href")).toBe("playground.html");
    expect(sent.filter((line) => !/^(blob|data):/.test(line))).toHaveLength(1);
    expectClean();
  },
);

test.skipIf(skip).each(["stanford-2026/central", "stanford-2026/07"])(
  `jobs on %s get the server's answers, bit for bit, and its refusals to the letter${note}`,
  async (name) => {
    const { page, expectClean } = await openPage(pathToFileURL(file).href);
    const world = buildJobWorld(jobPresetDocument(name));
    const { url } = await startJobsMock({ world });
    const bodies = requests();
    const inPage = await page.evaluate(answersInPage, { world: name, bodies });

    const headers = { "x-api-key": "12345678", "content-type": "application/json" };
    const refusals: string[] = [];
    for (const body of bodies) {
      const response = await fetch(`${url}/submit`, { method: "POST", headers, body });
      refusals.push(`${response.status} ${await response.text()}`);
    }
    expect(inPage.submitted).toEqual(refusals);
    expect(new Set(refusals.map((text) => text.slice(0, 3)))).toEqual(new Set(["200", "400", "409", "422"]));
    const admin = { "x-isoflop-token": ADMIN_TOKEN };
    await fetch(`${url}/admin/advance`, { method: "POST", headers: admin, body: "{}" });
    const jobs = await (await fetch(`${url}/experiments`, { headers })).json();
    expect(inPage.jobs.map(withoutTime)).toEqual(jobs.map(withoutTime));
    expect(new Set(inPage.jobs.map(({ status }) => status.status_type))).toEqual(new Set(["completed", "failed"]));
    expect(inPage.budget).toBe(await (await fetch(`${url}/budget`, { headers })).text());
    expectClean();
  },
);

interface Job {
  readonly training_config: object;
  readonly status: Readonly<Record<string, unknown>>;
}

/** A job without what depends on when it was submitted. */
function withoutTime({ training_config, status }: Job) {
  return Object.fromEntries(
    Object.entries({ training_config, ...status }).filter(([key]) => !/_at$|^run_id$/.test(key)),
  );
}

/** Bodies of `POST /submit`: jobs of many sizes, some too slow, and some that are refused. */
function requests(): string[] {
  const { architecture_config: architecture, optimizer_config: optimizer } = EXAMPLE_CONFIG;
  const jobs = [2, 4, 7, 10, 16].flatMap((heads, i) =>
    [10, 60, 600].map((seconds, j) => ({
      ...EXAMPLE_CONFIG,
      architecture_config: {
        ...architecture,
        hidden_size: 64 * heads,
        num_attention_heads: heads,
        num_key_value_heads: heads,
        num_hidden_layers: 3 + 2 * i + j,
      },
      optimizer_config: {
        ...optimizer,
        lr_scheduler: { ...optimizer.lr_scheduler, peak_value: 1e-3 * (1 + i + 2 * j) },
      },
      total_train_tokens: Number(EXAMPLE_CONFIG.total_train_tokens) * (1 + j),
      max_runtime_seconds: seconds,
    })),
  );
  const refused = [jobs[0], { ...jobs[1], max_runtime_seconds: 43_000 }, { ...jobs[1], total_train_tokens: 1 }, [], {}];
  return [...[...jobs, ...refused].map((body) => JSON.stringify(body)), "{", '{"a": nan}'];
}

/** Runs in the page: asks the mock inside it, from a worker as the page itself does. */
async function answersInPage({ world, bodies }: { world: string; bodies: string[] }) {
  const source = new Blob([document.getElementById("engine")!.textContent!], { type: "text/javascript" });
  const worker = new Worker(URL.createObjectURL(source));
  const waiting: ((result: { status: number; text: string }) => void)[] = [];
  worker.onmessage = ({ data }) => waiting[data.id]!(data.result);
  const call = (name: string, body: unknown) =>
    new Promise<{ status: number; text: string }>((resolve) => {
      worker.postMessage({ id: waiting.push(resolve) - 1, call: name, body });
    });
  await call("open", { world });
  const submitted = await Promise.all(bodies.map((body) => call("ask", { path: "/submit", body })));
  await call("ask", { path: "/admin/advance", body: "{}" });
  const [jobs, budget] = await Promise.all(["/experiments", "/budget"].map((path) => call("ask", { path })));
  worker.terminate();
  return {
    submitted: submitted.map(({ status, text }) => `${status} ${text}`),
    jobs: JSON.parse(jobs!.text) as Job[],
    budget: budget!.text,
  };
}
