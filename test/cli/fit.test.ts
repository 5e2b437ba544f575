import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderNames } from "../../src/cli/fit/groups.ts";
import { fitCommand } from "../../src/cli/fit.ts";
import { courseFile } from "../../src/fit/course-data.ts";

async function isoflopFit(...args: string[]): Promise<string> {
  const output: string[] = [];
  const terminal = { out: (text: string) => output.push(text), err: () => {}, interactive: false, columns: 100 };
  await fitCommand(terminal).parseAsync(args, { from: "user" });
  return output.join("");
}

const folder = () => mkdtempSync(join(tmpdir(), "isoflop-fit-"));

describe("isoflop fit", () => {
  it("answers the assignment's first problem from a file", async () => {
    const file = join(folder(), "isoflops_curves.json");
    writeFileSync(file, JSON.stringify(courseFile()));
    const { fits } = JSON.parse(await isoflopFit(file, "--method", "minimum", "--target", "1e23,1e24", "--json"));
    expect(fits[0]).toMatchObject({ method: "minimum", status: "converged", targets: [{ C: 1e23 }, { C: 1e24 }] });
    expect(Math.round(fits[0].targets[0].N)).toBe(50_022_290_919);
    expect(Math.round(fits[0].targets[1].D)).toBe(1_331_744_835_972);
    expect(fits[0].points).toHaveLength(9);
  });

  it("prints the answers beside the known truth", async () => {
    const output = await isoflopFit("course", "--target", "1e23,1e24");
    expect(output).toContain(
      "The predicted compute-optimal model size is 50.0 billion parameters for a budget of 1e23 FLOPs and 127 billion parameters for a budget of 1e24 FLOPs.",
    );
    expect(output).toMatch(/50,022,290,919\s+337,015,838,799\s+6\.7\s+3\.2813\s+91\.9B\s+0\.544/);
  });

  it("draws its figures as SVG and PNG, the same bytes each time", async () => {
    const [first, second] = [folder(), folder()];
    await isoflopFit("course", "--target", "1e24", "--plot", first);
    await isoflopFit("course", "--target", "1e24", "--plot", second);
    const names = ["D-opt.png", "D-opt.svg", "N-opt.png", "N-opt.svg"].map((name) => `course-minimum-${name}`);
    expect(readdirSync(first)).toEqual(expect.arrayContaining(names));
    for (const name of names)
      expect(readFileSync(join(first, name)).equals(readFileSync(join(second, name)))).toBe(true);
    expect(readFileSync(join(first, "course-minimum-N-opt.svg"), "utf8")).toContain("126.8B at 10²⁴ FLOPs");
  });

  it("finds the experiments that a column of numbers tells apart, and fits the best of each size on request", async () => {
    const file = join(folder(), "runs.csv");
    const rows = (courseFile() as { parameters: number; compute_budget: number; final_loss: number }[]).flatMap(
      ({ parameters, compute_budget, final_loss }) => [
        [parameters, compute_budget, final_loss, 0.1, 1e-3, 1],
        [parameters, compute_budget, final_loss * 1.2, 0.01, 3e-4, 2],
      ],
    );
    for (const column of ["weight_decay", "lr"]) {
      const header = column === "lr" ? "N,C,loss,x,lr,seed" : "N,C,loss,weight_decay,x,seed";
      const kept = rows.map((row) => row.map((cell, i) => ((column === "lr" ? i === 3 : i === 4) ? 7 : cell)));
      writeFileSync(file, [header, ...kept].join("\n"));
      const { fits } = JSON.parse(await isoflopFit(file, "--method", "parabola", "--json"));
      expect(fits[0]).toMatchObject({ status: "not identified" });
      expect(fits[0].explanation).toContain(`"${column}"`);
    }
    const best = JSON.parse(await isoflopFit(file, "--method", "parabola", "--best-of", "--json"));
    expect(best.fits[0].status).toBe("converged");
    expect(best.dropped).toMatchObject([{ count: rows.length / 2 }]);
    expect(best.runs.notes).toEqual([]);
  });

  it("predicts for every --target", async () => {
    const { fits } = JSON.parse(await isoflopFit("course", "--target", "1e23", "--target", "1e24,2e24", "--json"));
    expect(fits[0].targets.map(({ C }: { C: number }) => C)).toEqual([1e23, 1e24, 2e24]);
  });

  it("names what is wrong in one line", async () => {
    const file = join(folder(), "runs.csv");
    writeFileSync(file, "N,C,loss\n1e6,1e15,3\n1e6,1e15,abc\n");
    await expect(isoflopFit(file)).rejects.toThrow('row 2, column loss: "abc" is not a number');
    await expect(isoflopFit(file.replace("runs", "run"))).rejects.toThrow(`did you mean "${file}"?`);
    await expect(isoflopFit("course", "--method", "minimun")).rejects.toThrow(
      'unknown method "minimun"; did you mean "minimum"?',
    );
  });

  it("finds best settings among all answers of a training API, not only the lowest", async () => {
    const rows = [4, 8, 16].flatMap((num_layers, i) =>
      [1e-4, 2e-4, 4e-4, 8e-4, 1.6e-3].map((learning_rate) => {
        const bowl = Math.log(learning_rate / (8e-4 / 2 ** i)) ** 2;
        const shape = { d_model: 512, num_layers, num_heads: 8, batch_size: 128, learning_rate };
        return { ...shape, train_flops: 1e15 * 4 ** i, loss: (5 - i) * (1 + 0.005 * bowl) };
      }),
    );
    const file = join(folder(), "answers.json");
    writeFileSync(file, JSON.stringify(rows));
    const { cells } = JSON.parse(await isoflopFit(file, "--law-of", "learning_rate", "--json"));
    expect(cells.map(({ best }: { best?: { learning_rate: number } }) => best?.learning_rate)).toEqual([
      expect.closeTo(8e-4, 6),
      expect.closeTo(4e-4, 6),
      expect.closeTo(2e-4, 6),
    ]);
  });

  it("gives each group a folder of its own, inside the one named", () => {
    const groups = ["a/b", "a b", "A-b", "..", ""].map((corpus) => ({ corpus }));
    expect(folderNames(groups)).toEqual(["a-b", "a-b-2", "A-b-3", "empty", "empty-2"]);
  });

  it("refuses an option without effect, and a folder it cannot make", async () => {
    const file = join(folder(), "file");
    writeFileSync(file, "");
    for (const [args, message] of [
      [["--method", "minimum", "--objective", "log-huber"], "--objective changes nothing in method minimum"],
      [["--method", "minimum", "--weights", "parameters"], "--weights changes nothing in method minimum"],
      [["--method", "parametric", "--space", "log"], "--space changes nothing in method parametric"],
      [["--method", "kaplan", "--fix", "alpha_D=0.1"], "method kaplan cannot fix a parameter"],
      [["--method", "parametric", "--prior", "F=1±1"], 'unknown parameter "F"'],
      [
        ["--method", "parametric", "--objective", "log-square", "--delta", "1"],
        "--delta changes nothing in log-square",
      ],
      [["--law-of", "learning_rate", "--max-params", "1e9"], "--max-params changes nothing"],
      [["--bootstrap", "5"], "intervals need 20 refits"],
      [["--plot", file], `cannot write to folder "${file}"`],
    ] as const)
      await expect(isoflopFit("course", ...args), args.join(" ")).rejects.toThrow(message);
  });

  it("prints how the exponent a depends on the objective and on outliers", async () => {
    const rows = courseFile().map((row, i) => ({
      ...row,
      final_loss: row.final_loss * (i === 10 ? 1.3 : 1 + 0.004 * Math.sin(37 * i)),
    }));
    const file = join(folder(), "outlier.json");
    writeFileSync(file, JSON.stringify(rows));
    const { sensitivity, exponents } = JSON.parse(await isoflopFit(file, "--method", "parametric", "--json")).fits[0];
    expect(sensitivity.outliers).toEqual([{ row: 11, residual: expect.any(Number) }]);
    const [, own, , squares] = sensitivity.a;
    expect(own).toMatchObject({ objective: "log-huber", delta: 0.001, a: exponents.a });
    expect(squares).toMatchObject({ objective: "log-square", delta: null });
    expect(squares.withoutOutliers).not.toBe(squares.a);
    const text = await isoflopFit(file, "--method", "parametric", "--bootstrap", "20");
    expect(text).toMatch(/a = 0\.5\d+ \(90 % 0\.\d+ to 0\.\d+\) depends on/);
    expect(text).toMatch(/objective +delta +a +a without 1 outlier\n[\s\S]*log-square +infinite +0\.\d+ +0\.\d+/);
    expect(text).toContain("off the log-huber law: row 11.");
  });

  it("compares every method, and prints why one has no answer", async () => {
    const { fits } = JSON.parse(await isoflopFit("course", "--method", "all", "--target", "1e23", "--json"));
    const N = Object.fromEntries(
      fits.map((fit: { method: string; targets: { N: number }[] }) => [fit.method, fit.targets[0]?.N]),
    );
    expect(Object.keys(N)).toEqual([
      "minimum",
      "envelope",
      "parabola",
      "interpolated-minimum",
      "parametric",
      "variable-projection",
      "kaplan",
      "farseer",
      "frontier",
    ]);
    for (const exact of ["parametric", "variable-projection"]) expect(N[exact] / 91.89246e9).toBeCloseTo(1, 6);
    const table = await isoflopFit("course", "--method", "all", "--target", "1e23");
    expect(table).toMatch(/parametric +converged +0\.5143 +0\.4857 +91\.9B +181B +3\.2750 +1\.000/);
  });

  it("fits a formula with one parameter fixed and a prior on another", async () => {
    const formula = ["--formula", "E + A/N^alpha + B/D^beta"];
    const [free, held, pulled] = await Promise.all(
      [[], ["--fix", "E=2.5"], ["--prior", "E=2±0.0001"]].map(
        async (extra) => JSON.parse(await isoflopFit("course", ...formula, ...extra, "--json")).fits[0],
      ),
    );
    expect(free).toMatchObject({ method: "formula", status: "converged" });
    expect(free.parameters.alpha).toBeCloseTo(0.34, 6);
    expect(held.parameters.E).toBe(2.5);
    expect(pulled.parameters.E).toBeLessThan(free.parameters.E);
    await expect(isoflopFit("course", "--formula", "E + A/N^")).rejects.toThrow("cannot be read");
    await expect(isoflopFit("course", "--formula", "E + A/N", "--method", "kaplan")).rejects.toThrow(
      "--formula goes with",
    );
  });

  it("gives intervals when asked, the same for the same seed", async () => {
    const rows = courseFile().map((row, i) => ({
      ...row,
      final_loss: row.final_loss * (1 + 0.004 * Math.sin(37 * i)),
    }));
    const file = join(folder(), "noisy.json");
    writeFileSync(file, JSON.stringify(rows));
    const args = [file, "--method", "parametric", "--bootstrap", "60", "--target", "1e23"];
    const [one, same] = [await isoflopFit(...args, "--json"), await isoflopFit(...args, "--json")];
    expect(one).toBe(same);
    const { fits, modelChoice } = JSON.parse(one);
    const [{ intervals, targets, parameters }] = fits;
    expect(intervals.alpha[0]).toBeLessThan(parameters.alpha);
    expect(intervals.alpha[1]).toBeGreaterThan(parameters.alpha);
    expect(targets[0].interval).toMatchObject({
      level: 0.9,
      N: expect.any(Array),
      D: expect.any(Array),
      loss: expect.any(Array),
    });
    expect(modelChoice.targets[0].loss[1]).toBeGreaterThan(modelChoice.targets[0].loss[0]);
    expect(await isoflopFit(...args)).toMatch(/E by profile +2\.\d+ to 2\.\d+/);
  });
});
