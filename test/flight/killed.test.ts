import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { drive } from "../../src/experiment/drive.ts";
import { planStream } from "../../src/flight/plan.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import { countingEndpoint, fly, folder, Killed, killAt, plan, strategy, world } from "./flight.ts";

/** The result of a flight without a fault or a journal. */
const uninterrupted = () => drive(strategy, simulatedApi(world), world.task, { stream: planStream(plan) });

describe("a live run", () => {
  it("killed at any write of its journal, with none, some or all of the line written, resumes to the same", async () => {
    const expected = await uninterrupted();
    for (let nth = 1, alive = false; !alive; nth++) {
      for (const share of [0, 0.3, 1 - 1e-9, 1]) {
        const file = join(folder(), "journal.jsonl");
        const { endpoint, asked } = countingEndpoint();
        alive = await fly(file, endpoint, killAt(nth, share)).then(
          () => true,
          (error) => {
            expect(error).toBeInstanceOf(Killed);
            return false;
          },
        );
        const { submission, runs, spent } = await fly(file, endpoint);
        expect({ submission, runs, spent }).toEqual({
          submission: expected.submission,
          runs: expected.runs,
          spent: expected.spent,
        });
        // A charge that was not journaled is found in the list of paid runs: not even that is asked again.
        expect(Math.max(...asked.values())).toBe(1);
      }
    }
  });

  it("whose journal is cut at any byte resumes to the same result, and asks for nothing that is paid", async () => {
    const expected = await uninterrupted();
    const file = join(folder(), "journal.jsonl");
    const { endpoint, asked } = countingEndpoint();
    await fly(file, endpoint);
    const bytes = readFileSync(file);
    for (let cut = bytes.indexOf(0x0a); cut < bytes.length; cut++) {
      // Around the ends of lines every byte; within a line one is as good as the other.
      if (cut % 61 !== 0 && !bytes.subarray(cut - 3, cut + 3).includes(0x0a)) continue;
      writeFileSync(file, bytes.subarray(0, cut));
      const { submission, runs } = await fly(file, endpoint);
      expect({ submission, runs: runs.length }).toEqual({
        submission: expected.submission,
        runs: expected.runs.length,
      });
    }
    expect([...asked.values()]).toEqual([1, 1, 1, 1]);
  });
});
