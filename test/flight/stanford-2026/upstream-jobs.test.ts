import { expect, it } from "vitest";
import { readJournal } from "../../../src/flight/journal/read.ts";
import { type UpstreamJobsOptions, upstreamJobs } from "../../../src/flight/stanford-2026/upstream-jobs.ts";
import { EndpointError } from "../../../src/training-api/request.ts";
import { startJobsMock } from "../../mock-server/stanford-2026/server.ts";
import { config } from "../../surface/stanford-2026/configs.ts";
import { journalFile } from "./flight.ts";

const STUDENT = "12345678";
const final = { training_config: config(), predicted_final_loss: 3 };

async function upstreams() {
  const { url } = await startJobsMock();
  return (options: Partial<UpstreamJobsOptions> = {}) => upstream(`${url}/`, options);
}

function upstream(url: string, options: Partial<UpstreamJobsOptions>) {
  const journal = options.journal ?? journalFile();
  const its = { url, source: "simulated", cap: 100, timeoutMs: 5_000, allowFinal: false } as const;
  return { opened: upstreamJobs({ ...its, pauseMs: 0, journal, ...options }), journal };
}

it("the upstream of a proxy of jobs passes on what the endpoint says, each configuration once, up to the cap", async () => {
  const upstream = await upstreams();
  const { opened, journal } = upstream();
  const api = await opened.open(STUDENT);
  expect(await api.submit(config())).toEqual({ outcome: "accepted", id: 1, used: 40 });
  expect(await api.submit(config())).toEqual({ outcome: "duplicate" });
  expect(await api.submit(config({ seed: 1, seconds: 61 }))).toEqual({ outcome: "insufficient", used: 40 });
  expect(await api.used()).toBe(40);
  expect(await api.experiments()).toMatchObject([{ id: 1, config: config() }]);
  expect(await api.finalSubmission()).toBeNull();
  await expect(api.submitFinal(final)).rejects.toMatchObject({ status: 403 });
  expect(readJournal(journal)!.header).toMatchObject({ edition: "stanford-2026" });
  await opened.close();
  const restarted = upstream({ journal, allowFinal: true }).opened;
  const again = await restarted.open(STUDENT);
  expect(await again.submit(config())).toEqual({ outcome: "duplicate" });
  expect(await again.submitFinal(final)).toMatchObject(final);
  expect(await again.finalSubmission()).toMatchObject(final);
  await restarted.close();
});

it("the upstream of a proxy of jobs asks whether an endpoint is simulated only where it must be", async () => {
  const upstream = await upstreams();
  const [simulated, real] = [upstream({ url: "http://127.0.0.1:1/" }).opened, upstream({ source: "real" }).opened];
  await expect(simulated.open(STUDENT)).rejects.toThrow(EndpointError);
  await expect(real.open(STUDENT)).rejects.toThrow("counted as real");
  await Promise.all([simulated.close(), real.close()]);
});
