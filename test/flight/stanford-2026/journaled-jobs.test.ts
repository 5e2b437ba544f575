import { describe, expect, it } from "vitest";
import { readJournal } from "../../../src/flight/journal/read.ts";
import type { JobRecord } from "../../../src/flight/stanford-2026/record.ts";
import type { JobProgress } from "../../../src/flight/stanford-2026/wait-for-jobs.ts";
import { configurationText } from "../../../src/task/stanford-2026/configuration.ts";
import { EndpointError } from "../../../src/training-api/request.ts";
import { JOB_FAULTS } from "../../../src/training-api/stanford-2026/course.ts";
import { config } from "../../surface/stanford-2026/configs.ts";
import { Killed, killAt } from "../flight.ts";
import { answers, Cluster, JOBS, journaled, journalFile, MISHAPS, play, uninterrupted } from "./flight.ts";

const records = (file: string) => readJournal<JobRecord>(file)?.records ?? [];

/** Where the ids of a journal's jobs came from. */
const origins = (file: string) => records(file).flatMap((record) => (record.kind === "accepted" ? [record.from] : []));

describe("jobs behind a journal", () => {
  it("end as they do without one, and the used seconds are the sum of the rules", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    const expected = await uninterrupted();
    expect(answers(await journaled(file, cluster, play))).toEqual(expected.answers);
    expect(cluster.books()).toEqual(expected.books);
    expect(origins(file)).toEqual(JOBS.map(() => "endpoint"));
    expect(expected.books.used).toBe(expected.books.listed);
  });

  it("killed, or with an answer lost or late, end the same after a resumption and are submitted once", async () => {
    const expected = await uninterrupted();
    for (const [nth, mishap] of MISHAPS.entries()) {
      const file = journalFile();
      const cluster = new Cluster();
      cluster.schedule = [mishap, "none", mishap];
      const options = { retries: 9 };
      await journaled(file, cluster, play, { ...options, write: killAt(3 * nth + 4, 0.5) }).catch((error) =>
        expect(error).toBeInstanceOf(Killed),
      );
      expect(answers(await journaled(file, cluster, play, options))).toEqual(expected.answers);
      expect(cluster.books()).toEqual(expected.books);
    }
  });

  it("are on the disk before they leave, each with its reason", async () => {
    const file = journalFile();
    const cluster = new Cluster();
    const submit = cluster.submit.bind(cluster);
    let sent = 0;
    cluster.submit = async (job) => {
      expect(records(file).at(-1)).toMatchObject({
        kind: "submit",
        config: configurationText(job),
        reason: `job ${++sent}`,
      });
      return submit(job);
    };
    await journaled(file, cluster, async (jobs) => {
      for (const [i, job] of JOBS.entries()) await jobs.submit(job, `job ${i + 1}`);
    });
    expect(sent).toBe(JOBS.length);
  });

  it("that the student submitted before are taken from /experiments, and nothing is sent", async () => {
    const cluster = new Cluster();
    for (const job of JOBS) cluster.jobs.submit("student", job);
    const file = journalFile();
    expect(answers(await journaled(file, cluster, play))).toEqual((await uninterrupted()).answers);
    expect(cluster.sent).toEqual([]);
    expect(origins(file)).toEqual(JOBS.map(() => "experiments"));
  });

  it("that another client submits in between are resolved through the 409", async () => {
    const cluster = new Cluster();
    await journaled(journalFile(), cluster, async (jobs) => {
      await jobs.reconcile();
      cluster.jobs.submit("student", config());
      expect(await jobs.submit(config())).toMatchObject({ id: 1 });
    });
    expect(cluster.books().jobs).toBe(1);
  });

  it("that get no answer are journaled so, searched for, and sent again within the same retries", async () => {
    for (const [mishap, from, sent] of [
      ["lost before", "endpoint", 2],
      ["lost after storing", "experiments", 1],
    ] as const) {
      const [file, cluster] = [journalFile(), new Cluster()];
      cluster.schedule = [mishap];
      await journaled(
        file,
        cluster,
        async (jobs) => {
          expect(await jobs.submit(config({ seconds: 400 }))).toMatchObject({ outcome: "accepted" });
        },
        { allowance: () => 400 },
      );
      expect([origins(file), cluster.sent.length]).toEqual([[from], sent]);
      expect(records(file)).toContainEqual(expect.objectContaining({ kind: "no-answer", reason: "no answer" }));
    }
    const [file, cluster] = [journalFile(), new Cluster()];
    cluster.submit = async () => Promise.reject(new RangeError("broken"));
    await expect(journaled(file, cluster, (jobs) => jobs.submit(config()))).rejects.toThrow("broken");
    expect(records(file).map(({ kind }) => kind)).toEqual(["submit"]);
  });

  it("that are refused as duplicates and never listed are given up after some attempts", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    let sent = 0;
    cluster.submit = async () => {
      sent++;
      return { outcome: "duplicate" };
    };
    const submitted = journaled(file, cluster, (jobs) => jobs.submit(config()), { retries: 2 });
    await expect(submitted).rejects.toThrow(EndpointError);
    await expect(submitted).rejects.toThrow(configurationText(config()));
    expect(sent).toBe(3);
  });

  it("count together with what the student had used before, also when resumed", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    cluster.jobs.submit("student", config({ seed: 9 }));
    cluster.finish();
    const before = await cluster.used();
    expect(before).toBeGreaterThan(0);
    for (const session of [1, 2]) {
      const used = await journaled(file, cluster, async (jobs) => {
        await jobs.reconcile();
        expect(await jobs.used(), `session ${session}`).toBe(before);
        await jobs.submit(config());
        return jobs.used();
      });
      expect(used, `session ${session}`).toBe(
        session === 1 ? before + config().max_runtime_seconds : await cluster.used(),
      );
    }
  });

  it("that do not fit are refused by the endpoint, and accepted once others have given back what they did not use", async () => {
    const cluster = new Cluster();
    const [first, second] = [config({ seconds: 40_000 }), config({ seconds: 40_000, seed: 1 })];
    await journaled(
      journalFile(),
      cluster,
      async (jobs) => {
        const submitted = await jobs.submit(first);
        expect(await jobs.submit(second)).toMatchObject({
          outcome: "insufficient",
          message: expect.stringContaining("40000 s do not fit, 40000 s are used"),
        });
        await jobs.ended([(submitted as { id: number }).id]);
        expect(await jobs.submit(second)).toMatchObject({ outcome: "accepted" });
      },
      { allowance: () => Number.POSITIVE_INFINITY },
    );
    expect(cluster.sent).toHaveLength(3);
  });

  it("above the allowance are not sent; refunds make room, also after a resumption", async () => {
    const cluster = new Cluster();
    const file = journalFile();
    const allowance = () => 450;
    const [first, second] = [config({ seconds: 400 }), config({ seconds: 400, seed: 1 })];
    await journaled(file, cluster, (jobs) => jobs.submit(first), { allowance });
    await journaled(
      file,
      cluster,
      async (jobs) => {
        expect(await jobs.submit(second)).toMatchObject({
          outcome: "insufficient",
          message: expect.stringMatching(/^400 s .*450 s that were allowed: 400 s are spent/),
        });
        await jobs.ended([1]);
        expect(await jobs.submit(second)).toMatchObject({ outcome: "accepted" });
        expect(await jobs.submit(config({ seed: 2 }))).toMatchObject({ outcome: "insufficient" });
      },
      { allowance },
    );
    expect(cluster.sent).toHaveLength(2);
  });

  it("that were refused are refused as often in the same words when resumed, and then asked for anew", async () => {
    const [file, cluster] = [journalFile(), new Cluster()];
    const [first, second] = [config({ seconds: 400 }), config({ seconds: 400, seed: 1 })];
    const allowance = () => 450;
    const before = await journaled(
      file,
      cluster,
      async (jobs) => [await jobs.submit(first), await jobs.submit(second), await jobs.submit(second)],
      { allowance },
    );
    expect(before.map(({ outcome }) => outcome)).toEqual(["accepted", "insufficient", "insufficient"]);
    const written = records(file).length;
    await journaled(
      file,
      cluster,
      async (jobs) => {
        expect([await jobs.submit(first), await jobs.submit(second), await jobs.submit(second)]).toEqual(before);
        expect(records(file)).toHaveLength(written);
        await jobs.ended([1]);
        expect(await jobs.submit(second)).toMatchObject({ outcome: "accepted" });
      },
      { allowance },
    );
  });

  it("are counted by their states whenever these change", async () => {
    const seen: string[] = [];
    const cluster = new Cluster(undefined, 2);
    const onProgress = ({ queued, running, ended }: JobProgress) => seen.push(`${queued} ${running} ${ended}`);
    await journaled(journalFile(), cluster, (jobs) => play(jobs, [config(), config({ seed: 1, seconds: 90 })]), {
      onProgress,
    });
    expect(seen.at(-1)).toBe("0 0 2");
    expect(seen.some((states) => states === "0 2 0")).toBe(true);
    expect(seen.every((states, i) => states !== seen[i - 1])).toBe(true);
    for (const states of seen) expect(states.split(" ").reduce((sum, count) => sum + Number(count), 0)).toBe(2);
  });

  it("that the API does not take are said to be invalid, and are not sent again", async () => {
    const cluster = new Cluster();
    const file = journalFile();
    cluster.submit = async () => ({ outcome: "invalid", message: "no" });
    for (const _ of [1, 2])
      expect(await journaled(file, cluster, (jobs) => jobs.submit(config()))).toEqual({
        outcome: "invalid",
        message: "no",
      });
    expect(records(file).filter(({ kind }) => kind === "submit")).toHaveLength(1);
  });

  it("whose worker is lost are given up for good once no job takes that long, and keep their reservation", async () => {
    const cluster = new Cluster({ shares: { lost: 1 }, queueSeconds: 0 });
    const file = journalFile();
    const job = config({ seconds: 100 });
    const [given] = await journaled(file, cluster, (jobs) => play(jobs, [job]));
    expect(given?.status.type).toBe("running");
    expect(cluster.books()).toMatchObject({ jobs: 1, used: 100 });
    cluster.jobs.finish(1, { usedSeconds: 3, losses: [] });
    expect(await journaled(file, cluster, (jobs) => play(jobs, [job]))).toEqual([given]);
  });

  it.each(JOB_FAULTS.filter((fault) => fault !== "lost"))("end whatever becomes of them: %s", async (fault) => {
    const cluster = new Cluster({ shares: { [fault]: 0.5 }, queueSeconds: 30 });
    const ended = await journaled(journalFile(), cluster, play);
    expect(ended.map(({ status }) => status.type)).toEqual(JOBS.map(() => "ended"));
    expect(cluster.books().used).toBe(cluster.books().listed);
  });
});

