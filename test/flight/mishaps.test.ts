import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drive } from "../../src/experiment/drive.ts";
import { planStream } from "../../src/flight/plan.ts";
import type { RunConfig } from "../../src/task/configuration.ts";
import { EndpointError } from "../../src/training-api/request.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import { fly, folder, plan, strategy, world } from "./flight.ts";
import { hostileEndpoint, journaled, MISHAPS, over } from "./hostile-endpoint.ts";

const lossOf = (config: RunConfig) => world.answer(config, 0);
/** After this an answer counts as stalled; only tests that stall answers use it: a slow machine is late without that. */
const STALLED_MS = 60;
describe("an endpoint with an unreliable connection", () => {
  it("is never asked for a journaled answer, never charged above the cap, and loses no answer", async () => {
    const expected = await drive(strategy, simulatedApi(world), world.task, { stream: planStream(plan) });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...MISHAPS), { maxLength: 14 }), async (schedule) => {
        const hostile = await hostileEndpoint(lossOf);
        hostile.schedule = [...schedule];
        const file = join(folder(), "journal.jsonl");
        let known = new Map<string, number>();
        // Every flight ends well, or in an error that the same call goes on from.
        for (let flight = 1; ; flight++) {
          const askedBefore = new Map(hostile.asked);
          const result = await fly(file, over(hostile, STALLED_MS)).catch((error: unknown) => {
            expect(error).toBeInstanceOf(EndpointError);
            return undefined;
          });
          for (const [identity, loss] of known) {
            expect(hostile.asked.get(identity)).toBe(askedBefore.get(identity));
            expect(journaled(file).get(identity)).toBe(loss);
          }
          known = journaled(file);
          expect(hostile.used).toBeLessThanOrEqual(plan.task.cap);
          if (!result) {
            expect(flight).toBeLessThan(20);
            continue;
          }
          if (!schedule.includes("refuse")) expect(result.submission).toEqual(expected.submission);
          for (const [identity, loss] of known) expect(loss).toBe(hostile.runs.get(identity)?.loss);
          break;
        }
      }),
      { numRuns: 40 },
    );
  });
});
