import { describe, expect, it } from "vitest";
import { leaderboardTable } from "../../src/cli/leaderboard.ts";
import { main } from "../../src/cli/program.ts";
import type { Standing } from "../../src/tournament/analysis/analysis.ts";

const COLUMNS = 80;

/** What a command line prints to a terminal of 80 columns, line by line. */
async function printed(...argv: string[]): Promise<string[]> {
  let text = "";
  const write = (part: string) => {
    text += part;
  };
  await main(argv, { out: write, err: write, interactive: true, columns: COLUMNS });
  process.exitCode = 0;
  return text.split("\n");
}

/** Lines that are too long, but for commands to be copied. */
const tooLong = (lines: readonly string[]) =>
  lines.filter((line) => !/^ {2}isoflop /.test(line) && line.length > COLUMNS && !line.includes("\u001b"));

describe("a terminal of 80 columns", () => {
  it.each([
    ["--help"],
    ["compare", "--help"],
    ["strategies"],
    ["worlds"],
    ["try", "isoflops-parametric"],
    ["try", "literature-only", "--world", "stanford-2025/central"],
    ["fit", "course", "--method", "all", "--target", "1e23,1e24"],
    ["fit", "course", "--method", "parametric", "--target", "1e21", "--table-of-sizes", "--max-params", "1e9"],
    ["dry-run", "isoflops-minimum", "--suite", "handout/smooth", "--quick"],
    ["worlds", "show", "nothing-of-this-name"],
    ["try", "nothing-of-this-name"],
  ])("has no line that is longer: %s %s %s %s", async (...argv) => {
    expect(tooLong(await printed(...argv.filter((word) => word !== undefined)))).toEqual([]);
  });

  it("shows whole lines with --wide", async () => {
    expect(tooLong(await printed("try", "isoflops-parametric", "--wide"))).not.toEqual([]);
  });

  it("keeps every strategy of a leaderboard, its regret and its interval", () => {
    const regret = { iqm: 0.01, newWorlds: [0.009, 0.011], median: 0.01, p90: 0.1 };
    const error = { median: 0.1 };
    const standing = { name: "hyperparameters-first", regret, lnNError: error, lossError: error };
    const more = { failed: 12, spend: { median: 1.89e18 }, rank: { mean: 10.32 } };
    const text = leaderboardTable(new Array(20).fill({ ...standing, ...more }) as unknown as Standing[], COLUMNS);
    expect(tooLong(text.split("\n"))).toEqual([]);
    expect(text.match(/hyperparameters-first \(12 +0\.0100 +0\.0090 – 0\.0110/g)).toHaveLength(20);
    expect(text).toContain("--wide shows them");
  });
});
