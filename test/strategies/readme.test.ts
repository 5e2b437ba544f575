import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { drive } from "../../src/experiment/drive.ts";
import { loadStrategy } from "../../src/experiment/load-strategy.ts";
import { scoreSubmission } from "../../src/experiment/score.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import type { Submission } from "../../src/task/submission.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";

const README = readFileSync(new URL("../../strategies/README.md", import.meta.url), "utf8");
const MODULE = /```ts\n([\s\S]*?)```/.exec(README)?.[1] as string;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isoflop-readme-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const world = buildWorld(presetDocument("handout/smooth"));

async function submissionOf(name: string, source: string): Promise<Submission> {
  const file = join(folder, name);
  writeFileSync(file, source);
  const strategy = await loadStrategy(file);
  return (await drive(strategy, simulatedApi(world), world.task, { stream: "readme" })).submission;
}

it("shows a module that gets a regret below 0.01 nats", async () => {
  const { regret } = scoreSubmission(world, await submissionOf("mine.ts", MODULE));
  expect(regret).toBeGreaterThan(0);
  expect(regret).toBeLessThan(0.01);
});

it("shows a module that does the same as JavaScript, without types and imports", async () => {
  const plain = MODULE.replace(/import type .*\n/, "").replace("const mine: Strategy =", "const mine =");
  const source = plain.replace(" as const", "").replaceAll("loss!", "loss");
  expect(source).not.toContain("import");
  expect(await submissionOf("mine.js", source)).toEqual(await submissionOf("mine-again.ts", MODULE));
});
