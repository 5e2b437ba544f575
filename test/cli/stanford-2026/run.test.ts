import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { jobListText, smallJobs } from "../../../benchmarks/reliability/servers/stored-jobs.ts";
import { VirtualClock } from "../../../mock-server/stanford-2026/clock.ts";
import { openJournal } from "../../../src/flight/journal/journal.ts";
import { readJournal } from "../../../src/flight/journal/read.ts";
import type { JournalHeader } from "../../../src/flight/journal/record.ts";
import { fingerprintOf } from "../../../src/ledger/fingerprint.ts";
import { MemoryLedger } from "../../../src/ledger/memory.ts";
import type { TrainingConfig } from "../../../src/task/stanford-2026/configuration.ts";
import { NONCE_HEADER } from "../../../src/training-api/proof.ts";
import { SECOND_JOBS } from "../../../src/training-api/stanford-2026/job-record.ts";
import { startJobsMock } from "../../mock-server/stanford-2026/server.ts";
import { runCli } from "../run-cli.ts";

const KEY = "12345678";

/** The mock, and the same over a wire that drops the answers to the first submissions, or its proof: then it counts as real. */
async function endpoint({ dropped = 0, proves = false } = {}) {
  const ledger = new MemoryLedger(SECOND_JOBS);
  const mock = await startJobsMock({ ledger, clock: new VirtualClock(0, ledger), instant: true });
  const sent: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    if (!proves) delete headers[NONCE_HEADER];
    if (method === "POST") sent.push(url as string);
    const drops = url === "/submit" && sent.filter((path) => path === "/submit").length <= dropped;
    const upstream = httpRequest(mock.url + url, { method: method as string, headers }, (answer) => {
      if (drops) return void outgoing.destroy();
      outgoing.writeHead(answer.statusCode as number, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(upstream);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const final = () => ledger.note(`final/${fingerprintOf(KEY)}`);
  const jobs = () => ledger.runs(fingerprintOf(KEY)).length;
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, simulated: mock.url, sent, final, jobs };
}

/** A folder with a key and a list of jobs. */
function flight(jobs: readonly TrainingConfig[] = smallJobs(4), key = `${KEY}\n`) {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-run-jobs-"));
  const file = (name: string, text?: string) => {
    if (text !== undefined) writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  file("jobs.json", jobListText(jobs));
  file("key.txt", key);
  const run = (url: string, ...more: string[]) =>
    runCli(
      "run",
      file("jobs.json"),
      "--url",
      url,
      "--key-file",
      file("key.txt"),
      "--journal",
      file("journal.jsonl"),
      ...more,
    );
  return { file, run };
}

describe("isoflop run of jobs on a simulated endpoint", () => {
  it("submits each job once, saves the submission as the API takes it, and sends nothing when repeated", async () => {
    const { simulated, jobs, final } = await endpoint();
    const { run, file } = flight();
    const first = await run(simulated, "--json");
    expect(first).toMatchObject({
      code: 0,
      err: expect.stringMatching(/4 ended[\s\S]*timed-out[\s\S]*not sent; to send it/),
    });
    const summary = JSON.parse(first.out);
    expect(summary).toMatchObject({ runs: 4, resumed: 0, source: "simulated", submitted: null });
    const again = JSON.parse((await run(simulated, "--json")).out);
    expect(again).toEqual({ ...summary, resumed: 4 });
    expect([jobs(), final()]).toEqual([4, undefined]);
    const { training_config, predicted_final_loss } = JSON.parse(readFileSync(file("submission.json"), "utf8"));
    expect(training_config.max_runtime_seconds).toBe(172_800);
    expect(predicted_final_loss).toBeGreaterThan(1);
    expect(readFileSync(file("journal.jsonl"), "latin1")).not.toContain(KEY);
  });

  it("sends the final submission on its flag alone, also after the run is done, and once", async () => {
    const { simulated, final } = await endpoint();
    const { run } = flight();
    await run(simulated);
    expect(final()).toBeUndefined();
    const sent = JSON.parse((await run(simulated, "--submit-final", "--json")).out);
    expect(sent.submitted).toMatch(/^\d{4}-/);
    expect(JSON.parse(final() as string).predicted_final_loss).toBe(sent.submission.predicted_final_loss);
    const stored = final();
    expect(JSON.parse((await run(simulated, "--submit-final", "--json")).out).submitted).toBe(sent.submitted);
    expect(final()).toBe(stored);
  });

  it("resolves answers that were dropped after the server had stored the job", async () => {
    const { url, sent, jobs } = await endpoint({ dropped: 2, proves: true });
    const { run } = flight();
    expect(JSON.parse((await run(url, "--json")).out)).toMatchObject({ runs: 4, source: "simulated" });
    expect([jobs(), sent.length]).toEqual([4, 4]);
  });

  it("refuses a second run with its journal at the same time", async () => {
    const { simulated } = await endpoint();
    const { run, file } = flight();
    await run(simulated);
    const { header } = readJournal(file("journal.jsonl")) as { readonly header: JournalHeader };
    const held = openJournal(file("journal.jsonl"), header);
    expect(await run(simulated)).toMatchObject({ code: 2, err: expect.stringMatching(/in use by another process/) });
    held.close();
  });

  it("takes any text as a key, and makes eight digits of it", async () => {
    const { simulated } = await endpoint();
    expect(await flight(smallJobs(1), "any text").run(simulated)).toMatchObject({ code: 0 });
  });

  it.each<[string, readonly TrainingConfig[], RegExp]>([
    [
      "two equal jobs",
      [...smallJobs(3).slice(0, 2), ...smallJobs(3).slice(0, 1)],
      /job 3 equals job 1.*change its model_seed/,
    ],
    [
      "a job that the API refuses",
      smallJobs(1).map((job) => ({ ...job, n_evals: 7 })),
      /job 1: .*divisible by n_evals/,
    ],
    [
      "a job beyond the budget",
      smallJobs(1).map((job) => ({ ...job, max_runtime_seconds: 50_000 })),
      /more than the budget/,
    ],
  ])("refuses a list with %s, and sends nothing", async (_name, jobs, words) => {
    const { simulated, jobs: stored } = await endpoint();
    const list = flight(smallJobs(1));
    list.file("jobs.json", jobListText(jobs));
    expect(await list.run(simulated)).toMatchObject({ code: 2, err: expect.stringMatching(words) });
    expect(stored()).toBe(0);
  });

  it("ends a list at the first job that does not fit, with the reason, and submits nothing after it", async () => {
    const { simulated, jobs } = await endpoint();
    // Each uses more than it reserves: nothing is given back.
    const long = smallJobs(1).map((job) => ({ ...job, total_train_tokens: 2 ** 36, max_runtime_seconds: 43_000 }));
    const [small] = smallJobs(2).slice(1);
    const { run } = flight([...long, ...long.map((job) => ({ ...job, model_seed: 9 })), small as TrainingConfig]);
    const { code, out, err } = await run(simulated, "--json");
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/ended at job 2 of 3: .*do not fit/) });
    expect(JSON.parse(out)).toMatchObject({ note: expect.stringMatching(/job 2 of 3/) });
    expect(jobs()).toBe(1);
  });
});

