import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tryCommand } from "../../src/cli/try.ts";

const README = readFileSync(new URL("../../strategies/README.md", import.meta.url), "utf8");
const MODULE = /```ts\n([\s\S]*?)```/.exec(README)?.[1] as string;
const TRIED = /\$ isoflop try .*\n([\s\S]*?)```/.exec(README)?.[1] as string;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "isoflop-readme-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The output without the one line that depends on the machine. */
function withoutTime(output: string): string {
  return output.trim().replace(/queries, [\d.]+ s/, "queries");
}

async function outputOf(source: string): Promise<string> {
  const file = join(folder, `mine-${source.length}.ts`);
  writeFileSync(file, source);
  let output = "";
  const out = (text: string) => {
    output += text;
  };
  await tryCommand({ out, err: () => {}, interactive: false, columns: 120 }).parseAsync([file], { from: "user" });
  return output;
}

it("shows a module that runs and prints what the page says", async () => {
  expect(MODULE.trim().split("\n").length).toBeLessThanOrEqual(22);
  expect(withoutTime(await outputOf(MODULE))).toBe(withoutTime(TRIED));
});

it("is right that the module needs no import", async () => {
  const plain = MODULE.replace(/import type .*\n/, "").replace("const mine: Strategy =", "const mine =");
  const untyped = plain
    .replace("runs, {", "runs: any, {")
    .replaceAll("a.loss!", "a.loss")
    .replaceAll("b.loss!", "b.loss");
  const source = untyped.replaceAll("(run) =>", "(run: any) =>").replace("(a, b)", "(a: any, b: any)");
  expect(source).not.toContain("import");
  expect(withoutTime(await outputOf(source))).toBe(withoutTime(TRIED));
});
