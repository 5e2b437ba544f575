import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { readJournal } from "../../src/flight/journal/read.ts";
import { journaledApi } from "../../src/flight/journaled-api.ts";
import { Contradiction } from "../../src/flight/known-account.ts";
import { identityOf, type RunConfig } from "../../src/task/configuration.ts";
import { EndpointError } from "../../src/training-api/request.ts";
import { fly, folder, header, plan, shape, world, writeFast } from "./flight.ts";
import { type Hostile, hostileEndpoint, journaled, over } from "./hostile-endpoint.ts";

const lossOf = (config: RunConfig) => world.answer(config, 0);
describe("an endpoint with an unreliable connection", () => {
  it("is never sent a question above the cap, even one that was charged and is not listed", async () => {
    const hostile = await hostileEndpoint(lossOf);
    hostile.schedule = ["reset after charging"];
    hostile.lies.previousRuns = () => [];
    const journal = openJournal(join(folder(), "journal.jsonl"), header, { write: writeFast });
    const { searchSpace } = plan.task;
    const api = journaledApi({ endpoint: over(hostile), journal, searchSpace, cap: () => 1.5e17, pauseMs: 1 });
    await expect(api.loss({ ...shape, trainFlops: 1e17 })).rejects.toThrow(/was charged and is not listed/);
    expect(hostile.used).toBe(1e17);
    expect(await api.loss({ ...shape, trainFlops: 3e17 })).toMatchObject({ status: "refused" });
    expect([...hostile.asked.values()]).toEqual([1]);
    journal.close();
  });
});

describe("an endpoint that contradicts itself", () => {
  /** Flies once cleanly up to the last question, then again with a lie told; returns how it ended. */
  async function flyAgainWith(lie: (lies: Hostile["lies"], hostile: Hostile) => void): Promise<unknown> {
    const hostile = await hostileEndpoint(lossOf);
    hostile.schedule = ["none", "none", "none", "html after charging"];
    const file = join(folder(), "journal.jsonl");
    await expect(fly(file, over(hostile))).rejects.toThrow(EndpointError);
    const before = journaled(file);
    lie(hostile.lies, hostile);
    const error = await fly(file, over(hostile)).catch((reason: unknown) => reason);
    for (const [identity, loss] of before) expect(journaled(file).get(identity)).toBe(loss);
    const last = readJournal(file)?.records.at(-1);
    if (error instanceof Contradiction) expect(last).toMatchObject({ kind: "stopped", reason: error.message });
    return error;
  }

  it("continues when all statements are true", async () => {
    expect(await flyAgainWith(() => undefined)).toMatchObject({ resumed: 4 });
  });

  it.each<[string, (lies: Hostile["lies"], hostile: Hostile) => void, RegExp]>([
    [
      "forgets the runs",
      (lies) => (lies.previousRuns = () => []),
      /the journal has loss \d.* the endpoint's \/previous_runs does not list it/,
    ],
    [
      "tells another loss",
      (lies) => (lies.previousRuns = (runs) => runs.map((run) => ({ ...run, loss: 1.25 }))),
      /the journal has loss \d.* the endpoint's \/previous_runs lists it with loss 1\.25/,
    ],
    [
      "has spent more than its runs cost",
      (lies) => (lies.total = (used) => used + 7e17),
      /\/total_flops_used says 8\.2.*e17 FLOPs; the 4 runs of its \/previous_runs cost 2\.2e17|says 9\.2e17 FLOPs; the \d runs/,
    ],
    [
      "lists a run twice",
      (lies) => (lies.previousRuns = (runs) => [...runs, runs[0]]),
      /lists one configuration twice/,
    ],
  ])("stops the flight with both versions when it %s", async (_name, lie, words) => {
    const error = await flyAgainWith(lie);
    expect(error).toBeInstanceOf(Contradiction);
    expect((error as Error).message).toMatch(words);
  });

  it("stops the run at the first total that contradicts its account, and that answer is kept", async () => {
    const hostile = await hostileEndpoint(lossOf);
    hostile.lies.loss = (answer) => ({ ...answer, total_flops_used: 5e16 });
    const file = join(folder(), "journal.jsonl");
    await expect(fly(file, over(hostile))).rejects.toThrow(
      "the endpoint's /loss says that 50000000000000000 FLOPs are spent, its /total_flops_used 10000000000000000",
    );
    expect(journaled(file).size).toBe(1);
    expect([...hostile.asked.values()]).toEqual([1]);
  });

  it("stops the run when it charges a refused query", async () => {
    const hostile = await hostileEndpoint(lossOf);
    hostile.schedule = ["none", "refuse"];
    hostile.lies.total = (used) => (hostile.asked.size > 1 ? used + 1e16 : used);
    await expect(fly(join(folder(), "journal.jsonl"), over(hostile))).rejects.toThrow(Contradiction);
  });

  it("may have been used by another client meanwhile", async () => {
    const hostile = await hostileEndpoint(lossOf);
    hostile.lies.loss = (answer) => {
      const config = { ...shape, dModel: 256, trainFlops: 1e15 };
      if (!hostile.runs.has(identityOf(config))) {
        hostile.runs.set(identityOf(config), { config, loss: 7 });
        hostile.used += 1e15;
      }
      return { ...answer, total_flops_used: hostile.used };
    };
    const { spent } = await fly(join(folder(), "journal.jsonl"), over(hostile));
    expect(spent).toBe(2.21e17);
  });
});
