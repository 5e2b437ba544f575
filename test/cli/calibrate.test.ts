import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { calibrateCommand } from "../../src/cli/calibrate.ts";
import { loadSuite } from "../../src/cli/load-world.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { parseWorld } from "../../src/surface/world-document.ts";
import { toWire } from "../../src/task/stanford-2025/wire.ts";
import { apiConfigs } from "../surface/points.ts";

async function calibrate(...args: string[]): Promise<{ out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    out: (text: string) => out.push(text),
    err: (text: string) => err.push(text),
    interactive: false,
    columns: 100,
  };
  await calibrateCommand(terminal).parseAsync(args, { from: "user" });
  return { out: out.join(""), err: err.join("") };
}

const folder = mkdtempSync(join(tmpdir(), "isoflop-calibrate-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const sweep = [
  "params,compute,loss",
  ...[1e18, 1e19, 1e20].flatMap((C) =>
    Array.from({ length: 9 }, (_, i) => {
      const N = Math.sqrt(C / 120) * 2 ** ((i - 4) / 2);
      const loss = 1.9 + 410 / N ** 0.34 + 900 / (C / (6 * N)) ** 0.35;
      return `${N},${C},${loss * Math.exp(0.001 * Math.sin(7 * i + C))}`;
    }),
  ),
].join("\n");

describe("isoflop calibrate", () => {
  it("writes a family that passes the schema, is a suite, and a plot beside it", async () => {
    const path = join(folder, "my sweep.json");
    const { out, err } = await calibrate(
      file("sweep.csv", sweep),
      "--draws",
      "3",
      "--out",
      path,
      "--target",
      "1e22",
      "--json",
    );
    const result = JSON.parse(out);
    expect(Object.keys(result)).toEqual([
      "law",
      "parameters",
      "rms",
      "groups",
      "draws",
      "task",
      "columns",
      "dropped",
      "rows",
    ]);
    expect(result.law).toBe("chinchilla");
    expect(result.rms).toBeLessThan(0.0015);
    expect(result.draws).toHaveLength(3);
    expect(result.task).toMatchObject({ target: 1e22, cap: 2e20 });
    expect(result.groups.map(({ train_flops }: { train_flops: number }) => train_flops)).toEqual([1e18, 1e19, 1e20]);
    const family = JSON.parse(readFileSync(path, "utf8"));
    expect(family.worlds.map((world: unknown) => parseWorld(world, path).name)).toEqual([
      "my-sweep/central",
      "my-sweep/01",
      "my-sweep/02",
      "my-sweep/03",
    ]);
    const { worlds } = await loadSuite(path, {}, { out() {}, err() {}, interactive: false, columns: 80 });
    expect(worlds).toHaveLength(4);
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(["my sweep-residuals.svg", "my sweep-residuals.png"]));
    expect(err).toContain("wrote ");
  });

  it("calibrates answers of a training API with the surface that has its effects inside", async () => {
    const world = buildWorld(presetDocument("stanford-2025/20"));
    const rows = apiConfigs(150).map((config) => ({ ...toWire(config), loss: world.quantizedLoss(config) }));
    const { base } = world.document.surface;
    if (base.law !== "annealed") throw new Error("expected the annealed surface");
    const answers = file("answers.json", JSON.stringify({ previous_runs: rows }));
    const { E, alpha, criticalExponent } = base;
    const { bestRate, rateCost } = base.beyond;
    const fixed = Object.entries({ E, alpha, criticalExponent, bestRate, rateCost });
    const { out } = await calibrate(
      answers,
      ...fixed.flatMap(([name, value]) => ["--fix", `${name}=${value}`]),
      "--json",
    );
    const { law, rms, parameters, task } = JSON.parse(out);
    expect(law).toBe("annealed");
    expect(task).toBe("stanford-2025");
    expect(parameters).toMatchObject({ E, alpha, criticalExponent, bestRate, rateCost });
    expect(rms).toBeLessThan(1e-5);
  });

  it("prints for a table with bad rows how many rows were kept", async () => {
    const rows = sweep.split("\n");
    const { out } = await calibrate(file("bad.csv", [...rows, "1e8,1e19,nan", rows[3] ?? ""].join("\n")));
    expect(out).toMatch(/runs +28 from/);
    expect(out).toMatch(/dropped +1 row: loss is missing or not finite \(row 28\)/);
    expect(out).toMatch(/note +row 29: the same as an earlier row; kept/);
    expect(out).toMatch(/budget +grid +run +rows +rms/);
  });

  it("names every row it drops, also when too few rows remain", async () => {
    const spoilt = ["1e8,,3", "-1e8,1e19,3", "1e8,1e19,0", "nan,1e19,3"];
    const { out } = await calibrate(file("spoilt.csv", [sweep, ...spoilt].join("\n")), "--json");
    expect(JSON.parse(out).rows).toMatchObject({
      kept: 27,
      dropped: [
        { row: 28, reason: "compute is missing or not finite" },
        { row: 29, reason: "params is not positive" },
        { row: 30, reason: "loss is not positive" },
        { row: 31, reason: "params is missing or not finite" },
      ],
    });
    await expect(
      calibrate(file("few.csv", ["params,compute,loss", "1e8,1e19,3", ...spoilt].join("\n"))),
    ).rejects.toThrow(
      /needs at least 6 distinct runs, got 1; dropped .*compute is missing or not finite \(row 2\).*params is/,
    );
    const same = ["params,compute,loss", ...Array.from({ length: 9 }, () => "1e8,1e19,3")].join("\n");
    await expect(calibrate(file("same.csv", same))).rejects.toThrow(/at least 6 distinct runs, got 1$/);
    const shapes = Array.from({ length: 8 }, (_, i) => `${64 * (i + 1)},4,1e16,${i === 2 ? -1 : 6 - i / 10}`);
    const partial = await calibrate(
      file("shapes.csv", ["d_model,num_layers,train_flops,loss", ...shapes].join("\n")),
      "--json",
    );
    expect(JSON.parse(partial.out).rows.dropped).toEqual([{ row: 3, reason: "loss is not positive" }]);
  });

  it("notes a parameter that ends at its limit", async () => {
    const oneBudget = ["params,compute,loss", ...[1, 2, 3, 4, 5, 6, 7, 8].map((i) => `${i}e7,1e19,3.${i}`)].join("\n");
    const { out } = await calibrate(file("one.csv", oneBudget));
    expect(out).toMatch(/note +alpha ended at its limit 0\.01: these runs do not determine it/);
    expect((await calibrate(file("sweep.csv", sweep))).out).not.toContain("ended at its limit");
  });

  it("reads the columns that --columns names", async () => {
    const renamed = file("renamed.csv", sweep.replace("params,compute,loss", "weights,compute,dev"));
    await expect(calibrate(renamed)).rejects.toThrow(/--columns/);
    const { out } = await calibrate(renamed, "--columns", "N=weights,loss=dev", "--json");
    expect(JSON.parse(out).rows.kept).toBe(27);
  });

  it("refuses an impossible parameter, a fractional batch size, and an output it cannot write", async () => {
    const table = file("sweep.csv", sweep);
    await expect(calibrate(table, "--fix", "alpha=-1")).rejects.toThrow(
      'alpha of the law "chinchilla" must lie between 0.01 and 2, got -1',
    );
    await expect(calibrate(table, "--out", folder)).rejects.toThrow(/cannot write ".*": it is a folder/);
    await expect(calibrate(table, "--out", join(table, "family.json"))).rejects.toThrow(/cannot write to folder "/);
    const command = calibrateCommand({ out: () => {}, err: () => {}, interactive: false, columns: 100 });
    command.exitOverride().configureOutput({ writeErr: () => {} });
    await expect(command.parseAsync([table, "--batch", "12.5"], { from: "user" })).rejects.toThrow(/whole numbers/);
  });

  it("names in one line what a law needs, the laws, and the parameters that may be fixed", async () => {
    const few = file("few.csv", sweep.split("\n").slice(0, 5).join("\n"));
    await expect(calibrate(few)).rejects.toThrow(
      'the law "chinchilla" has 5 free parameters: it needs at least 6 distinct runs, got 4',
    );
    await expect(calibrate(file("sweep.csv", sweep), "--law", "gated")).rejects.toThrow(
      /unknown law for runs known by N, D and C "gated"/,
    );
    await expect(calibrate(file("sweep.csv", sweep), "--fix", "F=1")).rejects.toThrow(
      /unknown parameter of the law "chinchilla" "F"/,
    );
    await expect(calibrate(join(folder, "swep.csv"))).rejects.toThrow(/did you mean ".*sweep\.csv"\?/);
  });
});
