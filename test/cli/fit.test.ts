import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
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

  it("says the answers in sentences and holds them against the known truth", async () => {
    const output = await isoflopFit("course", "--target", "1e23,1e24");
    expect(output).toContain(
      "The predicted compute-optimal model size is 50.0 billion parameters for a budget of 1e23 FLOPs and 127 billion parameters for a budget of 1e24 FLOPs.",
    );
    expect(output).toMatch(/50,022,290,919\s+337,015,838,799\s+6\.7\s+91\.9B\s+0\.544/);
  });

  it("draws its figures as SVG and PNG, the same bytes each time", async () => {
    const [first, second] = [folder(), folder()];
    await isoflopFit("course", "--target", "1e24", "--plot", first);
    await isoflopFit("course", "--target", "1e24", "--plot", second);
    const names = ["minimum-D-opt.png", "minimum-D-opt.svg", "minimum-N-opt.png", "minimum-N-opt.svg"];
    expect(readdirSync(first)).toEqual(expect.arrayContaining(names));
    for (const name of names)
      expect(readFileSync(join(first, name)).equals(readFileSync(join(second, name)))).toBe(true);
    expect(readFileSync(join(first, "minimum-N-opt.svg"), "utf8")).toContain("126.8B at 10²⁴ FLOPs");
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
});
