import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sharedData } from "../../benchmarks/shared-data.ts";
import { worldsCommand } from "../../src/cli/worlds.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument, presetNames } from "../../src/surface/presets.ts";
import { jobPresetDocument, jobPresetNames } from "../../src/surface/stanford-2026/presets.ts";
import { toWire } from "../../src/task/stanford-2025/wire.ts";
import { requiresData } from "../requires.ts";
import { apiConfigs } from "../surface/points.ts";
import { HEAD, sweep } from "../surface/replay/tables.ts";

async function worlds(...args: string[]): Promise<string> {
  const output: string[] = [];
  const terminal = { out: (text: string) => output.push(text), err: () => {}, interactive: false, columns: 100 };
  await worldsCommand(terminal).parseAsync(args, { from: "user" });
  return output.join("");
}

const folder = mkdtempSync(join(tmpdir(), "isoflop-worlds-"));
const file = (name: string, value: unknown) => {
  writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
  return join(folder, name);
};

describe("isoflop worlds", () => {
  it("lists every world and suite for a program, and one line for a family's draws for a person", async () => {
    const listed = JSON.parse(await worlds("--json"));
    expect(listed.worlds.map(({ name }: { name: string }) => name)).toEqual([...presetNames(), ...jobPresetNames()]);
    expect(listed.suites.find(({ name }: { name: string }) => name === "smoke").worlds).toHaveLength(5);
    const printed = await worlds();
    expect(printed).toMatch(/handout\/smooth .*Chinchilla/);
    expect(printed).toContain("stanford-2025/01");
    expect(printed).not.toContain("stanford-2025/02");
    expect(Math.max(...printed.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it("shows a world as the JSON that rebuilds it", async () => {
    expect(JSON.parse(await worlds("show", "stanford-2025/07"))).toEqual(presetDocument("stanford-2025/07"));
    expect(JSON.parse(await worlds("show", "effects/tree", "--json"))).toEqual(presetDocument("effects/tree"));
    expect(JSON.parse(await worlds("show", "stanford-2026/07"))).toEqual(jobPresetDocument("stanford-2026/07"));
  });

  it("validates a world of one's own, and names the path of a bad field", async () => {
    const own = { ...presetDocument("handout/smooth"), name: "mine" };
    expect(await worlds("validate", file("mine.json", own))).toMatch(
      /valid world "mine"; best at 1e19 FLOPs: N 255M, loss 2\.829/,
    );
    expect(JSON.parse(await worlds("validate", file("mine.json", own), "--json"))).toMatchObject({
      valid: true,
      name: "mine",
    });
    const family = file("family.json", { worlds: [own, { ...own, name: "other" }] });
    expect((await worlds("validate", family)).match(/valid world/g)).toHaveLength(2);
    await expect(worlds("validate", file("list.json", [own, { ...own, seed: "x" }]))).rejects.toThrow(
      /world 2: seed: /,
    );
    await expect(worlds("validate", file("bad.json", { ...own, seed: "x" }))).rejects.toThrow(/bad\.json: seed: /);
    await expect(worlds("validate", file("broken.json", "{"))).rejects.toThrow(/broken\.json: not JSON/);
    await expect(worlds("validate", join(folder, "mene.json"))).rejects.toThrow(/did you mean ".*mine\.json"\?/);
  });

  it("makes worlds of a table, and a suite file of them", async () => {
    const out = join(folder, "made.json");
    const table = file("sweep.csv", `${HEAD}\n${sweep()}`);
    const { worlds: made, leftOut, columns } = JSON.parse(await worlds("from", table, "--out", out, "--json"));
    expect(made.map(({ name, question }: { name: string; question: string }) => [name, question])).toEqual([
      ["table/sweep/4e17", "table"],
      ["table/sweep/1e18", "table"],
    ]);
    expect(made[0]).toMatchObject({ rows: expect.any(Number), levels: 3, truthError: expect.any(Number), tie: 0.002 });
    expect([leftOut, columns]).toMatchObject([[], { N: "params", loss: "loss" }]);
    expect(JSON.parse(readFileSync(out, "utf8")).worlds).toHaveLength(2);
  });

  it("refuses a table of which nothing can be made, with what it lacks", async () => {
    const table = file("few.csv", "params,flops,loss\n1e6,1e15,4\n2e6,1e15,4.1\n");
    await expect(worlds("from", table)).rejects.toThrow(/few\.csv.*no world.*three sizes share/);
  });

  it("names the nearest command and world", async () => {
    await expect(worlds("shwo")).rejects.toThrow(/unknown command of worlds "shwo"; did you mean "show"\?/);
    await expect(worlds("show", "handout/smoth")).rejects.toThrow(/did you mean "handout\/smooth"\?/);
  });

  it("draws a sheet of a world, the same bytes each time", async () => {
    const printed = await worlds("plot", "effects/floor", "--out", folder);
    expect(printed).toContain("effects-floor.png");
    const svg = readFileSync(join(folder, "effects-floor.svg"), "utf8");
    for (const title of ["IsoFLOP curves", "Loss against learning rate", "The larger batch", "The plateau"])
      expect(svg).toContain(title);
    expect(svg).not.toMatch(/NaN|Infinity/);
    expect(readFileSync(join(folder, "effects-floor.png")).subarray(1, 4).toString()).toBe("PNG");
    await worlds("plot", "effects/floor", "--out", folder);
    expect(readFileSync(join(folder, "effects-floor.svg"), "utf8")).toBe(svg);
  });
});

describe("isoflop worlds fidelity", () => {
  const world = buildWorld(presetDocument("stanford-2025/central"));
  const rows = apiConfigs(140).map((config, i) => ({
    ...toWire(config),
    loss: world.quantizedLoss(config) * Math.exp(i === 5 ? 0.2 : 0.01),
  }));

  it("is exact about a table made from the world itself", async () => {
    const result = JSON.parse(await worlds("fidelity", "stanford-2025/central", file("runs.json", rows), "--json"));
    expect(result).toMatchObject({ world: "stanford-2025/central", rows: 140 });
    expect(result.worst[0]).toMatchObject({ row: 6, d_model: rows[5]?.d_model });
    expect(result.worst[0].error).toBeCloseTo(-0.2, 9);
    expect(result.worst[1].error).toBeCloseTo(-0.01, 9);
    expect(result.rms).toBeCloseTo(Math.sqrt((139 * 1e-4 + 0.04) / 140), 9);
    for (const { train_flops, n, tau } of result.rankCorrelation)
      if (train_flops !== rows[5]?.train_flops && n > 5) expect(tau).toBeCloseTo(1, 6);
    const off = result.groups.filter(({ grid }: { grid: string }) => grid === "off");
    expect(off.length).toBeGreaterThan(3);
    expect(Object.keys(off[0])).toEqual(["train_flops", "grid", "trained", "n", "rms", "mean", "max"]);
  });

  it("says what was dropped, and prints tables for a person", async () => {
    const bad = [...rows, { ...rows[0], loss: null }, rows[1]];
    const printed = await worlds("fidelity", "stanford-2025/central", file("bad-runs.json", bad));
    expect(printed).toMatch(/loss is missing or not finite \(row 141\)/);
    expect(printed).toMatch(/repeats an earlier row \(row 142\)/);
    expect(printed).toMatch(/worst rows\nrow +d/);
  });

  const data = requiresData("training-api/answers.json");
  it.skipIf(data.skip)(`holds the calibrated world against the real answers${data.note}`, async () => {
    const answers = sharedData("training-api/answers.json");
    const central = JSON.parse(await worlds("fidelity", "stanford-2025/central", answers, "--json"));
    const printed = JSON.parse(await worlds("fidelity", "stanford-2025/printed", answers, "--json"));
    expect(central.rms).toBeLessThan(0.006);
    expect(central.rms).toBeLessThan(printed.rms);
    for (const { train_flops, n, tau } of central.rankCorrelation)
      if (train_flops >= 1e14 && n > 10) expect(tau).toBeGreaterThan(0.75);
  });
});