describe("a real endpoint of 2026", () => {
  it("gets no job without --live, and none from a plan that was not rehearsed", async () => {
    const { url, sent } = await endpoint();
    const { run } = flight();
    expect(await run(url)).toMatchObject({ code: 2, err: expect.stringMatching(/Add --live/) });
    expect(await run(url, "--live", "--yes-spend", "43200")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/isoflop dry-run/),
    });
    expect(sent).toEqual([]);
  });

  it("runs a rehearsed plan within the confirmed seconds, and gets the final submission with its fingerprint only", async () => {
    const { url, sent, jobs, final } = await endpoint();
    const { file } = flight(smallJobs(4));
    const quick = ["--suite", "stanford-2026/central", "--repetitions", "1", "--out", file("plan.json"), "--json"];
    const { seconds } = JSON.parse((await runCli("dry-run", file("jobs.json"), ...quick)).out);
    const run = (...more: string[]) =>
      runCli(
        "run",
        file("plan.json"),
        "--url",
        url,
        "--key-file",
        file("key.txt"),
        "--journal",
        file("j.jsonl"),
        ...more,
      );
    expect(await run("--live")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no terminal to confirm the cost/),
    });
    expect(await run("--live", "--yes-spend", String(seconds.reserved - 1))).toMatchObject({
      code: 2,
      err: expect.stringMatching(new RegExp(`from ${seconds.reserved} .* to 43200`)),
    });
    expect(sent).toEqual([]);
    const live = ["--live", "--yes-spend", String(seconds.reserved)];
    const flown = JSON.parse((await run(...live, "--json")).out);
    expect(flown).toMatchObject({ runs: 4, source: "real", submitted: null });
    expect([jobs(), final()]).toEqual([4, undefined]);
    const asked = await run(...live, "--submit-final");
    const [, fingerprint = ""] = /--yes-final ([0-9a-f]{12})\. It was not sent/.exec(asked.err) ?? [];
    expect(await run(...live, "--submit-final", "--yes-final", "0123456789ab")).toMatchObject({ code: 2 });
    expect(final()).toBeUndefined();
    const confirmed = await run(...live, "--submit-final", "--yes-final", fingerprint, "--json");
    expect(JSON.parse(confirmed.out)).toMatchObject({ submission: flown.submission, submitted: expect.any(String) });
    expect(JSON.parse(final() as string)).toMatchObject(flown.submission);
    expect([jobs(), sent.filter((path) => path === "/submit").length]).toEqual([4, 4]);
  });

  it("gets no key that is not eight digits", async () => {
    const { url, sent } = await endpoint();
    expect(await flight(smallJobs(1), "any text").run(url, "--live")).toMatchObject({
      code: 2,
      err: expect.stringMatching(/does not hold eight digits/),
    });
    expect(sent).toEqual([]);
  });
});

it("a plan of the other edition is told what the endpoint speaks, and nothing is charged", async () => {
  const { simulated, jobs } = await endpoint();
  const { file } = flight();
  const columns = "d_model,num_layers,num_heads,batch_size,learning_rate,train_flops";
  const table = file("runs.csv", `${columns}\n512,8,8,128,0.001,1e15\n`);
  const rest = ["--key-file", file("key.txt"), "--journal", file("other.jsonl")];
  expect(await runCli("run", table, "--url", simulated, ...rest)).toMatchObject({
    code: 1,
    err: expect.stringMatching(/that of 2026 takes jobs at \/submit/),
  });
  expect(jobs()).toBe(0);
});
