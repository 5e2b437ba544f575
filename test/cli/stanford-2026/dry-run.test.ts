import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { jobListText, smallJobs } from "../../../benchmarks/reliability/servers/stored-jobs.ts";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import { fingerprintOf } from "../../../src/ledger/fingerprint.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import { folder } from "../../flight/stanford-2026/flight.ts";
import { startJobsMock, world } from "../../mock-server/stanford-2026/server.ts";
import { runCli } from "../run-cli.ts";

const CENTRAL = ["--suite", "stanford-2026/central", "--repetitions", "1"];

describe("isoflop dry-run of jobs", () => {
  it("prices a strategy in seconds, and its plan does on a server what was rehearsed", async () => {
    const place = folder();
    const plan = join(place, "plan.json");
    const { code, out } = await runCli("dry-run", "wall-clock-isoflops", ...CENTRAL, "--out", plan, "--json");
    const report = JSON.parse(out);
    expect(code).toBe(0);
    expect(report.seconds.planned).toBeLessThanOrEqual(report.seconds.reserved);
    expect(report.seconds.reserved).toBeLessThanOrEqual(43_200);
    expect(report).toMatchObject({ invalid: [], outcome: { inTime: { stated: expect.any(Number) } }, plan });
    expect(JSON.parse(readFileSync(plan, "utf8")).rehearsal.planned).toBe(report.seconds.reserved);

    const { url } = await startJobsMock({ world, instant: true });
    writeFileSync(join(place, "key.txt"), "12345678");
    const rest = ["--key-file", join(place, "key.txt"), "--journal", join(place, "journal.jsonl"), "--json"];
    const flown = JSON.parse((await runCli("run", plan, "--url", url, ...rest)).out);
    expect(flown.spent).toBeCloseTo(report.seconds.planned, 6);
    expect(flown.submission.predicted_final_loss).toBe(report.worst.submission.predictedLoss);
    expect(flown.runtime).toEqual(report.worst.submission.runtime);
  });

  it("prices a list of jobs by what it reserves, on worlds of jobs without being told", async () => {
    const file = join(folder(), "jobs.json");
    writeFileSync(file, jobListText(smallJobs(4)));
    const { out } = await runCli("dry-run", file, "--quick", "--json");
    const { seconds, queries } = JSON.parse(out);
    expect([seconds.reserved, queries]).toEqual([5 + 60 + 70 + 80, 4]);
    expect(seconds.planned).toBeLessThan(seconds.reserved);
    const wrong = await runCli("dry-run", file, "--suite", "handout/smooth", "--repetitions", "1");
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/costs? FLOPs/) });
  });

  it.each([
    ["a strategy that counts tokens as C/(6N)", "kaplan", /"kaplan" does not apply: it counts tokens/],
    ["a program", "exec:node --version", /programs know the API of FLOPs only/],
  ])("refuses %s, as isoflop run does before it asks anything", async (_, strategy, message) => {
    const refused = { code: 2, err: expect.stringMatching(message) };
    expect(await runCli("dry-run", strategy, ...CENTRAL)).toMatchObject(refused);
    const ledger = new MemoryLedger(SECOND_JOBS);
    const { url } = await startJobsMock({ world, instant: true, ledger, clock: new VirtualClock(0, ledger) });
    const place = folder();
    writeFileSync(join(place, "key.txt"), "12345678");
    const rest = ["--key-file", join(place, "key.txt"), "--journal", join(place, "journal.jsonl")];
    expect(await runCli("run", strategy, "--url", url, ...rest)).toMatchObject(refused);
    expect(ledger.runs(fingerprintOf("12345678"))).toEqual([]);
  });
});
