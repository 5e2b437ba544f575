import { readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Killed, killAt } from "../flight.ts";
import { answers, Cluster, JOBS, journaled, journalFile, MISHAPS, type Mishap, play, uninterrupted } from "./flight.ts";

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
