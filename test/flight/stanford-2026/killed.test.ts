import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Experiment } from "../../../src/training-api/stanford-2026/jobs.ts";
import { Cluster, folder, JOBS, journaled, MISHAPS, type Mishap, play, writeFast } from "./flight.ts";

class Killed extends Error {}

/** Ends at the nth write, with this share of its bytes on the disk. */
function killAt(nth: number, share: number): typeof writeFast {
  let writes = 0;
  return (descriptor, bytes) => {
    if (++writes < nth) return writeFast(descriptor, bytes);
    writeFast(descriptor, bytes.subarray(0, Math.round(share * bytes.length)));
    throw new Killed();
  };
}

/** What was answered, without ids and times: those depend on when a job was submitted. */
function answers(experiments: readonly Experiment[]) {
  return experiments.map(({ config: job, status }) => {
    const { usedSeconds, losses, failure } = status.type === "ended" ? status : ({} as never);
    return { job, usedSeconds, losses, failure };
  });
}

/** The result of the jobs without a fault or a journal. */
async function uninterrupted() {
  const cluster = new Cluster();
  for (const job of JOBS) await cluster.submit(job);
  cluster.finish();
  return { answers: answers(await cluster.experiments()), books: cluster.books() };
}

const journalFile = () => join(folder(), "journal.jsonl");

describe("jobs behind a journal", () => {
  it("killed at any write, with none, some or all of the line written, end the same after a resumption", async () => {
    const expected = await uninterrupted();
    for (let nth = 1, alive = false; !alive; nth++)
      for (const share of [0, 0.3, 1 - 1e-9, 1]) {
        const file = journalFile();
        const cluster = new Cluster();
        alive = await journaled(file, cluster, play, { write: killAt(nth, share) }).then(
          () => true,
          (error) => {
            expect(error).toBeInstanceOf(Killed);
            return false;
          },
        );
        expect(answers(await journaled(file, cluster, play))).toEqual(expected.answers);
        expect(cluster.books()).toEqual(expected.books);
        expect(new Set(cluster.sent).size).toBe(cluster.sent.length);
      }
  });

  it("whose journal is cut at any byte end the same, with no second reservation", async () => {
    const expected = await uninterrupted();
    const file = journalFile();
    const cluster = new Cluster();
    await journaled(file, cluster, play);
    const bytes = readFileSync(file);
    for (let cut = bytes.indexOf(0x0a) + 1; cut < bytes.length; cut += 61) {
      writeFileSync(file, bytes.subarray(0, cut));
      expect(answers(await journaled(file, cluster, play))).toEqual(expected.answers);
    }
    expect(cluster.books()).toEqual(expected.books);
    expect(cluster.sent).toHaveLength(JOBS.length);
  });

  it("with answers that are lost before or after the server has stored, or arrive late, are submitted once", async () => {
    const expected = await uninterrupted();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...MISHAPS), { maxLength: 12 }),
        fc.integer({ min: 1, max: 25 }),
        async (schedule: Mishap[], nth) => {
          const file = journalFile();
          const cluster = new Cluster();
          cluster.schedule = schedule;
          const options = { retries: MISHAPS.length * 4 };
          await journaled(file, cluster, play, { ...options, write: killAt(nth, 1) }).catch((error) =>
            expect(error).toBeInstanceOf(Killed),
          );
          expect(answers(await journaled(file, cluster, play, options))).toEqual(expected.answers);
          expect(cluster.books()).toEqual(expected.books);
        },
      ),
      { numRuns: 40 },
    );
  });
});
