import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { fingerprintOf } from "../../../src/ledger/fingerprint.ts";
import { type HttpOptions, httpApi } from "../../../src/training-api/http.ts";
import { EndpointError } from "../../../src/training-api/request.ts";
import { NO_JOB_FAULTS } from "../../../src/training-api/stanford-2026/course.ts";
import { httpJobs, stillSimulatedJobs } from "../../../src/training-api/stanford-2026/http-jobs.ts";
import { TrainingJobs } from "../../../src/training-api/stanford-2026/jobs.ts";
import { startJobsMock, world } from "../../mock-server/stanford-2026/server.ts";
import { config } from "../../surface/stanford-2026/configs.ts";

const KEY = "12345678";

const client = (baseUrl: string, options: Partial<HttpOptions> = {}) =>
  httpJobs({ baseUrl, apiKey: KEY, source: "simulated", retries: 0, pauseMs: 1, ...options });

/** An endpoint that answers every request the same. */
async function endpoint(answer: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, url, api: client(url, { source: "real" }) };
}

const saying = (status: number, body: unknown) =>
  endpoint((_request, response) =>
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(typeof body === "string" ? body : JSON.stringify(body)),
  );

test("a client reads back over HTTP exactly the jobs that the server holds, in every state", async () => {
  const { url, clock, ledger } = await startJobsMock();
  const api = client(url);
  const [long, late, big] = [
    config({ seconds: 20_000, tokens: 2 ** 32 }),
    config({ seconds: 5 }),
    config({ width: 16_384, intermediate: 65_536 }),
  ];
  const answers = [];
  for (const job of [config(), late, big, long]) answers.push(await api.submit(job));
  expect(answers).toEqual([1, 2, 3, 4].map((id) => ({ outcome: "accepted", id })));
  for (const seconds of [0, 30, 600]) {
    clock.advance(seconds);
    const listed = await api.experiments();
    const held = new TrainingJobs({ world, ledger, repetition: 0, faults: NO_JOB_FAULTS, now: () => clock.now() });
    expect(listed).toEqual(held.experiments(fingerprintOf(KEY)));
    expect(await api.used()).toBe(held.used(fingerprintOf(KEY)));
    for (const job of listed) expect(await api.experiment(job.id)).toEqual(job);
    expect(Math.abs((api.now() as number) - clock.now() / 1000)).toBeLessThan(1000);
  }
  const states = (await api.experiments()).map(({ status }) =>
    status.type === "ended" ? status.failure?.kind : status.type,
  );
  expect(states).toEqual([undefined, "timeout", "unexpected", "running"]);
  expect(await api.submit(long)).toEqual({ outcome: "duplicate" });
  expect(await api.submit(config({ seconds: 40_000, seed: 7 }))).toMatchObject({ outcome: "insufficient" });
  expect(await api.submit(config({ tokens: 1000 }))).toMatchObject({
    outcome: "invalid",
    message: expect.stringMatching(/divisible/),
  });
  expect(await api.experiment(99)).toBeUndefined();
  expect(await api.finalSubmission()).toBeNull();
  const final = { training_config: config(), predicted_final_loss: 3 };
  expect(await api.submitFinal(final)).toMatchObject(final);
  expect(await api.finalSubmission()).toMatchObject(final);
});

describe("an answer that breaks the contract is an error that names what is wrong", () => {
  const budget = { used_seconds: 1, remaining_seconds: 43_199, total_budget_seconds: 43_200 };
  const queued = { status_type: "queued", queued_at: "2026-05-04T20:53:36.260767Z" };
  const job = { experiment_id: 1, training_config: config(), status: queued };
  test.each<[string, unknown, RegExp]>([
    ["no id", [{ ...job, experiment_id: "1" }], /\[0\]: experiment_id: must be a number/],
    ["an unknown state", [{ ...job, status: { ...queued, status_type: "paused" } }], /"paused"/],
    [
      "a time without a zone",
      [{ ...job, status: { ...queued, queued_at: "2026-05-04T20:53:36" } }],
      /queued_at.*must be a time/,
    ],
    [
      "a configuration that is none",
      [{ ...job, training_config: { ...config(), n_evals: 0 } }],
      /n_evals: .*greater than 0/,
    ],
    ["one id twice", [job, job], /twice/],
    ["an object", { experiments: [] }, /is not a list/],
  ])("in /experiments: %s", async (_name, body, words) => {
    await expect((await saying(200, body)).api.experiments()).rejects.toThrow(words);
  });

  test.each<[string, number, unknown, RegExp]>([
    ["a budget that does not add up", 200, { ...budget, remaining_seconds: 43_200 }, /do not add up/],
    ["seconds below zero", 200, { ...budget, used_seconds: -1 }, /used_seconds: must be at least 0/],
    ["a gateway's page", 403, "<html>", /403, which is not an answer/],
    ["a redirect", 307, "", /307/],
    ["a web page with status 200", 200, "<html>", /not JSON/],
    ["the refusal of the key", 401, { detail: "invalid API key" }, /does not know the API key/],
    ["an unknown refusal", 418, { detail: "teapot" }, /418 and "teapot"/],
    ["a refusal that repeats the key", 418, { detail: `no ${KEY}` }, /418 and no message/],
  ])("in /budget: %s", async (_name, status, body, words) => {
    await expect((await saying(status, body)).api.used()).rejects.toThrow(words);
  });

  test("in /submit: an id without a budget; it was one attempt", async () => {
    const { api, asked } = await saying(200, { experiment_id: 3 });
    await expect(api.submit(config())).rejects.toThrow(/budget_summary/);
    expect(asked).toEqual(["POST /submit"]);
  });
});

