import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { jobListText, smallJobs } from "../../../benchmarks/reliability/servers/stored-jobs.ts";
import { readJournal } from "../../../src/flight/journal/read.ts";
import type { JobRecord } from "../../../src/flight/stanford-2026/record.ts";
import { type JobFaults, NO_JOB_FAULTS } from "../../../src/training-api/stanford-2026/course.ts";
import { folder } from "../../flight/stanford-2026/flight.ts";
import { startJobsMock } from "../../mock-server/stanford-2026/server.ts";
import { runCli } from "../run-cli.ts";

/** A flight of small jobs over an instant mock. */
async function flown(more: readonly string[] = [], jobFaults: JobFaults = NO_JOB_FAULTS, jobs = smallJobs(5)) {
  const place = folder();
  const { url } = await startJobsMock({ instant: true, jobFaults });
  writeFileSync(join(place, "jobs.json"), jobListText(jobs));
  writeFileSync(join(place, "key.txt"), "12345678");
  const rest = ["--key-file", join(place, "key.txt"), "--journal", join(place, "run/journal.jsonl"), ...more];
  expect(await runCli("run", join(place, "jobs.json"), "--url", url, ...rest)).toMatchObject({ code: 0 });
  return join(place, "run");
}

it("a write-up of jobs has every file, reproduces its numbers, and says that nothing was submitted", async () => {
  const run = await flown();
  const { code, out } = await runCli("writeup", run, "--format", "md,html", "--json");
  const { files, checklist, submission } = JSON.parse(out);
  expect([code, checklist.filter(({ passed }: { passed: boolean }) => !passed)]).toEqual([0, []]);
  expect(checklist).toContainEqual(expect.objectContaining({ item: "code.zip reproduces every number" }));
  const text = readFileSync(
    files.find((file: string) => file.endsWith(".md")),
    "utf8",
  );
  expect(text).toMatch(/has not been sent/);
  for (const { config } of readJournal<JobRecord>(join(run, "journal.jsonl"))!.records.filter(
    (record) => record.kind === "submit",
  ))
    expect(text).toContain(`${JSON.parse(config).max_runtime_seconds} s`);
  expect(submission).toEqual(JSON.parse(readFileSync(join(run, "submission.json"), "utf8")));
});

it("a write-up of jobs after the final submission says when the endpoint stored it", async () => {
  const run = await flown(["--submit-final"]);
  const { out } = await runCli("writeup", run, "--format", "md", "--json");
  const { submitted } = JSON.parse(readFileSync(join(run, "result.json"), "utf8"));
  expect(readFileSync(JSON.parse(out).files[0], "utf8")).toContain(`stored it at ${submitted}`);
});

it("a write-up of jobs that all failed has no number that is infinite or missing", async () => {
  const run = await flown([], { shares: { crash: 1 }, queueSeconds: 0 });
  const { code, out } = await runCli("writeup", run, "--format", "md", "--json");
  expect(code).toBe(0);
  expect(readFileSync(JSON.parse(out).files[0], "utf8")).not.toMatch(/Infinity|NaN|∞|undefined/);
});

it("a write-up whose archive holds the eight digits of the key fails that line of the checklist", async () => {
  const jobs = smallJobs(1).map((job) => ({ ...job, model_seed: 12345678 }));
  const { code, out } = await runCli("writeup", await flown([], NO_JOB_FAULTS, jobs), "--format", "md");
  expect([code, /FAIL {2}code\.zip holds no key/.test(out)]).toEqual([1, true]);
});
