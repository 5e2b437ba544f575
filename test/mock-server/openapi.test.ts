import ajv2020 from "ajv/dist/2020.js";
import request from "supertest";
import { expect, test } from "vitest";
import { createApp } from "../../mock-server/app.ts";
import { loadWorld } from "../../src/cli/load-world.ts";
import { MemoryLedger } from "../../src/ledger/memory.ts";
import { integers } from "../../src/task/search-space.ts";
import { lossTarget } from "./mock.ts";

const world = await loadWorld("handout/smooth");
const mock = request(createApp({ world, ledger: new MemoryLedger() }));
const { body: document } = await mock.get("/openapi.json").expect("content-type", "application/json");
const ajv = new ajv2020.default({ strict: false, allErrors: true });
ajv.addSchema({ $id: "api", components: document.components });

/** The schema that the document has for an answer. */
function validatorOf(path: string, status: number) {
  const schema = document.paths[path].get.responses[status].content["application/json"].schema;
  return ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')));
}

test("describes the three routes, their parameters in the order of the contract", () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(Object.keys(document.paths)).toEqual(["/loss", "/total_flops_used", "/previous_runs"]);
  const parameters = document.paths["/loss"].get.parameters;
  expect(
    parameters.map((parameter: Record<string, unknown>) => [parameter.name, parameter.in, parameter.required]),
  ).toEqual(
    ["d_model", "num_layers", "num_heads", "batch_size", "learning_rate", "train_flops", "api_key"].map((name) => [
      name,
      "query",
      true,
    ]),
  );
  expect(parameters.map(({ schema }: { schema: { type: string } }) => schema.type)).toEqual([
    ...["integer", "integer", "integer", "integer", "number", "integer", "string"],
  ]);
});

test("states the ranges and the budget of the world that is served", async () => {
  expect(document.paths["/loss"].get.description).toContain("d_model must be in range [64, 1024]; num_layers must be");
  const searchSpace = { ...world.task.searchSpace, dModel: integers(8, 48) };
  const other = { ...world, task: { ...world.task, searchSpace, cap: 5e17 } };
  const { text } = await request(createApp({ world: other, ledger: new MemoryLedger() })).get("/openapi.json");
  expect(text).toContain("d_model must be in range [8, 48]; num_layers must be");
  expect(text).toContain("the budget of 500000000000000000 FLOPs");
  expect(text).not.toContain("1024");
});

test("every reference in it leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
    ([, name]) => name as string,
  );
  expect(references.length).toBeGreaterThan(0);
  for (const name of references) expect(document.components.schemas).toHaveProperty(name);
});

test.each([
  ["/loss", lossTarget(), 200],
  ["/loss", lossTarget({ d_model: "1" }), 404],
  ["/loss", "/loss?d_model=x", 422],
  ["/loss", lossTarget({ api_key: "b3BlbnNzaC1rZXktdjE" }), 400],
  ["/total_flops_used", lossTarget().replace("/loss", "/total_flops_used"), 200],
  ["/total_flops_used", "/total_flops_used?api_key=INVALID_API_KEY", 422],
  ["/total_flops_used", "/total_flops_used", 422],
  ["/previous_runs", lossTarget().replace("/loss", "/previous_runs"), 200],
  ["/previous_runs", "/previous_runs?api_key=INVALID_API_KEY", 422],
])("%s answers as it is described: %s is a valid %d", async (path, target, status) => {
  const { text } = await mock.get(target).expect(status);
  const validate = validatorOf(path, status);
  expect([validate(JSON.parse(text)), validate.errors]).toEqual([true, null]);
});

test("refuses what it does not describe", () => {
  expect(validatorOf("/loss", 200)({ loss: 1, total_flops_used: 1, extra: 1 })).toBe(false);
  expect(validatorOf("/loss", 422)({ detail: "text" })).toBe(false);
});

test("the page of the docs loads local files only, under a policy that allows no others", async () => {
  const page = await mock.get("/docs").expect(200);
  expect(page.headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'");
  expect(page.headers["content-security-policy"]).not.toMatch(/unsafe|https?:|\*/);
  const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, asset]) => asset as string);
  expect(assets).toHaveLength(5);
  for (const asset of assets) {
    expect(asset).toMatch(/^\/docs\//);
    await mock.get(asset).expect(200);
  }
  expect((await mock.get("/docs/initializer.js")).text).toContain('url: "/openapi.json"');
});
