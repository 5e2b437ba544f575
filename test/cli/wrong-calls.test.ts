import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";

const folder = mkdtempSync(join(tmpdir(), "isoflop-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe("a wrong call gets one line and exit code 2", () => {
  it.each([
    [["compre"], /unknown command 'compre' \(Did you mean compare\?\)/],
    [["compare", "--suit", "x"], /unknown option '--suit' \(Did you mean --suite\?\)/],
    [["compare", "--suite", "defalt"], /unknown suite "defalt"; did you mean "default"\?/],
    [["compare", "--repetitions", "many"], /'many' is invalid.*whole number/],
    [
      ["compare", "--strategies", "two-stage-isoflop"],
      /unknown strategy "two-stage-isoflop"; did you mean "two-stage-isoflops"\?/,
    ],
    [["compare", "--strategies", "./missing.ts"], /strategy module ".\/missing.ts" does not exist/],
    [
      ["try", "isoflops-minimum", "--world", "handout/smoth"],
      /unknown world "handout\/smoth"; did you mean "handout\/smooth"\?/,
    ],
    [["try", "isoflops-minimum", "--world", "./no.json"], /world file ".\/no.json" does not exist/],
    [["try", "isoflops-minimum", "--world", folder], /cannot read world file ".*": it is a folder/],
    [["try", folder], /strategy ".*" is a folder/],
    [
      ["try", "isoflops-minimum", "--world", "stanford-2026/99"],
      /unknown world "stanford-2026\/99"; did you mean "stanford-2026\/09"\?/,
    ],
    [["serve", "--edition", "2026", "--world", "handout/smooth"], /"handout\/smooth" costs FLOPs.*stanford-2026/],
    [["compare", "--repetitions", "0"], /'0' is invalid\. expected a whole number, 1 or more/],
    [
      ["grade", file("of-2026.json", '{"training_config":{}}'), "--world", "handout/smooth"],
      /of-2026\.json: a submission of 2026.*stanford-2026\/central/,
    ],
    [["proxy", "--upstream", "http://127.0.0.1:8000", "--cap", "1e17", "--port", "70000"], /a port is at most 65535/],
    [["proxy", "--upstream", "http://127.0.0.1:8000", "--cap", "1e17", "--timeout", "3e6"], /from 0\.001 to 86400/],
    [["try"], /missing required argument 'strategy'/],
    [["worlds", "show", "x"], /unknown world "x"; isoflop worlds lists/],
    [["worlds", "show", "stanford-2025/centrl"], /did you mean "stanford-2025\/central"\?/],
    [["fit", "missing.csv"], /missing\.csv/],
    [["fit", "course", "--max-params", "1B"], /--max-params .*--target/],
    [["compare", "--out", "/proc/none/here"], /cannot write to folder "\/proc\/none\/here": ENOENT/],
    [["compare", "--out", file("taken", "")], /cannot write to folder ".*": EEXIST/],
    [["report", file("tournament.json", "{}")], /holds no tournament/],
    [["report", folder], /tournament\.json: not a tournament: members are missing/],
    [["worlds", "plot", "handout/smooth", "--out", "/proc/none"], /cannot write to folder "\/proc\/none": ENOENT/],
    [["fit", "course", "--plot", "/proc/none"], /cannot write to folder "\/proc\/none": ENOENT/],
    [["dry-run", "literature-only", "--out", "/proc/none/plan.json"], /cannot write to folder "\/proc\/none": ENOENT/],
  ])("%j", async (argv, line) => {
    const { code, out, err } = await runCli(...argv);
    expect(code).toBe(2);
    expect(out).toBe("");
    // `compare` says what it is about to do before it looks any closer.
    const lines = err
      .trimEnd()
      .split("\n")
      .filter((text) => !text.startsWith("isoflop: comparing"));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
    expect(err).not.toMatch(/\bat .*:\d+:\d+/);
  });

  it("reports a file that cannot be written in one line, not as a bug", async () => {
    mkdirSync(join(folder, "handout-smooth.svg"));
    const { code, err } = await runCli("worlds", "plot", "handout/smooth", "--out", folder);
    expect(code).toBe(1);
    expect(err).toMatch(/^isoflop: EISDIR: .*handout-smooth\.svg'\n$/);
  });

  it("names the path of a world's bad field", async () => {
    const { out } = await runCli("worlds", "show", "handout/smooth");
    const bad = JSON.parse(out);
    bad.surface.base.alpha = -1;
    const { code, err } = await runCli("try", "isoflops-minimum", "--world", file("bad.json", JSON.stringify(bad)));
    expect(code).toBe(2);
    expect(err).toMatch(/bad\.json: surface\.base\.alpha: /);
  });

  it("names the row and the field of a malformed runs file", async () => {
    const table = file("runs.csv", "N,C,loss\n1e6,1e15,5\n2e6,1e15,abc\n");
    const { code, err } = await runCli("fit", table, "--method", "minimum");
    expect(code).toBe(2);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect(err).toMatch(/row 2\b.*loss.*abc|line 3\b.*loss.*abc/);
  });

  it("tells a strategy module which member is missing", async () => {
    const module = file("mine.mjs", "export default { name: 'mine', summary: 'x', queries() {} };");
    const { code, err } = await runCli("compare", "--strategies", module);
    expect(code).toBe(2);
    expect(err).toMatch(/member "recommend" must be a function .*, got undefined/);
  });
});

describe("a right call", () => {
  it("prints help with three examples without arguments", async () => {
    const { code, out } = await runCli();
    expect(code).toBe(0);
    expect(out.match(/^ {2}isoflop \w+/gm)).toHaveLength(3);
  });

  it("prints one JSON document on stdout with --json", async () => {
    const { code, out } = await runCli("try", "isoflops-minimum", "--json");
    expect(code).toBe(0);
    const { score, optimum, runs } = JSON.parse(out);
    expect(score.trueLoss - optimum.loss).toBeCloseTo(score.regret, 12);
    expect(runs.length).toBeGreaterThan(3);
  });
});
