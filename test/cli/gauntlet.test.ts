import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { gauntletCommand } from "../../src/cli/gauntlet.ts";

async function isoflopGauntlet(...args: string[]): Promise<string> {
  const output: string[] = [];
  const terminal = { out: (text: string) => output.push(text), err: () => {}, interactive: false, columns: 100 };
  await gauntletCommand(terminal).parseAsync(args, { from: "user" });
  return output.join("");
}

describe("isoflop gauntlet", () => {
  const before = process.cwd();
  afterEach(() => {
    process.chdir(before);
    process.exitCode = 0;
  });

  it("prints the properties that a user's fitter breaks, writes runs that show it, and exits with 1", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-gauntlet-"));
    process.chdir(folder);
    const file = join(folder, "first-row.js");
    const fit =
      "(runs) => ({ status: 'converged', parameters: { first: runs[0]?.loss ?? 1 }, optimum: (C) => ({ C, N: 1, D: C / 6 }) })";
    writeFileSync(file, `export default { name: "first-row", fit: ${fit} };`);
    const { properties } = JSON.parse(await isoflopGauntlet(file, "--json"));
    const order = properties.find(({ name }: { name: string }) => name === "ignores the order of rows");
    expect(order).toMatchObject({ passed: false, runs: expect.any(Number) });
    expect(order.counterexample.table.length).toBeGreaterThan(3);
    expect(process.exitCode).toBe(1);
    expect(await isoflopGauntlet(file)).toMatch(
      /FAILED {2}ignores the order of rows[\s\S]*fails \d+ of \d+ properties\n.*counterexample\.json/,
    );
    const first = properties.find(({ passed }: { passed: boolean }) => !passed);
    expect(JSON.parse(readFileSync("counterexample.json", "utf8"))).toEqual(first.counterexample.table);
  });

  it("names a module without a fitter in one line", async () => {
    await expect(isoflopGauntlet("parabole")).rejects.toThrow('unknown fitter "parabole"; did you mean "parabola"?');
    await expect(isoflopGauntlet("./nowhere.ts")).rejects.toThrow('"./nowhere.ts" does not exist');
    const file = join(mkdtempSync(join(tmpdir(), "isoflop-gauntlet-")), "empty.js");
    writeFileSync(file, "export default 7;");
    await expect(isoflopGauntlet(file)).rejects.toThrow("is not a fitter");
  });
});
