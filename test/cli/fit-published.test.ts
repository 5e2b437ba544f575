import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sharedData } from "../../benchmarks/shared-data.ts";
import { fitCommand } from "../../src/cli/fit.ts";
import { chinchillaLoss, chinchillaOptimum } from "../../src/law/chinchilla.ts";
import { requiresData } from "../requires.ts";

async function fitJson(...args: string[]) {
  const output: string[] = [];
  const terminal = { out: (text: string) => output.push(text), err: () => {}, interactive: false, columns: 100 };
  await fitCommand(terminal).parseAsync([...args, "--json"], { from: "user" });
  return JSON.parse(output.join(""));
}

const EXPERIMENTS = "fits/isoflop-experiments.csv";
const POINTS = "fits/chinchilla-points.csv";
const SUBSET = "fits/chinchilla-subset.csv";
const PORIAN = "tables/porian_isoflop_points.csv";
const STEP_LAW = "replay/steplaw-dense.csv";
const [experiments, chinchilla, subset, porian, stepLaw] = [EXPERIMENTS, POINTS, SUBSET, PORIAN, STEP_LAW].map(
  requiresData,
) as [ReturnType<typeof requiresData>, ...ReturnType<typeof requiresData>[]] &
  Record<number, ReturnType<typeof requiresData>>;

describe("published numbers", () => {
  it.skipIf(experiments.skip)(`Llama 3: 393B on 16.1T, without outliers 645B on 9.8T${experiments.note}`, async () => {
    const llama = [sharedData(EXPERIMENTS), "--where", "experiment=llama_3__raw_loss", "--target", "3.8e25"];
    const [all] = (await fitJson(...llama, "--method", "parabola", "--window", "none")).fits;
    expect(all.status).toBe("converged");
    expect(all.exponents.b).toBeCloseTo(0.537, 3);
    expect(all.targets[0].N / 393e9).toBeCloseTo(1, 2);
    expect(all.targets[0].D / 16.1e12).toBeCloseTo(1, 2);
    expect(all.targets[0].extrapolation).toBeCloseTo(3800, 6);
    expect(all.targets[0].warning).toContain("3800 times");
    const clean = [...llama, "--where", "outlier=False", "--method", "parabola", "--window", "none"];
    const [without] = (await fitJson(...clean)).fits;
    expect(without.exponents.b).toBeCloseTo(0.5, 3);
    expect(without.targets[0].N / 645e9).toBeCloseTo(1, 2);
    expect(without.targets[0].D / 9.8e12).toBeCloseTo(1, 2);
  });

  it.skipIf(chinchilla!.skip)(`ml-scalefit: 217 Chinchilla points below 1e21 FLOPs${chinchilla!.note}`, async () => {
    const points = [sharedData(POINTS), "--where", "loss<3.44", "--where", "C<1e21", "--method", "parametric"];
    for (const [objective, E, alpha, beta] of [
      ["raw-square", 1.9051, 0.3511, 0.4587],
      ["log-square", 1.8926, 0.3522, 0.443],
    ] as const) {
      const { runs, fits } = await fitJson(...points, "--objective", objective);
      expect(runs.n).toBe(217);
      expect(fits[0].parameters.E).toBeCloseTo(E, 4);
      expect(fits[0].parameters.alpha).toBeCloseTo(alpha, 4);
      expect(fits[0].parameters.beta).toBeCloseTo(beta, 4);
    }
  });

  it.skipIf(subset!.skip)(`kyo-takano: the asymmetric absolute error${subset!.note}`, async () => {
    const options = ["--method", "parametric", "--objective", "asymmetric-huber", "--delta", "0", "--target", "1e24"];
    const [fit] = (await fitJson(sharedData(SUBSET), ...options)).fits;
    expect(fit.parameters.E).toBeCloseTo(1.7, 3);
    expect(fit.parameters.alpha).toBeCloseTo(0.289, 3);
    expect(fit.parameters.beta).toBeCloseTo(0.356, 3);
    expect(fit.targets[0].N / 160.5e9).toBeCloseTo(1, 2);
  });

  it.skipIf(porian!.skip)(`Porian et al.: ten exponents by parabola and by interpolation${porian!.note}`, async () => {
    const published: Readonly<Record<string, number>> = {
      "rw/base/long/kaplan/kaplan/train": 0.8353,
      "rw/base/long/kaplan/standard/val": 0.7065,
      "rw/base/short/kaplan/standard/val": 0.602,
      "rw/base/short/chinchilla/standard/val": 0.5715,
      "rw/tuned/short/const/standard/val": 0.4969,
      "owt2/base/long/kaplan/kaplan/train": 0.8635,
      "owt2/base/long/kaplan/standard/val": 0.6985,
      "owt2/base/short/kaplan/standard/val": 0.6032,
      "owt2/base/short/chinchilla/standard/val": 0.5743,
      "owt2/tuned/short/const/standard/val": 0.5185,
    };
    for (const method of ["parabola", "interpolated-minimum"]) {
      const by = "dataset,hparams,warmup,decay,param_count,split";
      const { groups } = await fitJson(sharedData(PORIAN), "--method", method, "--by", by);
      expect(groups).toHaveLength(15);
      let matched = 0;
      for (const { by: group, fits } of groups) {
        const name = Object.values(group as Record<string, string>).join("/");
        const a = published[name];
        expect(fits[0].status, name).toBe("converged");
        if (a === undefined) continue;
        matched++;
        expect(Math.abs(fits[0].exponents.a - a), name).toBeLessThan(group.warmup === "long" ? 0.05 : 0.03);
      }
      expect(matched).toBe(10);
    }
  });

  it.skipIf(stepLaw!.skip)(`Step Law: bowls of learning rate and batch${stepLaw!.note}`, async () => {
    const columns = ["--columns", "loss=smooth loss,batch_size=2048*bs"];
    const { laws, cells } = await fitJson(
      sharedData(STEP_LAW),
      ...columns,
      "--law-of",
      "learning_rate,batch_size",
      "--bootstrap",
      "50",
    );
    expect(cells).toHaveLength(17);
    const [rate, batch] = laws;
    expect(rate.exponents.N).toBeCloseTo(-0.695, 3);
    expect(rate.exponents.D).toBeCloseTo(0.208, 3);
    expect(batch.coefficient).toBeCloseTo(0.546, 3);
    expect(batch.exponents).toEqual({ D: expect.closeTo(0.569, 3) });
    expect(rate.intervals.N[0]).toBeLessThan(-0.695);
    expect(rate.intervals.N[1]).toBeGreaterThan(-0.695);
  });
});

