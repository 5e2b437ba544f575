import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "isoflop-dry-run-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const HEAD = "d_model,num_layers,num_heads,batch_size,learning_rate,train_flops";
const small = ["--suite", "stanford-2025/central", "--repetitions", "2"];

describe("a dry-run", () => {
  it("prints cost, regret and the cases of refusal of a strategy, and writes the plan", async () => {
    const plan = join(folder, "plan.json");
    const { code, out } = await runCli("dry-run", "two-stage-isoflops", ...small, "--out", plan, "--json");
    expect(code).toBe(0);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ queries: 13, flops: { planned: 1.83e18, cap: 2e18 }, invalid: [], plan });
    expect(report.outcome).toMatchObject({ name: "two-stage-isoflops", n: 2, failed: 0, spend: { median: 1.83e18 } });
    expect(report.worst.regret).toBe(report.spread.regret.most);
    const [quarter, half, all] = report.scenarios;
    expect(quarter.spent.most).toBeLessThanOrEqual(1.5e18);
    expect(half.spent.most).toBeLessThanOrEqual(1e18);
    expect(all.spent.most).toBe(0);
    expect(all.refused.least).toBeGreaterThan(0);
    expect(JSON.parse(readFileSync(plan, "utf8")).fingerprint).toBe(report.fingerprint);
  });

  it("shows every question of the first rehearsal with the reason the strategy gives", async () => {
    const printed = (await runCli("dry-run", "hyperparameters-first", ...small)).out;
    const { first } = JSON.parse((await runCli("dry-run", "hyperparameters-first", ...small, "--json")).out);
    expect(first.world).toBe("stanford-2025/central");
    expect(first.questions.at(-1).spent).toBeLessThanOrEqual(2e18);
    for (const { reason } of first.questions) {
      expect(reason).toMatch(/\w/);
      expect(printed).toContain(reason);
    }
  });

  it("knows earlier runs from the start, does not buy them again, and says where they came from", async () => {
    const bought = JSON.parse((await runCli("dry-run", "ladder", ...small, "--json")).out).first.questions;
    const lines = bought
      .slice(0, 4)
      .map(({ run }: { run: Record<string, number> }) =>
        ["dModel", "numLayers", "numHeads", "batchSize", "learningRate", "trainFlops", "loss"].map(
          (field) => run[field],
        ),
      );
    const runs = file("known.csv", `${HEAD},loss\n${lines.join("\n")}\n`);
    const plan = join(folder, "known.json");
    const { out } = await runCli("dry-run", "ladder", ...small, "--history", runs, "--out", plan, "--json");
    const report = JSON.parse(out);
    expect(report.history).toBe(`${runs} (4 runs)`);
    const known = new Set(lines.map((line: number[]) => line.slice(0, 6).join()));
    const asked = report.asked.map((each: Record<string, number>) =>
      HEAD.split(",")
        .map((name) => each[name])
        .join(),
    );
    expect(asked.filter((each: string) => known.has(each))).toEqual([]);
    expect(JSON.parse(readFileSync(plan, "utf8")).task.history).toHaveLength(4);
    const printed = (await runCli("dry-run", "literature-only", ...small, "--history", runs)).out;
    expect(printed).toContain(`history     ${runs} (4 runs)`);
    expect(printed).toMatch(/stopped: .*nothing/);
  });

  it("makes the folder of the plan, or names the folder it cannot write", async () => {
    const plan = join(folder, "new", "plan.json");
    expect(await runCli("dry-run", "literature-only", ...small, "--out", plan)).toMatchObject({ code: 0 });
    expect(existsSync(plan)).toBe(true);
    expect(await runCli("dry-run", "literature-only", ...small, "--out", folder)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/cannot write ".*": it is a folder/),
    });
  });

  it("gives the same fingerprint for the same seed, and another for another seed", async () => {
    const fingerprint = async (...more: string[]) =>
      JSON.parse((await runCli("dry-run", "literature-only", ...small, ...more, "--json")).out).fingerprint;
    const first = await fingerprint();
    expect([await fingerprint(), await fingerprint("--seed", "1")]).toEqual([first, expect.not.stringMatching(first)]);
  });

  it("prices a table of runs, each configuration once", async () => {
    const row = "512,8,8,128,1e-3,3e17";
    const { out } = await runCli(
      "dry-run",
      file("plan.csv", `${HEAD}\n${row}\n768,8,8,128,0.001,1e17\n${row}\n`),
      ...small,
      "--json",
    );
    expect(JSON.parse(out)).toMatchObject({ queries: 3, flops: { planned: 4e17 }, invalid: [] });
  });

  it.each([
    ["9999,8,8,128,1e-3,1e17", /run 1: d_model must be in range \[64, 1024\], got 9999: change or remove it/],
    ["512,8,8,128,1e-3,2e17", /run 1: train_flops must be one of \[/],
    [
      ["512", "640", "768"].map((d) => `${d},8,8,128,1e-3,1e18`).join("\n"),
      /run 3: FLOPs budget exceeded.*the list costs 3e18 of 2e18 FLOPs: change or remove it/,
    ],
    ["512,8,8,128,abc,1e17", /row 1, column learning_rate: "abc" is not a number/],
    ["512,8,8,128,,1e17", /row 1 has no learning_rate/],
  ])("refuses a table that cannot be bought, and writes no plan: %j", async (rows, words) => {
    const plan = join(folder, "none.json");
    const { code, err } = await runCli(
      "dry-run",
      file("bad.csv", `${HEAD}\n${rows}\n`),
      ...small,
      "--out",
      plan,
      "--json",
    );
    expect(code).toBe(2);
    expect(err.trimEnd().split("\n").at(-1)).toMatch(words);
    expect(existsSync(plan)).toBe(false);
  });

  it("reports the questions of a strategy that would be refused, with the reason", async () => {
    const module = file(
      "stray.mjs",
      `const run = { dModel: 9999, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 };
       export default { name: "stray", summary: "asks too much", *queries() { yield [run]; },
         recommend: () => ({ config: { ...run, dModel: 1024, numLayers: 16, numHeads: 16, trainFlops: 1e19 }, predictedLoss: 3 }) };`,
    );
    const report = JSON.parse((await runCli("dry-run", module, ...small, "--json")).out);
    expect(report.invalid).toEqual([
      expect.objectContaining({
        d_model: 9999,
        rehearsals: 2,
        problem: "d_model must be in range [64, 1024], got 9999",
      }),
    ]);
  });

  it("refuses a strategy that asks different queries after the same answers", async () => {
    const module = file(
      "fickle.mjs",
      `let times = 0;
       const run = () => ({ dModel: 512 + times++, numLayers: 8, numHeads: 8, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 });
       export default { name: "fickle", summary: "counts", *queries() { yield [run()]; },
         recommend: () => ({ config: { ...run(), dModel: 1024, numLayers: 16, numHeads: 16, trainFlops: 1e19 }, predictedLoss: 3 }) };`,
    );
    const { code, err } = await runCli("dry-run", module, ...small);
    expect(code).toBe(2);
    expect(err).toMatch(/strategy "fickle" does not repeat itself/);
  });
});
