import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runTry } from "../../src/cli/try/action.ts";

const README = readFileSync(new URL("../../strategies/README.md", import.meta.url), "utf8");
const MODULE = /```ts\n([\s\S]*?)```/.exec(README)?.[1] as string;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isoflop-readme-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function triedFile(name: string, source: string): Promise<{ score: { regret: number }; submission: object }> {
  const file = join(folder, name);
  writeFileSync(file, source);
  let output = "";
  const out = (text: string) => {
    output += text;
  };
  const io = { out, err: () => {}, interactive: false, columns: 120 };
  await runTry(file, { world: "handout/smooth", repetition: 0, seed: 0, json: true }, io);
  return JSON.parse(output);
}

it("shows a module that gets a regret below 0.01 nats", async () => {
  const { score } = await triedFile("mine.ts", MODULE);
  expect(score.regret).toBeGreaterThan(0);
  expect(score.regret).toBeLessThan(0.01);
});

it("shows a module that does the same as JavaScript, without types and imports", async () => {
  const plain = MODULE.replace(/import type .*\n/, "").replace("const mine: Strategy =", "const mine =");
  const source = plain.replace(" as const", "").replaceAll("loss!", "loss");
  expect(source).not.toContain("import");
  const { submission } = await triedFile("mine.js", source);
  expect(submission).toEqual((await triedFile("mine-again.ts", MODULE)).submission);
});