describe("an endpoint that contradicts the journal or itself stops everything, and both versions are shown", () => {
  it.each<[string, Cluster["lies"], RegExp]>([
    ["a budget that is not the sum", { used: (used) => used + 1 }, /\/budget says that 1 seconds .* add up to 0/],
    ["a job that is not listed any more", { experiments: () => [] }, /experiment 1; .* does not list it/],
    [
      "a job with another configuration",
      { experiments: (all) => all.map((each) => ({ ...each, config: config({ seed: 9 }) })) },
      /experiment 1 as .*"model_seed":0.* as .*"model_seed":9/,
    ],
    [
      "a result that changes",
      {
        experiments: (all) =>
          all.map((each) =>
            each.status.type === "ended" ? { ...each, status: { ...each.status, usedSeconds: 7 } } : each,
          ),
      },
      /"usedSeconds":7/,
    ],
  ])("%s", async (_name, lies, words) => {
    const cluster = new Cluster();
    const file = journalFile();
    if (lies.experiments) await journaled(file, cluster, (jobs) => play(jobs, [config()]));
    cluster.lies = lies;
    await expect(journaled(file, cluster, play)).rejects.toMatchObject({
      name: "Contradiction",
      message: expect.stringMatching(words),
    });
    expect(records(file).at(-1)).toMatchObject({ kind: "stopped" });
    expect(cluster.sent.length).toBeLessThan(2);
  });
});

