// Sustained traffic to `isoflop serve` with its ledger in a file and to a bare Express route, each in a process of its
// own, and the memory both take meanwhile (Linux: read from /proc):
// node --import tsx benchmarks/reliability/load.ts [--seconds 120] [--connections 1,32,256] [--heap 48]
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import autocannon from "autocannon";
import { quantile } from "../../src/statistics/quantile.ts";
import { leastSquaresSlope } from "../../src/statistics/slope.ts";
import { lossTarget, startServer } from "../speed/loss-route.ts";
import { startUnder } from "./servers/serve-process.ts";

/** Keys that ask at a time, and the configurations each buys before others take their place: half of its budget. */
const KEYS = 8;
const RUNS_OF_A_KEY = 100_000;
const COST = 1e13;

const { values } = parseArgs({
  options: {
    /** Of each server at each number of connections. */
    seconds: { type: "string", default: "120" },
    connections: { type: "string", default: "1,32,256" },
    /** V8's old space in MB, for both: with room to spare it would grow for minutes, whatever is kept. */
    heap: { type: "string", default: "48" },
  },
});
const seconds = Number(values.seconds);
const levels = values.connections.split(",").map(Number);
const folder = mkdtempSync(join(tmpdir(), "isoflop-load-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));

const ledger = join(folder, "ledger");
const nodeOptions = [`--max-old-space-size=${values.heap}`];
const [bare, served] = await Promise.all([
  startServer("bare", "", nodeOptions),
  startUnder(nodeOptions, "serve", "--ledger", ledger),
]);
process.once("exit", () => bare.child.kill());
const servers = [
  { name: "bare", url: bare.url, pid: bare.child.pid as number, asked: 0 },
  { name: "isoflop", url: served.url, pid: served.pid, asked: 0 },
];

console.log(
  `Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}; ${seconds} s of each, old space of ${values.heap} MB`,
);
console.log(
  "  connections  server   requests  failed  requests/s   p50 ms   p99 ms p99.9 ms    RSS MB  slope kB/s  bytes/request",
);
let failed = 0;
for (const connections of levels)
  for (const server of servers) {
    const row = await sustained(server, connections);
    failed += row.failed;
    if (row.failed > 0) console.log(`  FAILED at ${connections} connections to ${server.name}: ${row.why}`);
    const figures = [
      row.failed.toFixed().padStart(7),
      row.rate.toFixed().padStart(11),
      ...row.latencies.map((ms) => ms.toFixed(2).padStart(8)),
      row.megabytes.toFixed().padStart(9),
      `${row.slope.toFixed(1)}±${row.standardError.toFixed(1)}`.padStart(11),
      ((1024 * row.slope) / row.rate).toFixed(1).padStart(14),
    ];
    console.log(
      `  ${String(connections).padStart(11)}  ${server.name.padEnd(8)}${String(row.requests).padStart(9)} ${figures.join(" ")}`,
    );
  }

const problems = failed > 0 ? [`${failed} requests failed`] : [];
const [charged, asked] = [await chargedRuns(), newRuns(servers[1]?.asked ?? 0)];
// What was in flight when a server's time was up may have been charged or not.
const aborted = levels.reduce((sum, connections) => sum + connections, 0);
if (charged > asked || charged < asked - aborted)
  problems.push(`${asked} configurations were asked for, and ${charged} charged`);
const code = await served.end("SIGTERM");
if (code !== 0) problems.push(`isoflop serve ended with ${code}`);
if (served.errors() !== "") problems.push(`isoflop serve complained: ${served.errors()}`);
console.log(`  ${charged} configurations charged, each once; ledger ${megabytes(statSync(ledger).size)} MB`);
for (const problem of problems) console.log(`  FAILED: ${problem}`);
bare.child.kill();
process.exitCode = problems.length > 0 ? 1 : 0;

interface Row {
  readonly requests: number;
  /** Answers that were none or no 200. */
  readonly failed: number;
  readonly why: string;
  readonly rate: number;
  /** Milliseconds at the 50th, 99th and 99.9th percentile. */
  readonly latencies: readonly number[];
  /** Resident memory at the end. */
  readonly megabytes: number;
  /** Growth of resident memory after the first quarter of the time, kB/s. */
  readonly slope: number;
  readonly standardError: number;
}

async function sustained(server: (typeof servers)[number], connections: number): Promise<Row> {
  const samples: { readonly at: number; readonly kilobytes: number }[] = [];
  const start = performance.now();
  const sample = () =>
    samples.push({ at: (performance.now() - start) / 1000, kilobytes: residentKilobytes(server.pid) });
  const sampling = setInterval(sample, 1000);
  const times: number[] = [];
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: server.url,
        connections,
        duration: seconds,
        // How late an answer is stands in the table; one that has not come in a minute is lost.
        timeout: 60,
        requests: [{ setupRequest: (request) => ({ ...request, path: question(server.asked++) }) }],
      },
      (error, outcome) => (error ? reject(error) : resolve(outcome)),
    );
    run.on("response", (_client, _status, _bytes, ms) => times.push(ms));
  });
  clearInterval(sampling);
  sample();
  const settled = samples.filter(({ at }) => at > seconds / 4);
  const sorted = Float64Array.from(times).sort();
  return {
    requests: times.length,
    failed: result.errors + result.non2xx,
    why: `${result.non2xx} answers not 2xx, ${result.timeouts} timeouts, ${result.errors - result.timeouts} lost connections`,
    rate: times.length / result.duration,
    latencies: [0.5, 0.99, 0.999].map((level) => quantile(sorted, level)),
    megabytes: megabytes(1024 * (samples.at(-1)?.kilobytes ?? Number.NaN)),
    ...leastSquaresSlope(
      settled.map(({ at }) => at),
      settled.map(({ kilobytes }) => kilobytes),
    ),
  };
}

/** The target of the ith question: new configurations, the keys taking turns, and after each one asked before. */
function question(i: number): string {
  const run = i % 2 === 0 ? i / 2 : (i * 7919) % Math.ceil(i / 2);
  return lossTarget(Math.floor(run / KEYS) % RUNS_OF_A_KEY, keyOf(run));
}

function keyOf(run: number): string {
  return `load ${Math.floor(run / KEYS / RUNS_OF_A_KEY)} ${run % KEYS}`;
}

/** How many of the first questions were new configurations. */
function newRuns(questions: number): number {
  return Math.ceil(questions / 2);
}

/** Configurations charged to all keys that have asked. */
async function chargedRuns(): Promise<number> {
  const last = newRuns(servers[1]?.asked ?? 0);
  let flops = 0;
  for (let epoch = 0; epoch * KEYS * RUNS_OF_A_KEY < last; epoch++)
    for (let key = 0; key < KEYS; key++) {
      const target = lossTarget(0, keyOf(epoch * KEYS * RUNS_OF_A_KEY + key));
      const response = await fetch(`${served.url}/total_flops_used?${target.slice(target.indexOf("api_key="))}`);
      flops += response.status === 200 ? ((await response.json()) as number) : 0;
    }
  return flops / COST;
}

function residentKilobytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kilobytes);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
