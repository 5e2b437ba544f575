import { expect, test } from "vitest";
import { loadWorld } from "../../src/cli/load-world.ts";
import { startMock } from "./mock.ts";

const world = await loadWorld("handout/smooth");
const { document } = world;
const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

test("/ shows a browser the world, the documentation and a curl line that works, under the policy of our pages", async () => {
  const mock = await startMock({ world });
  const { status, headers, body } = await mock.ask("/", { headers: html });
  expect(status).toBe(200);
  expect(headers["content-type"]).toMatch(/^text\/html/);
  expect(headers["content-security-policy"]).toContain("default-src 'none'");
  for (const fact of [document.name, 'href="/docs"', 'href="/openapi.json"', "isoflop worlds"])
    expect(body).toContain(fact);
  // Without a dashboard, the page does not promise one.
  expect(body).not.toContain('href="/dashboard"');
  for (const [, file] of body.matchAll(/(?:href|src)="(\/docs\/[^"]+)"/g))
    expect((await mock.ask(file as string)).status).toBe(200);
  const target = /curl '[^/]+\/\/[^/]+(\/loss[^']+)'/.exec(body)?.[1] as string;
  const run = await mock.ask(target.replaceAll("&#38;", "&"));
  expect(run.status).toBe(200);
  // The example must not show the loss of an untrained model.
  expect(JSON.parse(run.body).loss).toBeLessThan(9.5);
});

test("/ is the API's 404 for a client that does not ask for a page", async () => {
  const mock = await startMock({ world });
  for (const accept of [undefined, "*/*", "application/json"])
    expect(await mock.ask("/", accept === undefined ? {} : { headers: { accept } })).toMatchObject({
      status: 404,
      body: '{"detail":"Not Found"}',
    });
});

test.each(["HEAD", "POST", "OPTIONS"])("/ is the API's 404 for %s, whatever it accepts", async (method) => {
  const mock = await startMock({ world });
  expect((await mock.ask("/", { method, headers: html })).status).toBe(404);
});

test("/ escapes the description of a world", async () => {
  const hostile = { ...document, description: '<script>alert("1")</script>' };
  const mock = await startMock({ world: { ...world, document: hostile } });
  expect((await mock.ask("/", { headers: html })).body).not.toContain("<script>");
});

test("the example run fits the ranges of another task", async () => {
  const lab = await loadWorld("effects/tree");
  const searchSpace = {
    ...lab.task.searchSpace,
    dModel: { kind: "range", minimum: 512, maximum: 4096, integer: true },
    trainFlops: { kind: "choice", values: [1e18, 1e19] },
  } as const;
  const mock = await startMock({ world: { ...lab, task: { ...lab.task, searchSpace } } });
  const { body } = await mock.ask("/", { headers: html });
  expect(body).toContain("d_model=512");
  expect(body).toContain("train_flops=1000000000000000000");
});
