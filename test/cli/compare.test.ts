import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { builtCli } from "../../benchmarks/built.ts";
import type { Standing } from "../../src/tournament/analysis/analysis.ts";
import { worldsForTest } from "../tournament/world.ts";
import { type Outcome, runCli } from "./run-cli.ts";

/** Its runs are of the same code as those of `runCli`, which therefore goes on with them. */
const MAIN = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const STRATEGIES = fileURLToPath(new URL("../tournament/strategies", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isoflop-test-"));
  writeFileSync(join(folder, "suite.json"), JSON.stringify(worldsForTest(2)));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const compare = (...args: string[]) =>
  runCli("compare", "--suite", join(folder, "suite.json"), "--out", join(folder, "out"), "--workers", "1", ...args);

/** The same in a process of its own, in the folder: standard output and the module loader are the real ones. */
function alone(...args: string[]): Promise<Outcome> {
  const words = ["compare", "--suite", "suite.json", "--out", "out", "--workers", "1", ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, [builtCli(), ...words], { cwd: folder, maxBuffer: 1e8 }, (error, out, err) => {
      resolve({ code: error ? (error.code as number) : 0, out, err });
    });
  });
}

describe("isoflop compare", () => {
  it("prints a command that repeats it in a shell, and says the result in a sentence on the page", async () => {
    const out = join(folder, "a&b;c");
    const { code } = await compare("--strategies", "oracle,literature-only", "--repetitions", "1", "--out", out);
    expect(code).toBe(0);
    const { manifest } = JSON.parse(readFileSync(join(out, "tournament.json"), "utf8"));
    expect(manifest.command).toMatch(/--strategies oracle,literature-only .* --out '.*a&b;c'$/);
    expect(readFileSync(join(out, "leaderboard.html"), "utf8")).toContain("oracle leads on the course question");
  });

  it("keeps standard output for the answer when a strategy prints", async () => {
    const { out, err } = await alone("--strategies", join(STRATEGIES, "prints.ts"), "--repetitions", "1", "--json");
    expect(JSON.parse(out).strategies[0]).toMatchObject({ name: "prints", failed: 0 });
    expect(err).toContain("loading\n");
    expect(err).toContain("thinking aloud\n");
  });

  it("plays failed runs again with --retry-failed, which what it says of them names", async () => {
    const field = ["--strategies", `literature-only,${join(STRATEGIES, "throws.ts")}`, "--repetitions", "1"];
    const first = await compare(...field);
    expect(first.out).toMatch(/failed 2×: throws: .*\n.*--retry-failed/);
    expect((await compare(...field)).err).toMatch(/2 that failed.*--retry-failed/);
    expect((await compare(...field, "--retry-failed")).err).toContain("playing 2 that failed or timed out again");
    expect(readFileSync(join(folder, "out", "leaderboard.html"), "utf8")).toContain("--retry-failed");
  });

  it("ranks strategies, shipped or a module's, with intervals, and writes the page and its numbers", async () => {
    const steady = join(STRATEGIES, "steady.ts");
    const { code, out } = await compare("--strategies", `two-stage-isoflops,${steady}`, "--repetitions", "2", "--json");
    expect(code).toBe(0);
    const summary = JSON.parse(out) as { suite: string; worlds: number; strategies: Standing[] };
    expect(summary).toMatchObject({ suite: join(folder, "suite.json"), worlds: 2, repetitions: 2 });
    expect(summary.strategies.map(({ name }) => name).sort()).toEqual(["steady", "two-stage-isoflops"]);
    for (const { n, failed, regret, rank, normalisedRegret } of summary.strategies) {
      expect([n, failed]).toEqual([4, 0]);
      expect(regret.interval[0]).toBeLessThanOrEqual(regret.iqm);
      expect(regret.interval[1]).toBeGreaterThanOrEqual(regret.iqm);
      expect(rank.mean).toBeGreaterThanOrEqual(1);
      // The control plays along unranked.
      expect(normalisedRegret?.iqm).toBeGreaterThan(0);
    }
    const json = JSON.parse(readFileSync(join(folder, "out/leaderboard.json"), "utf8")) as { standings: Standing[] };
    expect(json.standings).toEqual(summary.strategies);
    const [header, ...rows] = readFileSync(join(folder, "out/leaderboard.csv"), "utf8").trimEnd().split("\n");
    expect(header).toMatch(/^name,n,failed,regret\.median,/);
    expect(rows).toHaveLength(2);
    expect(readFileSync(join(folder, "out/leaderboard-runs.csv"), "utf8").trimEnd().split("\n")).toHaveLength(9);
  });

  it("gives the oracle no regret", async () => {
    const { out } = await compare("--strategies", "oracle", "--repetitions", "1", "--json");
    const [oracle] = (JSON.parse(out) as { strategies: Standing[] }).strategies;
    expect(oracle?.regret.iqm).toBe(0);
    expect(oracle?.computeEquivalent?.median).toBe(1);
  });

  it("caps the spend with --budget", async () => {
    const { out } = await compare(
      "--strategies",
      "isoflops-minimum",
      "--budget",
      "3e17",
      "--repetitions",
      "1",
      "--json",
    );
    const [standing] = (JSON.parse(out) as { strategies: Standing[] }).strategies;
    expect(standing?.spend.median).toBeGreaterThan(0);
    expect(standing?.spend.median).toBeLessThanOrEqual(3e17);
  });

  it("names the wrong member of a strategy module", async () => {
    const half = join(folder, "half.js");
    writeFileSync(half, "export default { name: 'half', summary: 'x', queries: function* () {}, recommend: 3 };");
    const { code, err } = await compare("--strategies", half);
    expect(code).toBe(2);
    expect(err.trimEnd().split("\n").at(-1)).toBe(
      `isoflop: strategy module "${half}": member "recommend" must be a function (recommend(runs, task, rng), which returns a submission), got number`,
    );
  });

  it("keeps a module from importing the file system", async () => {
    const { code, err } = await alone("--strategies", join(STRATEGIES, "reads-files.ts"));
    expect(code).toBe(2);
    expect(err).toMatch(/reads-files\.ts imports "node:fs": a strategy may not use files, the network or processes/);
  });

  it("names the wrong argument", async () => {
    const calls: [string[], RegExp][] = [
      [["--strategies", "isoflops-minimun"], /unknown strategy "isoflops-minimun"; did you mean "isoflops-minimum"/],
      [["--strategies", "oracle,oracle"], /two strategies are named "oracle"/],
      [["--strategies", "exec:"], /"exec:" needs a command/],
      [["--repetitions", "0"], /expected a whole number/],
      [["--executor", "bullmq"], /--executor bullmq needs --redis URL/],
      [["--suite", "smokes"], /unknown suite "smokes"; did you mean "smoke"/],
    ];
    for (const [args, message] of calls) {
      const { code, err } = await compare(...args);
      expect(err).toMatch(message);
      expect(code).toBe(2);
    }
  });

  it("keeps its results after an interruption, tells how to resume, and resumes", async () => {
    writeFileSync(join(folder, "suite.json"), JSON.stringify(worldsForTest(16)));
    const args = [
      "compare",
      ...["--suite", join(folder, "suite.json")],
      ...["--out", join(folder, "out")],
      ...["--workers", "1"],
      ...["--strategies", "two-stage-isoflops,isoflops-minimum"],
    ];
    const child = spawn(process.execPath, [MAIN, ...args]);
    let [err, asked] = ["", false];
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
      // The first tenth is played.
      if (!asked && /^ {2}[1-9]\d*\/\d+ runs/m.test(err)) asked = child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.once("close", resolve));
    expect(code).toBe(130);
    expect(err).toMatch(
      /interrupted; \d+ of 144 runs are saved in .*out\. To resume, run the same command:\n {2}isoflop compare /,
    );
    expect(existsSync(join(folder, "out/leaderboard.html"))).toBe(false);

    const report = await runCli("report", join(folder, "out"));
    expect(report.code).toBe(0);
    expect(report.err).toMatch(/\d+ runs are missing; to play them: isoflop compare/);
    const rest = await runCli(...args);
    expect(rest.code).toBe(0);
    expect(rest.err).toMatch(/reusing \d+ of 144 runs/);
  });
});

describe("isoflop report", () => {
  it("refuses a folder without a tournament", async () => {
    const { code, err } = await runCli("report", "nowhere");
    expect(code).toBe(2);
    expect(err).toBe(
      'isoflop: "nowhere" holds no tournament (no nowhere/tournament.json): make one with isoflop compare --out nowhere\n',
    );
  });
});
