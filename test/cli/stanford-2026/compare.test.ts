import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drawnJobWorlds } from "../../../src/surface/suites/job-suites.ts";
import type { Standing } from "../../../src/tournament/analysis/analysis.ts";
import { runCli } from "../run-cli.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "isoflop-test-"));
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(drawnJobWorlds(2)));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const compare = (...more: string[]) =>
  runCli("compare", "--suite", join(folder, "jobs.json"), "--out", join(folder, "out"), "--workers", "1", ...more);

describe("isoflop compare on worlds of jobs", () => {
  it("ranks strategies by the loss at 48 hours, with time-outs and how well losses and seconds were predicted", async () => {
    const { code, out } = await compare(
      "--strategies",
      "literature-only,ladder,kaplan",
      "--repetitions",
      "2",
      "--json",
    );
    expect(code).toBe(0);
    const { blocks, strategies, notApplicable } = JSON.parse(out) as {
      blocks: { question: string }[];
      strategies: Standing[];
      notApplicable: unknown;
    };
    expect(blocks.map(({ question }) => question)).toEqual(["clock"]);
    expect(strategies.map(({ name, failed }) => [name, failed])).toEqual([
      ["ladder", 0],
      ["literature-only", 0],
    ]);
    for (const { clock, spend, regret } of strategies) {
      expect(clock?.stated).toBeCloseTo(0.1, 1);
      expect(clock?.timedOut).toBeGreaterThanOrEqual(0);
      expect(clock?.medianAbsolute).toBeLessThan(0.5);
      expect(spend.median).toBeLessThanOrEqual(43_200);
      expect(regret.iqm).toBeGreaterThan(-0.01);
    }
    expect(notApplicable).toEqual([{ strategy: "kaplan", worlds: 2, reason: expect.stringContaining("C/(6N)") }]);
    const page = readFileSync(join(folder, "out/leaderboard.html"), "utf8");
    expect(page).toContain("timed out");
    expect(page).toContain("counts tokens as C/(6N)");
  });

  it("says which options need worlds of FLOPs", async () => {
    const { code, err } = await compare("--strategies", "ladder", "--budget", "1e18");
    expect(code).toBe(2);
    expect(err).toMatch(/the jobs of world "stanford-2026-drawn\/0001" cost seconds: .*--budget/);
  });
});

it("isoflop try shows seconds used of those reserved, and whether the submission ended in time", async () => {
  const { code, out } = await runCli("try", "wall-clock-isoflops", "--world", "stanford-2026/central");
  expect(code).toBe(0);
  expect(out).toMatch(/of 43200 seconds/);
  expect(out).toMatch(/runtime +\d+\.\d hours: .*in time with \d\d %/);
});
