import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openJournal } from "../../src/flight/journal/journal.ts";
import { liveRun } from "../../src/flight/live-run.ts";
import { type PlannedStrategy, signedPlan } from "../../src/flight/plan.ts";
import { buildWorld } from "../../src/surface/build-world.ts";
import { presetDocument } from "../../src/surface/presets.ts";
import { STANFORD_2025_TASK } from "../../src/task/stanford-2025/task.ts";
import type { Strategy } from "../../src/task/strategy.ts";
import { EndpointError } from "../../src/training-api/request.ts";
import { simulatedApi } from "../../src/training-api/simulated.ts";
import type { Source, TrainingApi } from "../../src/training-api/training-api.ts";
import { strategyNamed } from "../../strategies/index.ts";
import { unzipped } from "../leaks.ts";
import { runCli } from "./run-cli.ts";

const world = buildWorld(presetDocument("handout/smooth"));

/** The folder of a flight of this strategy; `questions` answered before the endpoint is gone. */
async function flown(
  strategy: Strategy,
  source: Source,
  planned: PlannedStrategy,
  questions = Number.POSITIVE_INFINITY,
) {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-writeup-"));
  const plan = signedPlan({
    schema: "isoflop-plan/1",
    strategy: planned,
    code: { version: "0", hash: "" },
    seed: 0,
    task: STANFORD_2025_TASK,
  });
  const journal = openJournal(join(folder, "journal.jsonl"), {
    plan,
    endpoint: { url: "http://x/", source },
    key: "0",
  });
  const inner = simulatedApi(world);
  let asked = 0;
  const loss: TrainingApi["loss"] = async (config) => {
    if (++asked > questions) throw new EndpointError("gone");
    return inner.loss(config);
  };
  await liveRun({ plan, strategy, endpoint: { ...inner, loss }, journal, allowance: 2e18 }).catch((error: unknown) => {
    if (!(error instanceof EndpointError)) throw error;
  });
  journal.close();
  return folder;
}

const shipped = (name: string, source: Source, questions?: number) =>
  flown(strategyNamed(name), source, { name, kind: "shipped" }, questions);

describe("a write-up", () => {
  it("has four files, the same bytes each time, and passes every line of the checklist", async () => {
    const folder = await shipped("isoflops-parametric", "simulated");
    const [a, b] = [join(folder, "a"), join(folder, "b")];
    const { code, out } = await runCli("writeup", folder, "--out", a, "--json");
    await runCli("writeup", folder, "--out", b);
    expect(code).toBe(0);
    const { checklist, submission } = JSON.parse(out);
    expect(checklist.filter(({ passed }: { passed: boolean }) => !passed)).toEqual([]);
    expect(checklist.map(({ detail }: { detail: string }) => detail)).toContain("every number reproduced");
    for (const name of ["writeup.pdf", "writeup.html", "submission.json", "code.zip"])
      expect([name, readFileSync(join(a, name)).equals(readFileSync(join(b, name)))]).toEqual([name, true]);
    expect(JSON.parse(readFileSync(join(a, "submission.json"), "utf8"))).toEqual(submission);
    expect(readFileSync(join(a, "writeup.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
    const page = readFileSync(join(a, "writeup.html"), "utf8");
    expect(page).toContain("SIMULATED: every loss was answered by an isoflop mock");
    expect(page).toContain(submission.model_size.toLocaleString("en-US"));
    expect(page).not.toMatch(/(?:src|href)="http/);
  });

  it("marks real numbers as real", async () => {
    const folder = await shipped("two-stage-isoflops", "real");
    expect(await runCli("writeup", folder)).toMatchObject({ code: 0 });
    const page = readFileSync(join(folder, "writeup", "writeup.html"), "utf8");
    expect(page).toContain("REAL: every loss was answered by the real training API");
    expect(page).not.toContain("SIMULATED");
  });

  it("of an unfinished run fails that line of the checklist", async () => {
    const folder = await shipped("two-stage-isoflops", "simulated", 9);
    const { code, out } = await runCli("writeup", folder);
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL {2}the run is complete: no/);
    expect(out).toMatch(/ok {4}code\.zip reproduces every number/);
  });

  it("contains the user's strategy with its imports", async () => {
    const folder = mkdtempSync(join(tmpdir(), "isoflop-module-"));
    mkdirSync(join(folder, "lib"));
    writeFileSync(
      join(folder, "lib", "shape.mjs"),
      "export const shape = { dModel: 1024, numLayers: 16, numHeads: 16 };",
    );
    const module = join(folder, "mine.mjs");
    writeFileSync(
      module,
      `import { shape } from "./lib/shape.mjs";
       const run = { ...shape, batchSize: 128, learningRate: 1e-3, trainFlops: 1e16 };
       export default { name: "mine", summary: "one run", *queries() { yield [run]; },
         recommend: (runs) => ({ config: { ...run, trainFlops: 1e19 }, predictedLoss: runs[0]?.loss ?? 9 }) };`,
    );
    const { default: strategy } = await import(module);
    const run = await flown(strategy, "simulated", { name: "mine", kind: "module", module });
    const { code } = await runCli("writeup", run);
    expect(code).toBe(0);
    const names = unzipped(readFileSync(join(run, "writeup", "code.zip"))).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["strategy/mine.mjs", "strategy/lib/shape.mjs", "reproduce.js"]));
  });

  it("needs a run", async () => {
    const empty = mkdtempSync(join(tmpdir(), "isoflop-writeup-"));
    expect(await runCli("writeup", empty)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/there is no journal/),
    });
    expect(await runCli("writeup", join(empty, "no"))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/there is no run/),
    });
  });
});
