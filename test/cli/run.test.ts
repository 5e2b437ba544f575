import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { CANARY, leaksOf } from "../canary.ts";
import { header } from "../flight/flight.ts";
import { type Hostile, hostileEndpoint } from "../flight/hostile-endpoint.ts";
import { isoflopProcess, mockProcess } from "./flight-process.ts";
import { runCli } from "./run-cli.ts";

const world = buildWorld(presetDocument("stanford-2025/central"));
const real = (): Promise<Hostile> => hostileEndpoint((config) => world.answer(config, 0));

/** A folder with a key and a plan that was dry-run. */
async function flight(strategy = "two-stage-isoflops") {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-run-"));
  const file = (name: string, text?: string) => {
    if (text !== undefined) writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const plan = file("plan.json");
  const dryRun = ["--suite", "stanford-2025/central", "--repetitions", "1", "--out", plan];
  expect((await runCli("dry-run", strategy, ...dryRun)).code).toBe(0);
  const key = file("key.pub", `${CANARY}\n`);
  const run = async (url: string, ...more: string[]) => {
    const outcome = await runCli(
      "run",
      plan,
      "--url",
      url,
      "--key-file",
      key,
      "--journal",
      file("journal.jsonl"),
      ...more,
    );
    expect(leaksOf(CANARY, Buffer.from(outcome.out + outcome.err))).toEqual([]);
    return outcome;
  };
  return { file, plan, key, run };
}

describe("a real endpoint", () => {
  it("counts as real at any address, and gets no query without --live", async () => {
    const { run, file } = await flight();
    const endpoint = await real();
    const { code, err } = await run(endpoint.url);
    expect(code).toBe(2);
    expect(err).toMatch(/is not a verified isoflop mock.* No query was sent\. Add --live/);
    expect([endpoint.asked.size, existsSync(file("journal.jsonl"))]).toEqual([0, false]);
  });

  it.each([
    [[], /no terminal to confirm the cost.* --yes-spend .*1\.83e18 \(planned\) to 2e18/],
    [["--yes-spend", "1e18"], /--yes-spend must be from 1.83e18 .* to 2e18 \(the cap\), got 1e18: no query was sent/],
    [["--yes-spend", "3e18"], /--yes-spend must be from 1.83e18/],
  ])("is asked nothing without a confirmation of the cost: %j", async (options, words) => {
    const { run } = await flight();
    const endpoint = await real();
    const { code, err } = await run(endpoint.url, "--live", ...options);
    expect([code, err]).toEqual([2, expect.stringMatching(words)]);
    expect(endpoint.asked.size).toBe(0);
  });

  it("accepts only a plan from dry-run", async () => {
    const { key, file } = await flight();
    const endpoint = await real();
    const url = ["--url", endpoint.url, "--key-file", key, "--journal", file("j.jsonl")];
    const { code, err } = await runCli("run", "two-stage-isoflops", ...url, "--live", "--yes-spend", "2e18");
    expect([code, err]).toEqual([2, expect.stringMatching(/isoflop dry-run .*No query was sent/)]);
    expect(endpoint.asked.size).toBe(0);
  });

  it("runs a confirmed plan, marks its numbers as real, and gets no query from the same command again", async () => {
    const { run, file } = await flight();
    const endpoint = await real();
    const flown = await run(endpoint.url, "--live", "--yes-spend", "1.83e18", "--json");
    expect(flown.code).toBe(0);
    expect(JSON.parse(flown.out)).toMatchObject({ runs: 13, spent: 1.83e18, resumed: 0, source: "real" });
    expect(flown.err).toMatch(/13\/13 .*loss \d.*1\.83e18 of 2e18 spent\n {8}submission now: N /);
    const again = await run(endpoint.url, "--live", "--yes-spend", "1.83e18", "--json");
    expect(JSON.parse(again.out)).toMatchObject({ resumed: 13, submission: JSON.parse(flown.out).submission });
    expect(Math.max(...endpoint.asked.values())).toBe(1);
    expect(JSON.parse(readFileSync(file("submission.json"), "utf8"))).toEqual(JSON.parse(flown.out).submission);
  });

  it("that rejects the key stops the run without printing the key", async () => {
    const { run } = await flight();
    const endpoint = await real();
    endpoint.refuseKey = true;
    const { code, err } = await run(endpoint.url, "--live", "--yes-spend", "2e18");
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/does not know the API key: is it the one that was registered\?/),
    ]);
  });

  it("that contradicts itself stops the run with both versions, in two lines and without a stack", async () => {
    const { run } = await flight();
    const endpoint = await real();
    endpoint.lies.total = (used) => used + 1e17;
    const { code, err } = await run(endpoint.url, "--live", "--yes-spend", "2e18");
    expect(code).toBe(1);
    expect(err).toMatch(
      /\/total_flops_used says 1e17 FLOPs; the 0 runs of its \/previous_runs cost 0\nStopped: the two contradict/,
    );
    expect(err).not.toMatch(/\bat .*:\d+:\d+/);
    expect(endpoint.asked.size).toBe(0);
  });
});

