// Plans run over faulty endpoints and killed at random moments, compared with the same plan undisturbed: what is charged,
// and what is submitted.
// node --import tsx benchmarks/reliability/flights.ts [--flights 200] [--parallel 8] [--seed 0]
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FAULTS } from "../../mock-server/faults/document.ts";
import { randomStream } from "../../src/task/random.ts";
import { killedFlight } from "./servers/killed-flight.ts";
import { startServe } from "./servers/serve-process.ts";
import { storedIn } from "./servers/stored-runs.ts";

const { values } = parseArgs({
  options: {
    flights: { type: "string", default: "200" },
    parallel: { type: "string", default: "8" },
    seed: { type: "string", default: "0" },
  },
});
const [flights, parallel, seed] = [values.flights, values.parallel, values.seed].map(Number) as [
  number,
  number,
  number,
];
const PLAN = "isoflops-minimum";
/** Each fault on its own, all of them at once, and none. */
const PROFILES: Record<string, object> = {
  none: {},
  ...Object.fromEntries(FAULTS.map((fault) => [fault, { [fault]: 0.2 }])),
  all: Object.fromEntries(FAULTS.map((fault) => [fault, 0.04])),
};

const folder = mkdtempSync(join(tmpdir(), "isoflop-flights-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
console.log(`Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`);

/** What flights of one profile came to; they agree. */
interface Outcome {
  readonly submission: string;
  readonly spent: number;
  readonly runs: number;
  readonly kills: number;
  readonly starts: number;
}
const expected = await fly("none", 1, 0);
console.log(`  undisturbed: ${expected.spent.toExponential(3)} FLOPs for ${expected.runs} runs`);
console.log("                     flights  kills  starts");
const each = Math.ceil(flights / Object.keys(PROFILES).length);
let total = 0;
for (const profile of Object.keys(PROFILES)) {
  const { kills, starts } = await fly(profile, each, 3, expected);
  total += each;
  console.log(`  ${profile.padEnd(18)} ${`${each}`.padStart(7)} ${`${kills}`.padStart(6)} ${`${starts}`.padStart(7)}`);
}
console.log(`  ${total} flights: each submitted and was charged the same as undisturbed`);

/** Flights over one server with these faults, and its ledger afterwards. */
async function fly(profile: string, count: number, kills: number, same?: Outcome): Promise<Outcome> {
  const place = mkdtempSync(join(folder, `${profile}-`));
  const faults = join(place, "faults.json");
  writeFileSync(faults, JSON.stringify({ schema: "isoflop-faults/1", seed, rules: [{ shares: PROFILES[profile] }] }));
  const ledger = join(place, "ledger");
  const server = await startServe("--ledger", ledger, "--faults", faults);
  const keys = Array.from({ length: count }, (_, i) => `flight ${i}`);
  const results: Awaited<ReturnType<typeof killedFlight>>[] = [];
  const waiting = [...keys.entries()];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [i, key] = next;
      const own = join(place, `${i}`);
      mkdirSync(own);
      const rng = randomStream(`flights/${seed}/${profile}/${i}`);
      results.push(await killedFlight({ url: server.url, key, folder: own, plan: PLAN, kills, withinMs: 6_000, rng }));
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, count) }, worker));
  assert.equal(await server.end("SIGTERM"), 0);
  const accounts = storedIn(ledger, keys);
  for (const { spent, total, losses } of accounts) {
    assert.equal(total, spent, "the total is not the sum of the runs");
    assert.deepEqual([losses.size, spent], [same?.runs ?? losses.size, same?.spent ?? spent]);
  }
  const submissions = new Set(results.map(({ submission }) => submission));
  assert.deepEqual(submissions, same ? new Set([same.submission]) : submissions);
  const sum = (of: (result: (typeof results)[number]) => number) => results.reduce((all, one) => all + of(one), 0);
  return {
    submission: results[0]!.submission,
    spent: accounts[0]!.spent,
    runs: accounts[0]!.losses.size,
    kills: sum(({ kills }) => kills),
    starts: sum(({ starts }) => starts),
  };
}