test.each([
  ["nested too deeply", `[{"experiment_id":1,"note":${"[".repeat(1000)}${"]".repeat(1000)}}]`],
  ["an integer of too many digits", `[{"experiment_id":${"9".repeat(5000)}}]`],
])("a list of experiments with %s is an error of the endpoint", async (_what, body) => {
  const { api } = await saying(200, body);
  await expect(api.experiments()).rejects.toThrow(EndpointError);
});

test("a submission that gets no answer is one attempt, and its error says that another may help", async () => {
  const { api, asked } = await endpoint((_request, response) => void response.destroy());
  await expect(api.submit(config())).rejects.toMatchObject({ name: "EndpointError", mayRetry: true });
  expect(asked).toEqual(["POST /submit"]);
});

test("reading is tried again", async () => {
  const statuses = [503, 200];
  const { api, asked } = await endpoint(
    (_request, response) => void response.writeHead(statuses.shift() ?? 200).end("[]"),
  );
  expect(await api.experiments().catch((error) => error.mayRetry)).toBe(true);
  expect(await api.experiments()).toEqual([]);
  expect(asked).toHaveLength(2);
});

test("a key that is not eight digits is not sent", () => {
  expect(() => client("http://127.0.0.1:9", { apiKey: "ssh-rsa AAAA" })).toThrow(/eight digits/);
});

test("a client of the 2025 API at an endpoint of 2026 is told which edition answers, and nothing is charged", async () => {
  const { url, ledger } = await startJobsMock();
  const api = httpApi({ baseUrl: url, apiKey: KEY, source: "simulated", retries: 0 });
  await expect(api.totalFlopsUsed()).rejects.toThrow("that of 2026 takes jobs at /submit");
  expect(ledger.keys()).toEqual([]);
});

describe("an endpoint that was a simulation", () => {
  const options = { timeoutMs: 60_000, signal: new AbortController().signal };
  const final = { training_config: config(), predicted_final_loss: 3 };

  test("is asked as long as it proves to be one", async () => {
    const { url } = await startJobsMock();
    const api = stillSimulatedJobs(client(url), url, options);
    expect(await api.submit(config())).toEqual({ outcome: "accepted", id: 1 });
    expect(await api.used()).toBe(40);
    const [listed] = await api.experiments();
    expect(await api.experiment(1)).toEqual(listed);
    expect(await api.submitFinal(final)).toMatchObject(final);
    expect(await api.finalSubmission()).toMatchObject(final);
    expect(typeof api.now()).toBe("number");
  });

  test("is sent nothing once it does not", async () => {
    const replaced = await endpoint((_request, response) => void response.end("{}"));
    const guarded = stillSimulatedJobs(replaced.api, replaced.url, options);
    await expect(guarded.used()).rejects.toThrow(EndpointError);
    await expect(guarded.submit(config())).rejects.toThrow(EndpointError);
    expect(replaced.asked.filter((line) => !line.startsWith("GET / ") && line !== "GET /")).toEqual([]);
  });

  test("names the address of an answer about one experiment that is wrong", async () => {
    const { api } = await saying(418, { detail: "teapot" });
    await expect(api.experiment(7)).rejects.toThrow(/experiment\/7/);
    const { api: other } = await saying(200, { experiment_id: 1 });
    await expect(other.experiment(7)).rejects.toThrow(/experiment\/7/);
  });
});