/** An address that does not prove anything, and what is asked there. */
async function gate(onAsked: () => void, answered: boolean) {
  const asked: string[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url as string);
    onAsked();
    if (answered) response.writeHead(404).end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked };
}

describe("a live run", () => {
  it("ends at once when interrupted before the endpoint is identified", async () => {
    const { plan, key, file } = await flight();
    const { url, asked } = await gate(() => child.kill("SIGINT"), false);
    const { child, ended } = isoflopProcess(
      ...["run", plan, "--url", url, "--key-file", key, "--journal", file("j.jsonl"), "--timeout", "3600"],
    );
    expect(await ended).toMatchObject({ code: 130, err: "isoflop: interrupted\nNo query was sent.\n" });
    expect(asked).toEqual(["/"]);
  });

  it("does not continue a journal that another process started with another key", async () => {
    const { file, run } = await flight();
    const journal = file("journal.jsonl");
    const plan = JSON.parse(readFileSync(file("plan.json"), "utf8"));
    const { url, asked } = await gate(
      () => openJournal(journal, { plan, endpoint: { url, source: "real" }, key: header.key }).close(),
      true,
    );
    const { code, err } = await run(url, "--live", "--yes-spend", "2e18");
    expect([code, err]).toEqual([2, expect.stringMatching(/another API key/)]);
    expect(asked).toEqual(["/"]);
  });

  it("does not overwrite a plan beside its journal", async () => {
    const { file, plan, key } = await flight();
    const endpoint = await real();
    const mine = readFileSync(plan, "utf8");
    const other = join(file("other"), "plan.json");
    const small = ["--suite", "stanford-2025/central", "--repetitions", "1"];
    await runCli("dry-run", "literature-only", ...small, "--out", other);
    const live = ["--url", endpoint.url, "--key-file", key, "--live", "--yes-spend", "2e18"];
    expect(await runCli("run", other, ...live, "--journal", file("j.jsonl"))).toMatchObject({ code: 0 });
    expect(readFileSync(plan, "utf8")).toBe(mine);
  });

  it("whose output is closed does not exit with 0", async () => {
    const { plan, key, file } = await flight();
    const mock = await mockProcess("stanford-2025/central");
    mock.onQuestion = () => void child.stderr?.destroy();
    const { child, ended } = isoflopProcess(
      ...["run", plan, "--url", mock.url, "--key-file", key, "--journal", file("j.jsonl")],
    );
    expect(await ended).toMatchObject({ code: 1, out: "" });
  });
});

