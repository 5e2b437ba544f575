import { describe, expect, it } from "vitest";
import { type JobProgress, waitForJobs } from "../../../src/flight/stanford-2026/wait-for-jobs.ts";
import { EndpointError } from "../../../src/training-api/request.ts";
import type { JobEndpoint } from "../../../src/training-api/stanford-2026/job-endpoint.ts";
import type { Experiment } from "../../../src/training-api/stanford-2026/jobs.ts";
import { config } from "../../surface/stanford-2026/configs.ts";

const listed = (id: number, type: string): Experiment =>
  ({ id, config: config({ seconds: 10 }), queuedAt: 0, status: { type } }) as unknown as Experiment;

/** Waits for jobs 1 and 2 of 1, 2 and 3; each look takes `looks[i]`, the last again and again, and a day of the endpoint's clock. */
async function waited(looks: readonly (readonly Experiment[] | Error)[], ids: readonly number[] = [1, 2]) {
  const over = new Set<number>();
  const seen: JobProgress[] = [];
  const said = { looks: 0, troubles: [] as string[], givenUp: [] as number[], seen };
  const waiting = waitForJobs(ids, {
    endpoint: { now: () => said.looks * 86_400_000 } as JobEndpoint,
    pollMs: [0, 0],
    async look() {
      const now = looks[Math.min(said.looks++, looks.length - 1)]!;
      if (now instanceof Error) throw now;
      for (const { id, status } of now) if (status.type === "ended") over.add(id);
      return now;
    },
    isKnown: (id) => id <= 3,
    isOver: (id) => over.has(id),
    giveUp({ id }) {
      said.givenUp.push(id);
      over.add(id);
    },
    onProgress: (progress) => seen.push(progress),
    onTrouble: (message) => said.troubles.push(message),
  });
  return waiting.then(() => said);
}

const GONE = new EndpointError("gone", true);
const DONE = [listed(1, "ended"), listed(2, "ended")];
const QUEUED = [listed(1, "queued"), listed(2, "queued")];

describe("waiting for jobs", () => {
  it("ends when all that it waits for are over, and looks at nothing where none is", async () => {
    expect(await waited([QUEUED, QUEUED, [listed(1, "ended"), listed(2, "queued")], DONE])).toMatchObject({ looks: 4 });
    expect(await waited([DONE], [])).toMatchObject({ looks: 0 });
  });

  it("tells the states of the jobs that are known, when they change", async () => {
    const others = [listed(3, "running"), listed(4, "queued")];
    const { seen } = await waited([QUEUED, QUEUED, [listed(1, "running"), listed(2, "queued"), ...others], DONE]);
    expect(seen).toEqual([
      { queued: 2, running: 0, ended: 0 },
      { queued: 1, running: 2, ended: 0 },
      { queued: 0, running: 0, ended: 2 },
    ]);
  });

  it("looks again where the endpoint cannot be reached, twenty times in a row, and says so", async () => {
    const gone = Array.from({ length: 20 }, () => GONE);
    const { troubles, looks } = await waited([...gone, QUEUED, ...gone, DONE]);
    expect(troubles).toEqual(Array.from({ length: 40 }, () => "gone"));
    expect(looks).toBe(42);
    await expect(waited([...gone, GONE, DONE])).rejects.toBe(GONE);
  });

  it.each([new EndpointError("refused", false), new RangeError("broken")])(
    "ends with any other error: %s",
    async (error) => {
      await expect(waited([QUEUED, error, DONE])).rejects.toBe(error);
    },
  );

  it("gives up a job that stays as it was for longer than any takes, of those that it waits for", async () => {
    const stuck = [1, 2, 3].map((id) => listed(id, "running"));
    expect((await waited([stuck])).givenUp).toEqual([1, 2]);
    expect((await waited([[...DONE.slice(0, 1), ...stuck.slice(1)]])).givenUp).toEqual([2]);
    const { givenUp } = await waited([QUEUED, QUEUED, QUEUED, DONE]);
    expect(givenUp).toEqual([]);
  });

  it("can be stopped in a pause", async () => {
    const stop = new AbortController();
    const look = async () => {
      setImmediate(() => stop.abort());
      return QUEUED;
    };
    const never = () => false;
    const endpoint = { now: () => 0 } as JobEndpoint;
    const watched = {
      endpoint,
      look,
      isKnown: () => true,
      isOver: never,
      giveUp: () => undefined,
      signal: stop.signal,
    };
    await expect(waitForJobs([1], watched)).rejects.toMatchObject({ name: "AbortError" });
  });
});
