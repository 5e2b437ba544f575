// Plans of jobs over faulty endpoints of 2026 and killed at random moments with jobs under way: what the server holds
// afterwards, against the plan.
// node --import tsx benchmarks/reliability/job-flights.ts [--kills 200] [--parallel 4] [--seed 0]
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FAULTS } from "../../mock-server/faults/document.ts";
import { randomStream } from "../../src/task/random.ts";
import { configurationText } from "../../src/task/stanford-2026/configuration.ts";
import { killedFlight } from "./servers/killed-flight.ts";
import { startServe } from "./servers/serve-process.ts";
import { jobListText, jobsIn, smallJobs } from "./servers/stored-jobs.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "200" },
    parallel: { type: "string", default: "4" },
    seed: { type: "string", default: "0" },
  },
});
const [wanted, parallel, seed] = [values.kills, values.parallel, values.seed].map(Number) as [number, number, number];
/** SIGKILLs of a flight. */
const KILLS = 4;
/** Each fault on its own, all of them at once, and none; and what may become of jobs. */
const PROFILES: Record<string, object> = {
  none: {},
  ...Object.fromEntries(FAULTS.map((fault) => [fault, { [fault]: 0.15 }])),
  all: Object.fromEntries(FAULTS.map((fault) => [fault, 0.03])),
};
const JOBS = smallJobs(10);
const planned = JOBS.map(configurationText).sort();

const folder = mkdtempSync(join(tmpdir(), "isoflop-job-flights-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
writeFileSync(join(folder, "jobs.json"), jobListText(JOBS));
console.log(`Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`);
console.log("                     flights  kills  starts  seconds used");
const each = Math.max(1, Math.ceil(wanted / KILLS / Object.keys(PROFILES).length));
let [flights, kills] = [0, 0];
for (const [profile, shares] of Object.entries(PROFILES)) {
  const outcome = await fly(profile, shares);
  flights += each;
  kills += outcome.kills;
  console.log(
    `  ${profile.padEnd(18)} ${String(each).padStart(7)} ${String(outcome.kills).padStart(6)} ${String(outcome.starts).padStart(7)}  ${outcome.used.toFixed(1)}`,
  );
}
console.log(
  `  ${flights} flights, ${kills} kills: every server holds the ${JOBS.length} planned jobs once, counts the sum of the rules, and no final submission`,
);

/** Flights over one server with these faults, and its ledger afterwards. */
async function fly(profile: string, shares: object): Promise<{ kills: number; starts: number; used: number }> {
  const place = mkdtempSync(join(folder, `${profile}-`));
  const faults = join(place, "faults.json");
  const jobs = { shares: { preempted: 0.2, slow: 0.2 }, queueSeconds: 20 };
  writeFileSync(faults, JSON.stringify({ schema: "isoflop-faults/1", seed, rules: [{ shares }], jobs }));
  const ledger = join(place, "ledger");
  const server = await startServe("--edition", "2026", "--time-scale", "60", "--ledger", ledger, "--faults", faults);
  const keys = Array.from({ length: each }, (_, i) => String(10_000_000 + i));
  const waiting = [...keys.entries()];
  let [killed, starts] = [0, 0];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, key] = next;
      const own = join(place, String(i));
      mkdirSync(own);
      const rng = randomStream(`job-flights/${seed}/${profile}/${i}`);
      const plan = join(folder, "jobs.json");
      const flown = await killedFlight({ url: server.url, key, folder: own, plan, kills: KILLS, withinMs: 2_500, rng });
      killed += flown.kills;
      starts += flown.starts;
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, each) }, worker));
  assert.equal(await server.end("SIGTERM"), 0);
  const stored = jobsIn(ledger, keys);
  for (const { configs, sum, used, final } of stored) {
    assert.deepEqual(configs, planned);
    assert.ok(Math.abs(used - sum) < 1e-6, `${used} seconds are used, the rules add up to ${sum}`);
    assert.equal(final, undefined);
  }
  return { kills: killed, starts, used: stored[0]?.used ?? 0 };
}