describe("readings of the account that differ", () => {
  /** Reconciles with an endpoint whose total is off by a second `wrong` times, while its jobs move on or do not. */
  const reconciled = (wrong: number, moves: boolean) => {
    const [file, cluster] = [journalFile(), new Cluster()];
    let [readings, looks] = [0, 0];
    cluster.lies.experiments = (listed) => {
      // Before every second look, another job is there.
      if (moves && looks++ % 2 === 0) cluster.jobs.submit("student", config({ seed: looks }));
      return looks % 2 === 0 || !moves ? cluster.jobs.experiments("student") : listed;
    };
    cluster.lies.used = (used) => used + (readings++ < wrong ? 100 : 0);
    return journaled(file, cluster, (jobs) => jobs.reconcile()).then(() => records(file).at(-1));
  };

  it("are read again, five times in all, or as often as a job ends in between", async () => {
    expect(await reconciled(4, false)).toMatchObject({ kind: "account", used: 0, ids: [] });
    await expect(reconciled(5, false)).rejects.toThrow(/100 seconds .* add up to 0/);
    expect(await reconciled(7, true)).toMatchObject({ kind: "account" });
  });
});

describe("a final submission", () => {
  const final = { training_config: config(), predicted_final_loss: 3 };

  it("is on the disk before it is sent, and is not sent where the endpoint has an equal one", async () => {
    const cluster = new Cluster();
    const file = journalFile();
    for (const _ of [1, 2]) await journaled(file, cluster, (jobs) => jobs.submitFinal(final));
    expect(cluster.finals).toHaveLength(1);
    expect(records(file).map(({ kind }) => kind)).toEqual(["final", "final-stored"]);
    await journaled(file, cluster, (jobs) => jobs.submitFinal({ ...final, predicted_final_loss: 2 }));
    expect(cluster.finals.map(({ predicted_final_loss }) => predicted_final_loss)).toEqual([3, 2]);
  });

  it("that is stored otherwise than it was sent is a contradiction", async () => {
    const cluster = new Cluster();
    cluster.submitFinal = async (sent) => ({ ...sent, predicted_final_loss: 4, submitted_at: "now" });
    for (const training_config of [config(), { ...config(), model_seed: 2n ** 60n }])
      await expect(
        journaled(journalFile(), cluster, (jobs) => jobs.submitFinal({ ...final, training_config })),
      ).rejects.toMatchObject({
        name: "Contradiction",
        message: expect.stringMatching(/"predicted_final_loss":3.* stored .*"predicted_final_loss":4/),
      });
  });
});
