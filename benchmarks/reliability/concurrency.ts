// Two servers on one ledger under many clients that ask much the same, near the end of the budgets:
// node --import tsx benchmarks/reliability/concurrency.ts [--clients 64] [--seconds 60] [--seed 0]
import { mkdtempSync, rmSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { quantile } from "../../src/statistics/quantile.ts";
import type { ContendedKey } from "./servers/contended-key.ts";
import { contend } from "./servers/contended-servers.ts";

const { values } = parseArgs({
  options: {
    clients: { type: "string", default: "64" },
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: "0" },
  },
});
const [clients, seconds, seed] = [values.clients, values.seconds, values.seed].map(Number) as [number, number, number];
const folder = mkdtempSync(join(tmpdir(), "isoflop-concurrency-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
console.log(
  `Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; ${clients} clients, ${seconds} s, seed ${seed}`,
);

let end: number | undefined;
const { requests, answers, latencies, keys, readings, violations } = await contend({
  file: join(folder, "shared"),
  seed,
  clients,
  more: () => {
    end ??= performance.now() + 1000 * seconds;
    return performance.now() < end;
  },
});
const sum = (of: (key: ContendedKey) => number) => keys.reduce((total, key) => total + of(key), 0);
const rows = {
  "requests sent": requests,
  answers,
  "answers per second": Math.round(answers / seconds),
  "median, 99 %, longest answer (ms)": [0.5, 0.99, 1].map((level) => quantile(latencies, level).toFixed(1)).join(", "),
  keys: keys.length,
  "configurations charged": sum(({ losses }) => losses.size),
  "asked while an equal first question was in flight": sum(({ races }) => races),
  "configurations answered by both servers": sum(({ answeredByBoth }) => answeredByBoth),
  "refused for the budget": sum(({ refusals }) => refusals),
  "readings of spend and runs": readings,
  "highest spend read, of 2e18": Math.max(...keys.map(({ highest }) => highest)),
  violations: violations.length,
};
for (const [what, figure] of Object.entries(rows)) console.log(`  ${what.padEnd(50)} ${figure}`);
for (const violation of violations.slice(0, 20)) console.log(`  VIOLATION ${violation}`);
if (violations.length > 0 || answers !== requests) process.exitCode = 1;