describe("a plan that cannot run is refused with advice, and nothing is sent", () => {
  const anywhere = "http://127.0.0.1:9/";

  it("a plan that was edited", async () => {
    const { run, plan } = await flight();
    writeFileSync(plan, readFileSync(plan, "utf8").replace('"seed": 0', '"seed": 1'));
    expect(await run(anywhere)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/was edited after its dry-run.*dry-run it again: isoflop dry-run/),
    });
  });

  it("a plan whose strategy has changed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-module-"));
    const helper = join(folder, "rate.mjs");
    const module = join(folder, "mine.mjs");
    writeFileSync(helper, "export const rate = 1e-3;");
    writeFileSync(
      module,
      `import { rate } from "./rate.mjs";
       const run = { dModel: 1024, numLayers: 16, numHeads: 16, batchSize: 128, learningRate: rate, trainFlops: 1e16 };
       export default { name: "mine", summary: "one run", *queries() { yield [run]; },
         recommend: () => ({ config: { ...run, trainFlops: 1e19 }, predictedLoss: 3 }) };`,
    );
    const { run } = await flight(module);
    writeFileSync(helper, "export const rate = 9e-4;");
    expect(await run(anywhere)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/strategy "mine" of plan .* has changed since its dry-run/),
    });
  });

  it("a journal of another plan, of another key, or a damaged one", async () => {
    const { run, file, plan } = await flight();
    const endpoint = await real();
    const live = ["--live", "--yes-spend", "2e18"];
    expect((await run(endpoint.url, ...live)).code).toBe(0);
    const journal = readFileSync(file("journal.jsonl"));
    file("key.pub", "ssh-ed25519 AAAAanother someone");
    expect(await run(endpoint.url, ...live)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/another API key.*--journal/),
    });
    file("key.pub", CANARY);
    const damaged = Buffer.from(journal);
    damaged[journal.length >> 1] = damaged[journal.length >> 1]! ^ 4;
    writeFileSync(file("journal.jsonl"), damaged);
    expect(await run(endpoint.url, ...live)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/is damaged at line \d+/),
    });
    writeFileSync(file("journal.jsonl"), journal);
    await runCli("dry-run", "literature-only", "--suite", "stanford-2025/central", "--repetitions", "1", "--out", plan);
    expect(await run(endpoint.url, ...live)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/another plan \(two-stage-isoflops, .*; this is literature-only/),
    });
    expect(Math.max(...endpoint.asked.values())).toBe(1);
  });

  it.each([
    [
      "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
      /holds a private key\. It was not sent\./,
    ],
    [`${CANARY}\nssh-rsa AAAA second`, /has more than one line/],
    ["\n", /is empty/],
    ["ssh-ed25519 AAAA\u0007", /characters that are not printable ASCII/],
  ])("a key file that is none: %j", async (content, words) => {
    const { run, file } = await flight();
    file("key.pub", content);
    const endpoint = await real();
    expect(await run(endpoint.url)).toMatchObject({ code: 2, err: expect.stringMatching(words) });
    expect(endpoint.asked.size).toBe(0);
  });

  it("no key file: what to pass is said, also for the mock", async () => {
    const { plan, file } = await flight();
    const { code, err } = await runCli("run", plan, "--url", anywhere, "--key-file", file("none"));
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/no key file .*id_ed25519\.pub; for the mock any text file/),
    ]);
  });

  it("a key given without quotes, or as a plan: it is not shown", async () => {
    const { plan } = await flight();
    for (const words of [[plan, "--url", anywhere, "--key-file", ...CANARY.split(" ")], [CANARY]]) {
      const { code, err, out } = await isoflopProcess("run", ...words, "--url", anywhere, "--key-file", "k").ended;
      expect(code).toBe(2);
      expect(leaksOf(CANARY.replace("canary+person@host", ""), Buffer.from(out + err))).toEqual(["comment"]);
      expect(err).toMatch(/\(a key, not shown\)/);
    }
  });

  it("a key given in place of its file, or inside the address: neither is shown", async () => {
    const { plan, key, run } = await flight();
    const pasted = await runCli("run", plan, "--url", anywhere, "--key-file", CANARY);
    expect(pasted).toMatchObject({ code: 2, err: expect.stringMatching(/needs the path of a file/) });
    expect(leaksOf(CANARY, Buffer.from(pasted.err))).toEqual([]);
    const address = `http://127.0.0.1:9/?api_key=${encodeURIComponent(CANARY)}`;
    expect(await run(address)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--url .*--key-file/),
    });
    expect(await runCli("run", plan, "--url", "nowhere", "--key-file", key)).toMatchObject({ code: 2 });
  });
});