describe("isoflop fit on a table of one's own", () => {
  const LAW = { E: 1.9, A: 420, B: 1900, alpha: 0.33, beta: 0.36 };
  const rows = [1e17, 3e17, 1e18, 3e18, 1e19].flatMap((C, budget) =>
    [0.25, 0.5, 1, 2, 4].map((factor, size) => {
      const N = factor * chinchillaOptimum(LAW, C / 3).N;
      const D = C / (18 * N);
      const noise = Math.exp(0.002 * Math.sin(37 * (5 * budget + size)));
      return { N, D, C, loss: chinchillaLoss(LAW, N, D) * noise, lr: 1e-3 };
    }),
  );
  const file = (table: readonly object[]) => {
    const path = join(mkdtempSync(join(tmpdir(), "isoflop-fit-")), "runs.json");
    writeFileSync(path, JSON.stringify(table));
    return path;
  };

  it("says what a predicted run costs under the table's own C/(N·D)", async () => {
    const [fit] = (await fitJson(file(rows), "--method", "parametric", "--target", "1e21")).fits;
    const { N, D, flops, extrapolation } = fit.targets[0];
    expect(flops / 1e21).toBeCloseTo(1, 9);
    expect((18 * N * D) / 1e21).toBeCloseTo(1, 6);
    expect(extrapolation).toBeCloseTo(100, 9);
  });

  it("predicts hidden budgets by every method, with intervals", async () => {
    const { holdOut } = await fitJson(file(rows), "--hold-out", "1", "--bootstrap", "40");
    const methods = holdOut.map(({ method }: { method: string }) => method);
    expect(methods).toEqual(expect.arrayContaining(["minimum", "parabola", "parametric", "frontier"]));
    const parametric = holdOut.find(({ method }: { method: string }) => method === "parametric");
    const best = rows.slice(20).reduce((low, row) => (row.loss < low.loss ? row : low));
    expect(parametric).toMatchObject({ C: 1e19, observed: { N: best.N, loss: best.loss } });
    expect(parametric.predicted.loss / best.loss).toBeCloseTo(1, 1);
    expect(parametric.predicted.interval.level).toBe(0.8);
    expect(parametric.covered).toBeTypeOf("boolean");
    await expect(fitJson(file(rows), "--hold-out", "4")).rejects.toThrow("--hold-out 4");
  });

  it("limits N and D, and says what other sizes cost", async () => {
    const limits = ["--max-params", "1B", "--max-tokens", "40B", "--table-of-sizes", "--target", "1e21"];
    const [fit] = (await fitJson(file(rows), ...limits)).fits;
    expect(fit.method).toBe("parametric");
    const { constrained, sizes, loss } = fit.targets[0];
    expect(constrained.N).toBe(1e9);
    expect(constrained.D).toBe(40e9);
    expect(constrained.flops / (18 * 1e9 * 40e9)).toBeCloseTo(1, 9);
    expect(constrained.loss).toBeGreaterThan(loss);
    for (const { factor, excess, compute } of sizes) {
      expect(excess >= 0 && (compute === null || compute >= 1)).toBe(true);
      if (factor === 1) expect([excess, compute]).toEqual([expect.closeTo(0, 9), expect.closeTo(1, 6)]);
    }
  });

  it("keeps the best run per N and D with --best-of, and reports the others", async () => {
    const worse = rows.map((row) => ({ ...row, loss: row.loss + 0.1, lr: 1e-4 }));
    const { runs, dropped } = await fitJson(file([...worse, ...rows]), "--best-of", "--method", "minimum");
    expect(runs.n).toBe(25);
    expect(dropped).toMatchObject([{ count: 25, reason: expect.stringContaining("lower loss") }]);
  });

  it("takes best sizes of budgets as they are with --method optima", async () => {
    const optima = [1e18, 1e19, 1e20, 1e21, 1e22].map((C) => ({
      C,
      N: 0.1 * Math.sqrt(C) * Math.exp(0.02 * Math.sin(C)),
    }));
    const [fit] = (await fitJson(file(optima), "--method", "optima", "--target", "1e23")).fits;
    expect(fit.exponents.a).toBeCloseTo(0.5, 1);
    expect(fit.points).toHaveLength(5);
  });
});
