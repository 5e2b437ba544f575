import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { killedFlight } from "../../../benchmarks/reliability/servers/killed-flight.ts";
import { startServe } from "../../../benchmarks/reliability/servers/serve-process.ts";
import { jobListText, jobsIn, smallJobs } from "../../../benchmarks/reliability/servers/stored-jobs.ts";
import { FAULTS } from "../../../mock-server/faults/document.ts";
import { randomStream } from "../../../src/task/random.ts";
import { configurationText } from "../../../src/task/stanford-2026/configuration.ts";

const JOBS = smallJobs(6);

it("a run over faulty answers, killed with jobs under way, leaves each planned job once on the server", async () => {
  const folder = mkdtempSync(join(tmpdir(), "isoflop-killed-"));
  const file = (name: string) => join(folder, name);
  writeFileSync(file("jobs.json"), jobListText(JOBS));
  const shares = Object.fromEntries(FAULTS.map((fault) => [fault, 0.02]));
  const jobs = { shares: { preempted: 0.2 }, queueSeconds: 20 };
  writeFileSync(file("faults.json"), JSON.stringify({ schema: "isoflop-faults/1", rules: [{ shares }], jobs }));
  const options = ["--edition", "2026", "--time-scale", "200", "--ledger", file("ledger")];
  const server = await startServe(...options, "--faults", file("faults.json"));
  onTestFinished(async () => void (await server.end("SIGKILL")));
  const rng = randomStream("killed");
  const [key, plan] = ["12345678", file("jobs.json")];
  const { submission } = await killedFlight({ url: server.url, key, folder, plan, kills: 2, withinMs: 1_500, rng });
  expect(JSON.parse(submission)).toMatchObject({ training_config: { max_runtime_seconds: 172_800 } });
  await server.end("SIGTERM");
  const [stored] = jobsIn(file("ledger"), [key]);
  expect(stored).toMatchObject({ configs: JOBS.map(configurationText).sort(), final: undefined });
  expect(stored?.used).toBeCloseTo(stored?.sum as number, 6);
});
