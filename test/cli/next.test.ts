import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readRunsTable } from "../../src/table/runs.ts";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "isoflop-next-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const law = (N: number, C: number) => 1.9 + 420 * N ** -0.33 + 1900 * (C / (6 * N)) ** -0.36;
const rows = [1e17, 1e18, 1e19].flatMap((C) => [0.3, 1, 3].map((factor) => [factor * Math.sqrt(C / 120), C] as const));
const SWEEP = file("sweep.csv", `N,C,loss\n${rows.map(([N, C]) => `${N},${C},${law(N, C).toFixed(4)}`).join("\n")}\n`);
const asked = ["--budget", "5e19", "--target", "1e21"];

describe("isoflop next", () => {
  it("lets a program choose, which knows the runs and is told predicted losses until it has named enough", async () => {
    const plan = file(
      "plan.mjs",
      `import { createInterface } from "node:readline";
       const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
       const hear = async () => JSON.parse((await lines.next()).value);
       const { task, history } = await hear();
       let config = history.at(-1);
       for (let told; told?.tell[0].status !== "refused"; ) {
         config = { ...config, train_flops: task.search_space.train_flops.values.at(-2), num_layers: config.num_layers + 1, reason: history.length + " runs known" };
         console.log(JSON.stringify({ ask: [config] }));
         told = await hear();
       }
       const target = { ...config, train_flops: task.target, num_layers: 24, d_model: 2048, num_heads: 32 };
       console.log(JSON.stringify({ submit: { ...target, predicted_loss: 2.5 } }));
       process.exit();`,
    );
    const { out, err } = await runCli(
      "next",
      SWEEP,
      ...asked,
      "--parallel",
      "2",
      "--strategy",
      `exec:node ${plan}`,
      "--json",
    );
    const { runs, now } = JSON.parse(out || err);
    expect(now).toMatchObject({ C: 1e21, loss: 2.5 });
    expect(runs).toHaveLength(2);
    expect(runs[0]).toMatchObject({ reason: "9 runs known" });
  });

  it("prints the plan in lines of at most 80 characters, with the command to go on with", async () => {
    const { code, out } = await runCli("next", SWEEP, ...asked);
    expect(code).toBe(0);
    const lines = out.split("\n").filter((line) => !line.startsWith("  isoflop next "));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(out).toMatch(/ {2}isoflop next \S+ --budget \S+ --target 1e21/);
  });

  it("goes on with the same columns, rows and strategy, also of a file with a blank in its name", async () => {
    const text = `corpus,size,C,loss\n${rows.map(([N, C]) => `web,${N},${C},${law(N, C).toFixed(4)}`).join("\n")}\n`;
    const table = file("my sweep.csv", text);
    const words = ["--columns", "N=size", "--where", "C<1e20", "--strategy", "ladder", "--by", "corpus"];
    const { out } = await runCli("next", table, ...asked, ...words);
    const again = out.trim().split("\n").at(-1)!;
    expect(again).toContain(`'${table}' --budget`);
    for (const word of ["--columns N=size", "--where 'C<1e20'", "--where corpus=web", "--strategy ladder"])
      expect(again).toContain(word);
  });

  it("writes the runs as CSV, which it reads again once the losses are filled in, and a figure", async () => {
    const csv = join(folder, "out", "next.csv");
    const { out } = await runCli("next", SWEEP, ...asked, "--parallel", "3", "--json", "--csv", csv, "--plot", folder);
    const { runs, now, left } = JSON.parse(out);
    expect(now).toMatchObject({ C: 1e21, interval: { level: 0.8, loss: [expect.any(Number), expect.any(Number)] } });
    expect(runs).toHaveLength(3);
    expect(left).toBeLessThan(5e19);
    expect(existsSync(join(folder, "next.svg"))).toBe(true);
    const [head, ...planned] = readFileSync(csv, "utf8").trim().split("\n");
    expect(planned).toHaveLength(3);
    const filled = `${head}\n${planned.map((line) => line.replace(",,", ",2.9,")).join("\n")}`;
    expect(readRunsTable(filled).runs.map(({ N, C }) => [N, C])).toEqual(
      runs.map(({ N, C }: { N: number; C: number }) => [N, C]),
    );
    const again = await runCli("next", SWEEP, file("filled.csv", filled), "--budget", "1e19", "--target", "1e21");
    expect(again.code).toBe(0);
  });

  it("refuses a table that pools experiments, naming the columns that separate them, and plans for each with --by", async () => {
    const two = rows.flatMap(([N, C]) => [`web,${N},${C},${law(N, C)}`, `code,${N},${C},${0.6 * law(N, C)}`]);
    const pooled = file("pooled.csv", `data,N,C,loss\n${two.join("\n")}\n`);
    const refused = await runCli("next", pooled, ...asked);
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/--by "?data/) });
    const { groups } = JSON.parse((await runCli("next", pooled, ...asked, "--by", "data", "--json")).out);
    expect(groups.map(({ by }: { by: { data: string } }) => by.data)).toEqual(["web", "code"]);
    expect(groups[1].now.loss).toBeLessThan(groups[0].now.loss);
  });

  it("takes a search space from a file, and names what is wrong with it", async () => {
    const space = file("space.json", `{"searchSpace": {"batchSize": {"kind": "choice", "values": [32, 64]}}}`);
    const { out } = await runCli("next", SWEEP, ...asked, "--search-space", space, "--json");
    for (const { config } of JSON.parse(out).runs) expect([32, 64]).toContain(config.batch_size);
    const wrong = file("wrong.json", `{"searchSpace": {"batch": 3}}`);
    expect(await runCli("next", SWEEP, ...asked, "--search-space", wrong)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/wrong\.json.*"batch"/),
    });
  });

  it.each([
    [["--budget", "1e16", "--target", "1e21"], /--budget 1e16 buys no run/],
    [["--budget", "5e19", "--target", "1e18"], /--target 1e18 is not above/],
    [["--budget", "5e19"], /--target/],
  ])("refuses %j in one line", async (options, message) => {
    const { code, err } = await runCli("next", SWEEP, ...options);
    expect(code).toBe(2);
    expect(err.trim().split("\n")).toHaveLength(1);
    expect(err).toMatch(message);
  });
});
